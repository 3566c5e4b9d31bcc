"""Signing in anew in the middle of the journey, the way the person did before."""

from __future__ import annotations

from pipeops_tui.journey import Journey
from pipeops_tui.model import SignInMethod
from pipeops_tui.problem import CloudError, FailureKind, Problem, Section
from pipeops_tui.screens.code_dialog import SignInGivenUpError, with_codes
from pipeops_tui.screens.working import WorkingScreen

_ASKED = frozenset({SignInMethod.BROWSER, SignInMethod.DEVICE_CODE})


def asks_person(journey: Journey) -> bool:
    """Whether a new sign-in asks the person. Otherwise it takes up what was done elsewhere, say with `az login`."""
    return journey.session is not None and journey.session.account.method in _ASKED


async def sign_in_again(screen: WorkingScreen, tenant_id: str, claims: str) -> None:
    """Renew the session's sign-in to one tenant, with the claims that Azure asked for (or none).

    Raises `CloudError`, also when the person gives up in the dialog: with the same claims, so that it can be begun
    anew.
    """
    journey = screen.journey
    session = journey.session
    if session is None:
        return
    try:
        await with_codes(screen.pipeops, "Sign in again", lambda show: session.renew(tenant_id, claims, show))
    except SignInGivenUpError:
        raise CloudError(FailureKind.SIGN_IN, _GIVEN_UP, claims=claims, tenant_id=tenant_id) from None
    journey.lookups.reads.forget_sign_in()


_GIVEN_UP = Problem(
    title="The sign-in was cancelled",
    what="Azure still wants it before it goes on. Nothing was lost.",
    remedy="Sign in again when you are ready.",
    link=Section.SIGN_IN,
)
