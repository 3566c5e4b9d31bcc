"""One row of the table of Microsoft Entra's refusals: AADSTS numbers that mean the same to the person.

Numbers and meanings: Microsoft Learn, "Microsoft Entra authentication and authorization error codes"
(https://learn.microsoft.com/entra/identity-platform/reference-error-codes). It says to react to `error` and to take the
numbers as hints; the numbers here only make the text better. Numbers that it does not list have their source beside
them. Ids and times of an answer are in the details, never in a sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pipeops_tui.azure.errors.evidence import Evidence
from pipeops_tui.azure.errors.rule import Rule, login_command, sign_in_again
from pipeops_tui.core.problem import FailureKind, Problem

ERROR_CODES = "https://learn.microsoft.com/entra/identity-platform/reference-error-codes"
ACCESS_ADMINISTRATOR = (
    "A Conditional Access Administrator, who finds the attempt in the sign-in logs by the ids in the details"
)
APPLICATION_ADMINISTRATOR = "A Cloud Application Administrator of this tenant"
APPLICATION_OWNER = "An owner of the application, or a Cloud Application Administrator of its tenant"
SIGN_IN_OF_PROGRAMS = "https://learn.microsoft.com/entra/identity-platform/app-objects-and-service-principals"
WORKLOAD_IDENTITIES = "https://learn.microsoft.com/entra/identity/conditional-access/workload-identity"
AZURE_CLI_APP = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
"""Client id of the Microsoft Azure CLI, with which people sign in unless --client-id says otherwise."""
ARM_APP = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
GRAPH_APP = "00000003-0000-0000-c000-000000000000"
"""Application ids of Resource Manager and Microsoft Graph in every tenant (Microsoft Learn, "Verify first-party
Microsoft applications in sign-in reports")."""


def row(name: str, numbers: tuple[int, ...], kind: FailureKind, template: Problem) -> Rule:
    """The refusals with one of `numbers`. Texts of `template` can hold `{service}`, which was to be reached, with
    its id `{service_app}`, `{tenant}`, as it was given, and `{again}`, how to sign in again."""
    return Rule(name, kind, lambda evidence: evidence.has_aadsts(*numbers), filled(template, kind))


def filled(template: Problem, kind: FailureKind) -> Callable[[Evidence], Problem]:
    """A function that fills in what the evidence knows."""

    def problem(evidence: Evidence) -> Problem:
        service, service_app = _service(evidence)
        values = {
            "{service}": service,
            "{service_app}": service_app,
            "{tenant}": evidence.context.tenant_id or "that was given",
            "{again}": sign_in_again(evidence),
        }

        def fill(text: str) -> str:
            for placeholder, value in values.items():
                text = text.replace(placeholder, value)
            return text

        return replace(
            template,
            title=fill(template.title),
            what=fill(template.what),
            remedy=fill(template.remedy),
            command=login_command(evidence) if kind is FailureKind.SIGN_IN else "",
        )

    return problem


def _service(evidence: Evidence) -> tuple[str, str]:
    """What the token was for, with its application id: by its scope, or by the application in the message."""
    graph = evidence.context.for_graph or GRAPH_APP in evidence.message.casefold()
    return ("Microsoft Graph", GRAPH_APP) if graph else ("Azure Resource Manager", ARM_APP)
