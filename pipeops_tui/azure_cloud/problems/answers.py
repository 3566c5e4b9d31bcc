"""From an HTTP answer to `Evidence`: the error envelopes of ARM, Graph and Entra, and the headers that matter. Pure."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pipeops_tui.azure_cloud.problems.evidence import Context, Detail, Evidence, Service, Transport, aadsts_numbers
from pipeops_tui.azure_cloud.request_log import CORRELATION_HEADERS, REQUEST_HEADERS, first_header, http_date

_LONGEST_MESSAGE = 2000
_CLAIMS = re.compile(r'\bclaims="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer as any of the stacks can give it. `body` is decoded JSON, or text when it is not JSON."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: object = None
    host: str = ""


def from_answer(context: Context, service: Service, answer: Answer, now: datetime) -> Evidence:
    """Evidence of an answer that was a failure; `now` is this computer's time (UTC).

    Envelopes: ARM and Graph `{"error": {code, message, details}}`, Entra `{"error", "error_description",
    "error_codes"}` (RFC 6749 with Microsoft's additions), and the capitalised one of older resource providers.
    A 2xx status means that the answer could not be read.
    """
    headers = {name.lower(): value for name, value in answer.headers.items()}
    fields = _mapping(answer.body)
    error = fields.get("error")
    if isinstance(error, str):
        code, message = error, _text(fields.get("error_description"))
        details: tuple[Detail, ...] = ()
    else:
        envelope = _mapping(error) or {key.lower(): value for key, value in fields.items()}
        code, message = _text(envelope.get("code")), _text(envelope.get("message"))
        details = _details(envelope.get("details"))
    return Evidence(
        context=context,
        service=service,
        transport=Transport.ANSWERED if answer.status >= 300 else Transport.UNREADABLE,
        status=answer.status,
        code=code,
        message=message[:_LONGEST_MESSAGE],
        details=details,
        aadsts=_numbers(fields.get("error_codes"), message),
        suberror=_text(fields.get("suberror")),
        claims=challenge_claims(headers.get("www-authenticate", "")) or _text(fields.get("claims")) or context.claims,
        retry_after=retry_after(headers.get("retry-after", ""), now),
        host=answer.host,
        clock_skew=clock_skew(headers.get("date", ""), now),
        correlation_id=first_header(headers, CORRELATION_HEADERS) or _text(fields.get("correlation_id")),
        request_id=first_header(headers, REQUEST_HEADERS) or _text(fields.get("trace_id")),
    )


def challenge_claims(header: str) -> str:
    """The decoded claims of a `WWW-Authenticate: Bearer … claims="…"` challenge, whatever its `error`; or empty.

    Azure sends them with `insufficient_claims` and, for continuous access evaluation, with `invalid_token`
    (Microsoft Learn, "Claims challenges, claims requests, and client capabilities").
    """
    found = _CLAIMS.search(header)
    if found is None:
        return ""
    encoded = found.group(1).strip()
    try:
        return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return ""


def retry_after(header: str, now: datetime) -> float | None:
    """Seconds to wait by a `Retry-After` header, which holds seconds or an HTTP date (RFC 9110, 10.2.3)."""
    try:
        return max(0.0, float(header))
    except ValueError:
        moment = http_date(header)
        return max(0.0, (moment - now).total_seconds()) if moment else None


def clock_skew(header: str, now: datetime) -> float | None:
    """Seconds this computer's clock is ahead of a `Date` header (negative: behind); None without one."""
    moment = http_date(header)
    return (now - moment).total_seconds() if moment else None


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _details(value: object) -> tuple[Detail, ...]:
    entries = [_mapping(entry) for entry in value] if isinstance(value, list) else []
    return tuple(
        Detail(_text(entry.get("code")), _text(entry.get("target")), _text(entry.get("message"))) for entry in entries
    )


def _numbers(codes: object, message: str) -> tuple[int, ...]:
    listed = [code for code in codes if isinstance(code, int)] if isinstance(codes, list) else []
    return tuple(dict.fromkeys([*listed, *aadsts_numbers(message)]))
