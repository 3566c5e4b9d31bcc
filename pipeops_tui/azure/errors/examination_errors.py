"""Explains refusals of pasted values, which doctor examines: no account of the person's is involved."""

from __future__ import annotations

from collections.abc import Callable

from pipeops_tui.azure.errors.entra_row import (
    ACCESS_ADMINISTRATOR,
    APPLICATION_ADMINISTRATOR,
    APPLICATION_OWNER,
    ERROR_CODES,
    SIGN_IN_OF_PROGRAMS,
    WORKLOAD_IDENTITIES,
    filled,
)
from pipeops_tui.azure.errors.evidence import Evidence
from pipeops_tui.azure.errors.principal_errors import (
    BLOCKED_BY_POLICY,
    CLIENT_DISABLED,
    CLIENT_UNKNOWN,
    NO_PRINCIPAL,
    SECRET_EXPIRED,
    SECRET_WRONG,
)
from pipeops_tui.azure.errors.rule import Rule
from pipeops_tui.azure.errors.tenant_refusals import IN_ANOTHER_CLOUD, TENANT_UNKNOWN
from pipeops_tui.core import az_commands
from pipeops_tui.core.problem import FailureKind, Problem

_SECRETS = "https://learn.microsoft.com/entra/identity-platform/how-to-add-credentials"


def _row(name: str, numbers: tuple[int, ...], kind: FailureKind, template: Problem) -> Rule:
    """A row like those for people and for programs, for pasted values only."""
    return Rule(name, kind, _of_values(numbers), filled(template, kind))


def _of_values(numbers: tuple[int, ...]) -> Callable[[Evidence], bool]:
    return lambda evidence: evidence.context.operation.examines_values and evidence.has_aadsts(*numbers)


def _no_principal(evidence: Evidence) -> Problem:
    return Problem(
        title="The application has no service principal in this tenant",
        what=f"The application exists, but cannot sign in to the tenant {evidence.context.tenant_id}.",
        why="An application can sign in only to tenants that have a service principal for it.",
        remedy="Have the service principal created with the command.",
        who=APPLICATION_ADMINISTRATOR,
        link=SIGN_IN_OF_PROGRAMS,
        command=az_commands.create_principal(evidence.context.account),
    )


EXAMINATION_RULES: tuple[Rule, ...] = (
    _row(
        "values: tenant unknown",
        TENANT_UNKNOWN,
        FailureKind.FINAL,
        Problem(
            title="There is no such tenant in this cloud",
            what="Microsoft Entra does not know the tenant {tenant} here.",
            remedy="Copy the tenant ID again (Azure portal: Microsoft Entra ID, Overview), or choose another cloud "
            "with --cloud.",
            link="https://learn.microsoft.com/entra/fundamentals/how-to-find-tenant",
        ),
    ),
    _row(
        "values: another cloud",
        IN_ANOTHER_CLOUD,
        FailureKind.FINAL,
        Problem(
            title="This tenant belongs to another cloud",
            what="The tenant {tenant} is not in this cloud.",
            remedy="Start again with --cloud AzureUSGovernment or --cloud AzureChinaCloud.",
            link=ERROR_CODES,
        ),
    ),
    _row(
        "values: client unknown",
        CLIENT_UNKNOWN,
        FailureKind.FINAL,
        Problem(
            title="Microsoft Entra does not know this client ID",
            what="The tenant {tenant} has no application with this client ID.",
            remedy="Copy the Application (client) ID, not an object ID, from the application's Overview, and check "
            "that the application is registered in this tenant.",
            who=APPLICATION_OWNER,
            link=SIGN_IN_OF_PROGRAMS,
        ),
    ),
    Rule("values: no service principal", FailureKind.FINAL, _of_values(NO_PRINCIPAL), _no_principal),
    _row(
        "values: disabled",
        CLIENT_DISABLED,
        FailureKind.FINAL,
        Problem(
            title="The application is disabled",
            what="Microsoft Entra does not let this application sign in: it is disabled, or taken to be at risk.",
            remedy="Have it enabled (Microsoft Entra ID, Enterprise applications, the application, Properties, Enabled "
            "for users to sign in).",
            who=APPLICATION_OWNER,
            link="https://learn.microsoft.com/entra/identity/enterprise-apps/disable-user-sign-in-portal",
        ),
    ),
    _row(
        "values: blocked by policy",
        BLOCKED_BY_POLICY,
        FailureKind.REFUSED,
        Problem(
            title="A policy does not let this application sign in from here",
            what="Conditional Access of the tenant {tenant} blocks the application in this network.",
            why="Conditional Access for workload identities allows sign-ins only from named locations. PipeOps signs "
            "in from its own network, for which another answer is possible.",
            remedy="Have PipeOps' addresses allowed in the policy. To examine the values from here, this network too.",
            who=ACCESS_ADMINISTRATOR,
            link=WORKLOAD_IDENTITIES,
        ),
    ),
    _row(
        "values: secret expired",
        SECRET_EXPIRED,
        FailureKind.FINAL,
        Problem(
            title="The client secret has expired",
            what="It is the application's secret, but not valid any more.",
            remedy="Make a new client secret, and give PipeOps its value.",
            who=APPLICATION_OWNER,
            link=_SECRETS,
        ),
    ),
    _row(
        "values: secret wrong",
        SECRET_WRONG,
        FailureKind.FINAL,
        Problem(
            title="The client secret is wrong",
            what="Microsoft Entra knows the application, but this is not one of its client secrets.",
            remedy="Use the secret's value, not its ID. Azure shows the value only once: make a new secret where it is "
            "lost.",
            who=APPLICATION_OWNER,
            link=_SECRETS,
        ),
    ),
)
"""Asked before the rows for programs, which speak of the environment's variables."""
