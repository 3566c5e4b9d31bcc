"""Ids and secrets that look random, and sign-ins in progress: device codes (RFC 8628), authorization codes, and the
sessions that were revoked."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from pipeops_tui.simulator.world.clock import Moment, WorldClock
from pipeops_tui.simulator.world.rules import Rules

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_SECRET = _LETTERS + "~._-"
_USER_CODE = "BCDFGHJKLMNPQRSTVWXZ23456789"
LIFETIME = 900
INTERVAL = 5
AUTHORIZATION_LIFETIME = 600
"""Seconds."""
_MOST_CODES = 1_000


class Ids:
    """Makes ids. Every kind has a sequence of its own, so that more ids of one kind do not change those of another."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._made: Counter[str] = Counter()

    def guid(self, kind: str) -> str:
        """The next GUID of `kind` (version 4 by its bits)."""
        return str(UUID(bytes=self._bytes(kind, 16), version=4))

    def named(self, kind: str, name: str) -> str:
        """The GUID that belongs to `name`, the same on every call."""
        digest = hashlib.blake2b(f"{self._seed}/{kind}/{name}".encode(), digest_size=16).digest()
        return str(UUID(bytes=digest, version=4))

    def opaque(self, kind: str, length: int) -> str:
        """The next string of `length` letters and digits."""
        return self._text(kind, length, _LETTERS)

    def user_code(self) -> str:
        """The next device code a person types: nine characters that are not easily confused."""
        return self._text("user code", 9, _USER_CODE)

    def secret(self) -> str:
        """The next client secret: 40 characters, three of them the hint, then a digit and `Q~`."""
        return f"{self._text('secret hint', 3, _SECRET)}8Q~{self._text('secret', 34, _SECRET)}"

    def _text(self, kind: str, length: int, alphabet: str) -> str:
        return "".join(alphabet[byte % len(alphabet)] for byte in self._bytes(kind, length))

    def _bytes(self, kind: str, count: int) -> bytes:
        self._made[kind] += 1
        salt = f"{self._seed}/{kind}#{self._made[kind]}".encode()
        return hashlib.blake2b(salt, digest_size=count).digest()


class SignInVerdict(StrEnum):
    """What the person has done with a device code."""

    PENDING = "pending"
    APPROVED = "approved"
    DECLINED = "declined"
    REDEEMED = "redeemed"


@dataclass(slots=True)
class DeviceCodeGrant:
    """One device code; `tenant` is the name in the path of the request, such as `organizations`."""

    device_code: str
    user_code: str
    client_id: str
    tenant: str
    scope: str
    expires: Moment
    correlation_id: str
    has_p1: bool = False
    """Whether the request for this code asked for a second factor (`acrs` p1), so that its page does."""
    verdict: SignInVerdict = SignInVerdict.PENDING


@dataclass(frozen=True, slots=True)
class AuthorizationCodeGrant:
    """The sign-in that an authorization code redeems; `challenge` is the S256 code challenge (RFC 7636), if sent."""

    person: str
    client_id: str
    redirect_uri: str
    challenge: str | None
    nonce: str | None
    scope: str
    has_p1: bool
    expires: Moment


class SignIns:
    """The codes that were issued; the oldest are dropped beyond 1,000 of each kind."""

    def __init__(self, ids: Ids, clock: WorldClock) -> None:
        self._ids = ids
        self._clock = clock
        self._device_codes: dict[str, DeviceCodeGrant] = {}
        self._authorization_codes: dict[str, AuthorizationCodeGrant] = {}
        self._revoked: dict[str, Moment] = {}
        self.approve_at_once = False
        """Whether a new device code counts as approved."""

    def issue_device_code(
        self, client_id: str, tenant: str, scope: str, correlation_id: str, *, has_p1: bool = False
    ) -> DeviceCodeGrant:
        """A new device code for `client_id`."""
        code = DeviceCodeGrant(
            device_code=f"BAQABIQEAAAD{self._ids.opaque('device code', 48)}",
            user_code=self._ids.user_code(),
            client_id=client_id,
            tenant=tenant,
            scope=scope,
            expires=self._clock.now() + LIFETIME,
            correlation_id=correlation_id,
            has_p1=has_p1,
            verdict=SignInVerdict.APPROVED if self.approve_at_once else SignInVerdict.PENDING,
        )
        _drop_oldest(self._device_codes)
        self._device_codes[code.device_code] = code
        return code

    def device_code(self, device_code: str) -> DeviceCodeGrant | None:
        """The grant that a program polls for with this code."""
        return self._device_codes.get(device_code)

    def decide(self, user_code: str, verdict: SignInVerdict) -> bool:
        """Approves or declines the pending code a person typed (case and blanks ignored); False when there is none."""
        wanted = user_code.replace(" ", "").replace("-", "").upper()
        for code in self._device_codes.values():
            if code.user_code == wanted and code.verdict is SignInVerdict.PENDING and self._clock.now() < code.expires:
                code.verdict = verdict
                return True
        return False

    def issue_authorization_code(self, grant: AuthorizationCodeGrant) -> str:
        """A new authorization code for `grant`."""
        code = f"1.{self._ids.opaque('authorization code', 60)}"
        _drop_oldest(self._authorization_codes)
        self._authorization_codes[code] = grant
        return code

    def take_authorization_code(self, code: str) -> AuthorizationCodeGrant | None:
        """The grant of an authorization code, which can be redeemed once; None for an unknown code."""
        return self._authorization_codes.pop(code, None)

    def revoked_at(self, session: str) -> Moment | None:
        """When a session was revoked, or None."""
        return self._revoked.get(session)

    def revoke_if_due(self, rules: Rules, session: str) -> Moment | None:
        """Revokes the first session that writes, if the rules say so. Returns the time of that, or None."""
        if not rules.revoke_first_session or self._revoked or not session:
            return None
        self._revoked[session] = self._clock.now()
        return self._revoked[session]


def _drop_oldest(codes: dict[str, DeviceCodeGrant] | dict[str, AuthorizationCodeGrant]) -> None:
    while len(codes) >= _MOST_CODES:
        del codes[next(iter(codes))]
