"""Sign-ins under way: device codes that wait for a person (RFC 8628), authorization codes that wait for a program."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pipeops_tui.simulator.world.clock import WorldClock
from pipeops_tui.simulator.world.ids import Ids
from pipeops_tui.simulator.world.rules import Rules

LIFETIME = 900
INTERVAL = 5
AUTHORIZATION_LIFETIME = 600
"""Seconds."""
_KEPT = 1_000


class Verdict(StrEnum):
    """What the person has done with a code."""

    PENDING = "pending"
    APPROVED = "approved"
    DECLINED = "declined"
    REDEEMED = "redeemed"


@dataclass(slots=True)
class DeviceCode:
    """One device code; `tenant` is the one in the path, such as `organizations`."""

    device_code: str
    user_code: str
    client_id: str
    tenant: str
    scope: str
    expires: float
    correlation_id: str
    has_p1: bool = False
    """Whether the request for this code asked for a second factor (`acrs` p1), so that its page does."""
    verdict: Verdict = Verdict.PENDING


@dataclass(frozen=True, slots=True)
class AuthorizationCode:
    """What a redirect to the program stands for; `challenge` is the S256 code challenge (RFC 7636), if one was sent."""

    person: str
    client_id: str
    redirect_uri: str
    challenge: str | None
    nonce: str | None
    scope: str
    has_p1: bool
    expires: float


class SignIns:
    """The codes that were given out; the oldest are forgotten beyond a thousand of each kind."""

    def __init__(self, ids: Ids, clock: WorldClock) -> None:
        self._ids = ids
        self._clock = clock
        self._device_codes: dict[str, DeviceCode] = {}
        self._authorization_codes: dict[str, AuthorizationCode] = {}
        self._revoked: dict[str, float] = {}
        self.approve_at_once = False
        """Whether a new device code counts as approved."""

    def issue_device_code(
        self, client_id: str, tenant: str, scope: str, correlation_id: str, *, has_p1: bool = False
    ) -> DeviceCode:
        """A new device code for `client_id`."""
        code = DeviceCode(
            device_code=f"BAQABIQEAAAD{self._ids.opaque('device code', 48)}",
            user_code=self._ids.user_code(),
            client_id=client_id,
            tenant=tenant,
            scope=scope,
            expires=self._clock.now() + LIFETIME,
            correlation_id=correlation_id,
            has_p1=has_p1,
            verdict=Verdict.APPROVED if self.approve_at_once else Verdict.PENDING,
        )
        _forget_oldest(self._device_codes)
        self._device_codes[code.device_code] = code
        return code

    def device_code(self, device_code: str) -> DeviceCode | None:
        """The code a program polls with."""
        return self._device_codes.get(device_code)

    def decide(self, user_code: str, verdict: Verdict) -> bool:
        """Approves or declines the pending code a person typed (case and blanks ignored); False when there is none."""
        wanted = user_code.replace(" ", "").replace("-", "").upper()
        for code in self._device_codes.values():
            if code.user_code == wanted and code.verdict is Verdict.PENDING and self._clock.now() < code.expires:
                code.verdict = verdict
                return True
        return False

    def issue_authorization_code(self, grant: AuthorizationCode) -> str:
        """A new authorization code that stands for `grant`."""
        code = f"1.{self._ids.opaque('authorization code', 60)}"
        _forget_oldest(self._authorization_codes)
        self._authorization_codes[code] = grant
        return code

    def take_authorization_code(self, code: str) -> AuthorizationCode | None:
        """What an authorization code stands for; it cannot be taken twice."""
        return self._authorization_codes.pop(code, None)

    def revoked_at(self, session: str) -> float | None:
        """When a session was revoked, or None."""
        return self._revoked.get(session)

    def revoke_if_due(self, rules: Rules, session: str) -> float | None:
        """Revokes the first session that writes, where the rules say so; when it was revoked, or None."""
        if not rules.revoke_first_session or self._revoked or not session:
            return None
        self._revoked[session] = self._clock.now()
        return self._revoked[session]


def _forget_oldest(codes: dict[str, DeviceCode] | dict[str, AuthorizationCode]) -> None:
    while len(codes) >= _KEPT:
        del codes[next(iter(codes))]
