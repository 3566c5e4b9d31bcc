"""Explains refusals of a program's sign-in: it has no page to sign in on, and no password to change."""

from __future__ import annotations

import re
from collections.abc import Callable

from pipeops_tui.azure.errors.entra_row import (
    ACCESS_ADMINISTRATOR,
    APPLICATION_ADMINISTRATOR,
    APPLICATION_OWNER,
    SIGN_IN_OF_PROGRAMS,
    WORKLOAD_IDENTITIES,
    filled,
)
from pipeops_tui.azure.errors.evidence import AzureService, Evidence
from pipeops_tui.azure.errors.rule import Rule
from pipeops_tui.core import az_commands
from pipeops_tui.core.problem import FailureKind, Problem, Section

NO_PRINCIPAL = (7000229, 90099)
CLIENT_UNKNOWN = (700016, 700011)
CLIENT_DISABLED = (7000112, 7000113, 70001, 50057, 53011)
BLOCKED_BY_POLICY = (53003, 53000, 53001, 53002, 53005, 530003, 530032, 530033, 530035, 50131)
SECRET_EXPIRED = (7000222,)
SECRET_WRONG = (7000215, 7000216, 700027, 700030, 70002, 50012, 50013)
NOT_TRUSTED = (70021, 700211, 700212, 700213, 7002137, 7002138, 70025, 700222)
"""Also by Azure/login#482 and #517, Azure/azure-workload-identity#1200, AzureAD/microsoft-identity-web#2519."""
NOT_VERIFIED = (50027, 5002730, 50048, 700021, 700023, 7000272, 90061, 50166)
"""Also by Azure/azure-workload-identity#605 and #1232, AzureAD/microsoft-authentication-library-for-dotnet#2746."""
OUT_OF_TIME = (700024,)
"""AADSTS numbers by what they say about a program. A refusal of a token is by Azure/login#180."""

_FEDERATION = "https://learn.microsoft.com/entra/workload-id/workload-identity-federation"
_CLIENT = re.compile(r"application '?([0-9a-f-]{36})", re.IGNORECASE)


def _missing(evidence: Evidence) -> Problem:
    client_id = _CLIENT.search(evidence.message)
    return Problem(
        title="The service principal is not in this tenant",
        what="The application exists, but has no service principal in the tenant that it signs in to.",
        why="An application can sign in only to tenants that have a service principal for it.",
        remedy="Correct AZURE_TENANT_ID, have the service principal created with the command, or sign in as a person.",
        who=APPLICATION_ADMINISTRATOR,
        link=SIGN_IN_OF_PROGRAMS,
        command=az_commands.create_principal(client_id.group(1) if client_id else evidence.context.account),
    )


def _without_object_id(evidence: Evidence) -> bool:
    """Resource Manager's answer to a token of an application without a service principal (Azure/login#233)."""
    return evidence.status == 401 and evidence.says("puid", "altsecid")


def _row(name: str, numbers: tuple[int, ...], kind: FailureKind, template: Problem) -> Rule:
    """A row like those for people, for programs only."""
    return Rule(name, kind, _of_program(numbers), filled(template, kind))


def _of_program(numbers: tuple[int, ...]) -> Callable[[Evidence], bool]:
    return lambda evidence: evidence.context.is_program and evidence.has_aadsts(*numbers)


PRINCIPAL_RULES: tuple[Rule, ...] = (
    Rule(
        "principal not in the tenant",
        FailureKind.FINAL,
        lambda e: _without_object_id(e) or _of_program(NO_PRINCIPAL)(e),
        _missing,
    ),
    _row(
        "principal unknown",
        CLIENT_UNKNOWN,
        FailureKind.FINAL,
        Problem(
            title="Microsoft Entra does not know this application",
            what="The tenant has no application with the client ID that is signing in.",
            remedy="Check AZURE_CLIENT_ID (the application's client ID, not an object ID) and AZURE_TENANT_ID.",
            who=APPLICATION_OWNER,
            link=SIGN_IN_OF_PROGRAMS,
        ),
    ),
    _row(
        "principal disabled",
        CLIENT_DISABLED,
        FailureKind.FINAL,
        Problem(
            title="The application is disabled",
            what="Microsoft Entra does not let this service principal sign in: it is disabled, or taken to be at risk.",
            remedy="Have it enabled, use another service principal, or sign in as a person.",
            who=APPLICATION_OWNER,
            link="https://learn.microsoft.com/entra/identity/enterprise-apps/disable-user-sign-in-portal",
        ),
    ),
    _row(
        "principal blocked by policy",
        BLOCKED_BY_POLICY,
        FailureKind.REFUSED,
        Problem(
            title="A policy blocks this service principal",
            what="A policy of the tenant does not let the service principal reach {service} from here.",
            why="Conditional Access can limit from which networks programs sign in.",
            remedy="Run pipeops-tui in a network that the policy allows, or sign in as a person.",
            who=ACCESS_ADMINISTRATOR,
            link=WORKLOAD_IDENTITIES,
        ),
    ),
    _row(
        "principal's token not trusted",
        NOT_TRUSTED,
        FailureKind.FINAL,
        Problem(
            title="The application does not trust this token",
            what="No federated credential of the application has the issuer, the subject and the audience of the token "
            "in AZURE_FEDERATED_TOKEN_FILE.",
            remedy="Add a federated credential with exactly these three, or correct AZURE_CLIENT_ID.",
            who=APPLICATION_OWNER,
            link=_FEDERATION,
        ),
    ),
    _row(
        "principal's token not verified",
        NOT_VERIFIED,
        FailureKind.FINAL,
        Problem(
            title="Microsoft Entra cannot verify the signature",
            what="It does not accept what the service principal has signed in with.",
            remedy="With a certificate, check AZURE_TENANT_ID. With a federated token, check "
            "AZURE_FEDERATED_TOKEN_FILE, and that its issuer's signing keys can be read from the internet.",
            who=APPLICATION_OWNER,
            link=_FEDERATION,
        ),
    ),
    _row(
        "principal's token out of time",
        OUT_OF_TIME,
        FailureKind.FINAL,
        Problem(
            title="The sign-in is not within its time",
            what="Microsoft Entra does not accept the federated token, or what the certificate has signed, any more.",
            why="The token of a CI system is valid for some minutes only. Or this computer's clock is wrong.",
            remedy="Have a new token written to AZURE_FEDERATED_TOKEN_FILE, or set the clock.",
            link=_FEDERATION,
        ),
    ),
    _row(
        "principal's tenant unknown",
        (90002, 900021, 90013, 90022),
        FailureKind.FINAL,
        Problem(
            title="There is no such tenant in this cloud",
            what="Microsoft Entra does not know the tenant that the service principal signs in to.",
            remedy="Check AZURE_TENANT_ID, or choose another cloud with --cloud.",
            link=Section.SIGN_IN,
        ),
    ),
)
"""Asked before the rows for people, which hold for a program where none of these does."""

SECRET_RULES: tuple[Rule, ...] = (
    Rule(
        "secret expired",
        FailureKind.FINAL,
        lambda e: e.has_aadsts(*SECRET_EXPIRED),
        lambda e: Problem(
            title="The client secret has expired",
            what="The service principal's client secret is not valid any more.",
            remedy=_with_new_secret(e, "Set AZURE_CLIENT_SECRET to a current one."),
            who=APPLICATION_OWNER,
            link=Section.SIGN_IN,
        ),
    ),
    Rule(
        "secret wrong",
        FailureKind.FINAL,
        lambda e: e.has_aadsts(*SECRET_WRONG),
        lambda e: Problem(
            title="The service principal's credentials are wrong",
            what="Microsoft Entra does not accept its client secret or certificate.",
            remedy=_with_new_secret(
                e, "Set AZURE_CLIENT_SECRET to the secret's value (not its id), or correct the certificate."
            ),
            who=APPLICATION_OWNER,
            link=Section.SIGN_IN,
        ),
    ),
)


def _with_new_secret(evidence: Evidence, environment: str) -> str:
    """What to do about a client secret, where it comes from the environment or from the Azure CLI."""
    if evidence.service is AzureService.AZURE_CLI:
        return "Run az login --service-principal with a current secret in another terminal, then try again here."
    return environment
