"""Explains refusals of Microsoft Graph: applications, service principals, client secrets."""

from __future__ import annotations

import re

from pipeops_tui.azure.errors.evidence import AzureOperation, AzureService, Evidence
from pipeops_tui.azure.errors.rule import Rule, words
from pipeops_tui.core import refusals
from pipeops_tui.core.names import is_guid
from pipeops_tui.core.problem import FailureKind, Problem, Section

_WRITES = frozenset(
    {
        AzureOperation.CREATE_APPLICATION,
        AzureOperation.CREATE_PRINCIPAL,
        AzureOperation.ADD_PASSWORD,
        AzureOperation.DELETE_APPLICATION,
        AzureOperation.RESTORE_APPLICATION,
        AzureOperation.ADD_OWNER,
        AzureOperation.REMOVE_PASSWORD,
    }
)


def _no_permission_to_register(evidence: Evidence) -> Problem:
    return refusals.no_permission_to_register_applications()


def _principal_lacks_permission(evidence: Evidence) -> Problem:
    return Problem(
        title="The service principal has no permission to register applications",
        what=f"Microsoft Graph does not let {evidence.context.account} register one.",
        why="Directory roles are for people; a program needs the permission Application.ReadWrite.OwnedBy.",
        remedy="Have that application permission granted with admin consent, or sign in as a person.",
        who=refusals.DIRECTORY_ADMINISTRATOR,
        link="https://learn.microsoft.com/graph/permissions-reference#applicationreadwriteownedby",
    )


def _no_permission_to_change(evidence: Evidence) -> Problem:
    return Problem(
        title="The tenant does not allow this",
        what=f"Your account is not allowed to {evidence.context.operation}.",
        why="The account that registers an application usually owns it and can change it, but not in this tenant.",
        remedy="Ask for the directory role Cloud Application Administrator.",
        who=refusals.DIRECTORY_ADMINISTRATOR,
        link=refusals.APP_ROLES,
    )


def _scopes_missing(evidence: Evidence) -> Problem:
    return Problem(
        title="This cannot be read with this sign-in",
        what=f"Could not {evidence.context.operation}: the sign-in does not carry the permission.",
        why="The public client that people sign in with is not allowed to read everything.",
        remedy="Continue without: it is only a check.",
        link=Section.RIGHTS,
    )


def _own_limit(evidence: Evidence) -> Problem:
    return refusals.own_limit_reached()


def _tenant_quota(evidence: Evidence) -> Problem:
    return Problem(
        title="The tenant is full",
        what="The tenant has reached the number of objects it can hold.",
        remedy="Have objects removed, or the limit raised.",
        who="A Global Administrator, with Microsoft support",
        link=refusals.DIRECTORY_LIMITS,
    )


def _service_tree(evidence: Evidence) -> Problem:
    return Problem(
        title="Your tenant requires a service reference",
        what="New applications must name the service that they belong to (serviceManagementReference).",
        why="Your organization keeps track of applications in a catalogue of its own.",
        remedy="Ask a person who knows the reference to register the application.",
        who=refusals.APPLICATION_ADMINISTRATOR,
        link=Section.RIGHTS,
    )


def _secrets_forbidden(evidence: Evidence) -> Problem:
    return refusals.secrets_forbidden(_policy_id(evidence))


def _lifetime(evidence: Evidence) -> Problem:
    policy = _policy_id(evidence)
    return Problem(
        title="The client secret would be valid for too long",
        what=f"The app management policy{f' {policy}' if policy else ''} allows only a shorter lifetime.",
        remedy="Choose a shorter one: 180, 90 or 30 days.",
        who=refusals.APPLICATION_ADMINISTRATOR,
        link=refusals.APP_POLICY,
    )


def _object_full(evidence: Evidence) -> Problem:
    return Problem(
        title="The application holds too many credentials",
        what="There is no room for another client secret.",
        remedy="Remove old ones, or create a new application.",
        link=Section.RIGHTS,
    )


def _principal_exists(evidence: Evidence) -> Problem:
    return Problem(
        title="The service principal exists already",
        what="The application has one in this tenant.",
        remedy="Nothing to do: it is used.",
        link=Section.RIGHTS,
    )


def _bad_name(evidence: Evidence) -> Problem:
    return Problem(
        title="Microsoft Entra does not accept this",
        what=words(evidence),
        remedy="Change the application's name or the secret's description (at most 120 characters).",
        link=Section.RIGHTS,
    )


def _busy(evidence: Evidence) -> Problem:
    return Problem(
        title="Microsoft Entra is busy",
        what=f"Could not {evidence.context.operation}: another change in your tenant is under way.",
        why="Microsoft Entra makes some changes to a tenant one after the other.",
        remedy="Wait a minute, then try again.",
        link=Section.WAITING,
    )


def _policy_id(evidence: Evidence) -> str:
    found = re.search(r"assigned policy '([^']+)'", evidence.message)
    return found.group(1) if found else ""


def _graph(evidence: Evidence, *codes: str) -> bool:
    return evidence.service is AzureService.GRAPH and evidence.has_code(*codes)


def _denied(evidence: Evidence) -> bool:
    return evidence.status == 403 and _graph(evidence, "Authorization_RequestDenied")


def _is_principal(evidence: Evidence) -> bool:
    """A person is known by a user principal name, a program by its client id."""
    return is_guid(evidence.context.account)


DIRECTORY_BUSY = Rule("directory busy", FailureKind.BUSY, lambda e: _graph(e, "Directory_ConcurrencyViolation"), _busy)
"""Passes by itself, whatever was being written (nais/azurerator#448)."""

DIRECTORY_RULES: tuple[Rule, ...] = (
    Rule("tenant quota", FailureKind.FINAL, lambda e: e.says("object quota limit for the Tenant"), _tenant_quota),
    Rule(
        "own quota",
        FailureKind.FINAL,
        lambda e: e.says("object quota limit for the Principal") or _graph(e, "Directory_QuotaExceeded"),
        _own_limit,
    ),
    Rule(
        "service reference",
        FailureKind.FINAL,
        lambda e: _graph(e, "ServiceTreeNullValueProvided", "ServiceTreeInvalid"),
        _service_tree,
    ),
    Rule(
        "secret lifetime",
        FailureKind.FINAL,
        lambda e: (
            _graph(e, "CredentialInvalidLifetimeAsPerAppPolicy", "InvalidKeyEndDate")
            or e.says("Credential lifetime exceeds the max value")
        ),
        _lifetime,
    ),
    Rule(
        "secrets forbidden",
        FailureKind.FINAL,
        lambda e: (
            _graph(e, "CredentialTypeNotAllowedAsPerAppPolicy")
            or e.says("Credential type not allowed as per assigned policy")
        ),
        _secrets_forbidden,
    ),
    Rule("application full", FailureKind.FINAL, lambda e: _graph(e, "Directory_ResourceSizeExceeded"), _object_full),
    Rule(
        "principal exists",
        FailureKind.CONFLICT,
        lambda e: (
            e.context.operation is AzureOperation.CREATE_PRINCIPAL
            and _graph(e, "Request_MultipleObjectsWithSameKeyValue")
        ),
        _principal_exists,
    ),
    Rule(
        "principal cannot register applications",
        FailureKind.REFUSED,
        lambda e: e.context.operation is AzureOperation.CREATE_APPLICATION and _denied(e) and _is_principal(e),
        _principal_lacks_permission,
    ),
    Rule(
        "no permission to register applications",
        FailureKind.REFUSED,
        lambda e: e.context.operation is AzureOperation.CREATE_APPLICATION and _denied(e),
        _no_permission_to_register,
    ),
    Rule(
        "no permission to restore",
        FailureKind.REFUSED,
        lambda e: e.context.operation is AzureOperation.RESTORE_APPLICATION and _denied(e),
        lambda e: refusals.no_permission_to_restore_applications(),
    ),
    Rule(
        "principal cannot add owners",
        FailureKind.REFUSED,
        lambda e: e.context.operation is AzureOperation.ADD_OWNER and _denied(e) and _is_principal(e),
        lambda e: refusals.service_principal_cannot_add_owners(),
    ),
    Rule(
        "no permission to change",
        FailureKind.REFUSED,
        lambda e: e.context.operation in _WRITES and _denied(e),
        _no_permission_to_change,
    ),
    Rule(
        "scopes missing",
        FailureKind.REFUSED,
        lambda e: (
            e.status == 403 and (_graph(e, "AccessDenied", "PermissionScopeNotGranted") or e.says("scopes are missing"))
        ),
        _scopes_missing,
    ),
    Rule(
        "text refused",
        FailureKind.FINAL,
        lambda e: e.status == 400 and e.context.operation in _WRITES and e.says("invalid value specified for property"),
        _bad_name,
    ),
)
