"""Client assertions (RFC 7523): an application signs in with a certificate, or with a token of an issuer it trusts.

What must be in them: Microsoft Learn, "Microsoft identity platform application authentication certificate credentials"
and "Workload identity federation".
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography import x509
from jwt.types import Options

from pipeops_tui.simulator.entra.sign_in_errors import (
    SignInError,
    assertion_for_another_audience,
    assertion_out_of_time,
    certificate_expired,
    certificate_not_registered,
    issuer_out_of_reach,
    malformed_assertion,
    missing_parameter,
    no_federated_credentials,
    no_matching_federation,
    subject_is_not_issuer,
    unknown_signing_key,
    unsupported_algorithm,
    wrong_signature,
)
from pipeops_tui.simulator.world.clock import Moment, precise
from pipeops_tui.simulator.world.records import ApplicationRecord, CertificateRecord
from pipeops_tui.simulator.world.world import World

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ALGORITHMS = ("RS256", "PS256")
_ONLY_SIGNATURE: Options = {
    "verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False, "verify_iss": False,
    "verify_sub": False, "verify_jti": False,
}  # fmt: skip
"""The rest is checked here: the clock is this world's, and the refusals have Microsoft's numbers."""
_NO_JWT = "JWT token is invalid or malformed."
_NO_THUMBPRINT = "Invalid JWT token. No certificate thumbprint specified in token header."
_YEAR_2200 = 7_258_118_400
_SKEW = 300
"""Seconds by which the clock of the signer can be ahead of this world's."""


@dataclass(frozen=True, slots=True)
class _Assertion:
    """What an assertion says, before anything of it has been checked."""

    text: str
    header: Mapping[str, Any]
    claims: Mapping[str, Any]

    def claim(self, name: str) -> str:
        """A claim that is a text; empty where it is not one."""
        value = self.claims.get(name)
        return value if isinstance(value, str) else ""


def check_assertion(
    world: World, tenant: str, client_id: str, application: ApplicationRecord | None, form: Mapping[str, str]
) -> None:
    """Return where the assertion in `form` proves that `application` sends it. Raises SignInError."""
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise missing_parameter("client_assertion_type")
    assertion = _read(form["client_assertion"])
    if assertion.claim("iss").lower() == client_id:
        _check_certificate(world, tenant, client_id, application, assertion)
    else:
        _check_federated(world, client_id, application, assertion)


def _read(text: str) -> _Assertion:
    try:
        header = jwt.get_unverified_header(text)
        claims = jwt.decode(text, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise malformed_assertion(_NO_JWT) from None
    if not isinstance(claims.get("exp"), int) or not isinstance(claims.get("iss"), str):
        raise malformed_assertion(_NO_JWT)
    return _Assertion(text, header, claims)


# Signed by the application itself


def _check_certificate(
    world: World, tenant: str, client_id: str, application: ApplicationRecord | None, assertion: _Assertion
) -> None:
    if assertion.claim("sub").lower() != client_id:
        raise subject_is_not_issuer()
    digest = _thumbprint(assertion.header)
    shown = digest.hex().upper()
    known = application.certificates if application else ()
    certificate = next((one for one in known if digest in _digests(one)), None)
    if certificate is None:
        raise certificate_not_registered("The key was not found.", client_id, shown)
    valid = f"Start={_american(certificate.start)}, End={_american(certificate.end)}"
    if world.now() >= certificate.end:
        raise certificate_expired(client_id, shown, valid)
    key = x509.load_der_x509_certificate(certificate.der).public_key()
    if not _is_signed_by(key, assertion):
        raise wrong_signature(client_id, shown, valid)
    login = f"{world.endpoints.login}/{tenant}"
    if assertion.claim("aud") not in (f"{login}/oauth2/v2.0/token", f"{login}/oauth2/token", f"{login}/v2.0"):
        raise assertion_for_another_audience()
    _check_time(world, assertion)


def _thumbprint(header: Mapping[str, Any]) -> bytes:
    """The digest by which the header names the certificate: SHA-256 or, before that was there, SHA-1."""
    sent = header.get("x5t#S256") or header.get("x5t")
    if not isinstance(sent, str):
        raise malformed_assertion(_NO_THUMBPRINT)
    try:
        return base64.urlsafe_b64decode(sent.rstrip("=") + "=" * (-len(sent.rstrip("=")) % 4))
    except (binascii.Error, ValueError):
        raise malformed_assertion(_NO_THUMBPRINT) from None


def _digests(certificate: CertificateRecord) -> tuple[bytes, bytes]:
    der = certificate.der
    return hashlib.sha256(der).digest(), hashlib.sha1(der, usedforsecurity=False).digest()


def _american(at: Moment) -> str:
    return f"{at.utc:%m/%d/%Y %H:%M:%S}"


# Signed by another issuer


def _check_federated(
    world: World, client_id: str, application: ApplicationRecord | None, assertion: _Assertion
) -> None:
    """Issuer and subject are compared with their case (Microsoft Learn, "Breaking changes", Federated Identity
    Credentials now use case-sensitive matching)."""
    if application is None or not application.federated:
        raise no_federated_credentials(client_id, application.display_name if application else "")
    trusted = [one.properties for one in application.federated]
    for what, claim in (("issuer", "iss"), ("subject", "sub")):
        trusted = [one for one in trusted if one[what] == assertion.claim(claim)]
        if not trusted:
            raise no_matching_federation(what, assertion.claim(claim))
    audiences = _texts(assertion.claims.get("aud"))
    if not any(set(_texts(one["audiences"])) & set(audiences) for one in trusted):
        raise no_matching_federation("audience", ", ".join(audiences))
    _check_issuer_signature(world, assertion)
    _check_time(world, assertion)


def _check_issuer_signature(world: World, assertion: _Assertion) -> None:
    issuer, key_id = assertion.claim("iss"), str(assertion.header.get("kid") or "")
    published = world.issuers.get(issuer)
    if published is None:
        raise issuer_out_of_reach()
    web_key = published.get(key_id)
    if not isinstance(web_key, dict):
        raise unknown_signing_key(key_id, issuer)
    try:
        key = jwt.PyJWK(web_key).key
    except jwt.PyJWTError:
        raise issuer_out_of_reach() from None
    if not _is_signed_by(key, assertion):
        raise SignInError(
            "invalid_client", 50027, "External ID token from issuer failed signature verification.", status=401
        )


def _texts(value: Any) -> Sequence[str]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


# Both


def _is_signed_by(key: Any, assertion: _Assertion) -> bool:
    if assertion.header.get("alg") not in _ALGORITHMS:
        raise unsupported_algorithm()
    try:
        jwt.decode(assertion.text, key, algorithms=_ALGORITHMS, options=_ONLY_SIGNATURE)
    except jwt.InvalidSignatureError:
        return False
    except (jwt.PyJWTError, TypeError, ValueError):
        raise unsupported_algorithm() from None
    return True


def _check_time(world: World, assertion: _Assertion) -> None:
    start, end = assertion.claims.get("nbf", 0), assertion.claims["exp"]
    if not isinstance(start, int) or not 0 <= start <= _YEAR_2200 or not 0 <= end <= _YEAR_2200:
        raise malformed_assertion(_NO_JWT)
    now = world.now()
    if not start <= now.seconds + _SKEW or now.seconds >= end:
        raise assertion_out_of_time(precise(now), precise(Moment.of(start)), precise(Moment.of(end)))
