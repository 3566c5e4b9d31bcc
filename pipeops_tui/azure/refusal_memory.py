"""Remembers why sign-ins of one session were refused: a number is kept where a library loses it, and advice that has
just been followed in vain is not given once more."""

from __future__ import annotations

from dataclasses import replace

from pipeops_tui.azure.errors.evidence import AzureOperation, AzureService, RequestContext
from pipeops_tui.core.clock import Clock
from pipeops_tui.core.problem import CloudError, FailureKind

_NEWLY = 120.0
"""Seconds after a sign-in within which the same refusal means that signing in did not help. Later it can be a new one:
sessions expire, and people change networks."""
_FINDS_IT = "An administrator of this tenant, who finds the attempt in the sign-in logs by the ids in the details"

_Call = tuple[str, AzureOperation, str]
"""Tenant, operation, and the scope where it is about a token."""
_Refusal = tuple[_Call, str, str]
"""What was refused, with which code, and the claims it asks for."""


class RefusalMemory:
    """What was refused in one session. Nothing here is a token."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbered: dict[_Call, CloudError] = {}
        self._refused: set[_Refusal] = set()
        self._answered: dict[_Refusal, float | None] = {}
        """When the sign-in that was to help ended; None while it goes on."""

    def with_memory(
        self, error: CloudError, context: RequestContext, service: AzureService, since: float
    ) -> CloudError:
        """`error`, or what is better to say instead. `since` is when the refused call began (monotonic)."""
        call = _call(context)
        if context.operation is AzureOperation.GET_TOKEN:
            if error.code.startswith("AADSTS"):
                self._numbered[call] = error
            elif error.kind is FailureKind.SIGN_IN and error.code == "interaction_required":
                # MSAL repeats a refusal from its memory for 60 s, and azure-identity then has no answer to take the
                # number from (azure-identity 1.27, `InteractiveCredential._acquire_token_silent`).
                error = self._numbered.get(call, error)
        if error.kind is not FailureKind.SIGN_IN or not (error.claims or error.code.startswith("AADSTS")):
            return error
        refusal = (call, error.code, error.claims)
        if self._in_vain(refusal, since):
            return _not_again(error, context, service)
        self._refused.add(refusal)
        return error

    def went_well(self, context: RequestContext) -> None:
        """A call was answered: what refused it before is over."""
        call = _call(context)
        self._numbered.pop(call, None)
        self._refused = {refusal for refusal in self._refused if refusal[0] != call}

    def sign_in_begins(self, tenant_id: str) -> None:
        """A sign-in begins that is to help against what this tenant refused."""
        self._numbered = {call: error for call, error in self._numbered.items() if call[0] != tenant_id}
        self._answered = {refusal: None for refusal in self._refused if refusal[0][0] == tenant_id}

    def sign_in_ends(self) -> None:
        """It has ended, successfully or not."""
        now = self._clock.monotonic()
        self._answered = {refusal: now if ended is None else ended for refusal, ended in self._answered.items()}

    def _in_vain(self, refusal: _Refusal, since: float) -> bool:
        if refusal not in self._answered:
            return False
        ended = self._answered[refusal]
        # A call from before the sign-in says nothing about what came of it.
        return ended is None or ended <= since <= ended + _NEWLY


def _call(context: RequestContext) -> _Call:
    return (context.tenant_id, context.operation, context.token_scope)


def _not_again(error: CloudError, context: RequestContext, service: AzureService) -> CloudError:
    """The refusal of a sign-in that was just made, with other advice than to sign in."""
    who = error.problem.who or _FINDS_IT
    if service is AzureService.AZURE_CLI:
        remedy = (
            "Run the command in another terminal, then try again here. If you have run it, choose another sign-in "
            "method, or ask an administrator: the Azure CLI still gets the same refusal."
        )
        return replace(error, problem=replace(error.problem, remedy=remedy, who=who))
    remedy = (
        "You have just signed in, and it was refused again for the same reason: signing in once more does not help. "
        "Choose another sign-in method (Switch account in the palette), or ask an administrator."
    )
    problem = replace(error.problem, remedy=remedy, who=who, command="")
    if context.operation not in (AzureOperation.GET_TOKEN, AzureOperation.SIGN_IN):
        # What a service itself asks for, a sign-in with its claims can still bring.
        return replace(error, problem=problem)
    return replace(error, kind=FailureKind.REFUSED, problem=problem, claims="")
