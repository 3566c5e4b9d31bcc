"""Refusals of Microsoft Graph: applications, service principals, client secrets."""

from __future__ import annotations

import re

from pipeops_tui.azure_cloud.problems.evidence import Evidence, Operation, Service
from pipeops_tui.azure_cloud.problems.general import words
from pipeops_tui.azure_cloud.problems.rule import Rule, Text
from pipeops_tui.names import is_guid
from pipeops_tui.problem import FailureKind, Section

_ROLES = "https://learn.microsoft.com/entra/identity/role-based-access-control/delegate-app-roles"
_LIMITS = "https://learn.microsoft.com/entra/identity/users/directory-service-limits-restrictions"
_APP_POLICY = "https://learn.microsoft.com/graph/api/resources/applicationauthenticationmethodpolicy"
_APP_ADMIN = "A Cloud Application Administrator or Global Administrator"
_WRITES = frozenset(
    {
        Operation.CREATE_APPLICATION,
        Operation.CREATE_PRINCIPAL,
        Operation.ADD_PASSWORD,
        Operation.DELETE_APPLICATION,
        Operation.REMOVE_PASSWORD,
    }
)


def _may_not_register(evidence: Evidence) -> Text:
    return Text(
        title="You may not register applications",
        what="Your directory does not let your account register one.",
        why="Guests may not, and many directories allow it only to certain roles. Being Owner in Azure does not help.",
        remedy="Ask for the directory role Application Developer, the smallest one that allows it.",
        who="A Privileged Role Administrator or Global Administrator",
        link=_ROLES,
    )


def _principal_may_not_register(evidence: Evidence) -> Text:
    return Text(
        title="The service principal may not register applications",
        what=f"Microsoft Graph does not let {evidence.context.account} register one.",
        why="Directory roles are for people; a program needs the permission Application.ReadWrite.OwnedBy.",
        remedy="Have that application permission granted with admin consent, or sign in as a person.",
        who="A Privileged Role Administrator or Global Administrator",
        link="https://learn.microsoft.com/graph/permissions-reference#applicationreadwriteownedby",
    )


def _may_not_change(evidence: Evidence) -> Text:
    return Text(
        title="The directory refuses",
        what=f"Your account may not {evidence.context.operation}.",
        why="Whoever registers an application owns it and may change it; here the directory says otherwise.",
        remedy="Ask for the directory role Cloud Application Administrator.",
        who="A Privileged Role Administrator or Global Administrator",
        link=_ROLES,
    )


def _scopes_missing(evidence: Evidence) -> Text:
    return Text(
        title="This cannot be read with this sign-in",
        what=f"Could not {evidence.context.operation}: the sign-in does not carry the permission.",
        why="The public client that people sign in with is not allowed to read everything.",
        remedy="Go on without: it is only a check.",
        link=Section.RIGHTS,
    )


def _own_quota(evidence: Evidence) -> Text:
    return Text(
        title="You own too many applications",
        what="You have reached the number of objects one account may own in this directory (250).",
        why="Applications deleted in the last 30 days count as well.",
        remedy="Delete some you no longer need, and remove them under “Deleted applications” too; or ask an "
        "administrator to do this step.",
        who=_APP_ADMIN,
        link=_LIMITS,
    )


def _tenant_quota(evidence: Evidence) -> Text:
    return Text(
        title="The directory is full",
        what="The tenant has reached the number of objects it may hold.",
        remedy="Have objects removed, or the limit raised.",
        who="A Global Administrator, with Microsoft support",
        link=_LIMITS,
    )


def _service_tree(evidence: Evidence) -> Text:
    return Text(
        title="Your tenant wants a service reference",
        what="New applications must name the service they belong to (serviceManagementReference).",
        why="Your organization keeps track of applications in a catalogue of its own.",
        remedy="Have the application registered by someone who knows the reference.",
        who=_APP_ADMIN,
        link=Section.RIGHTS,
    )


def _secrets_forbidden(evidence: Evidence) -> Text:
    return Text(
        title="Your directory forbids client secrets",
        what=f"The app management policy{_policy_id(evidence)} does not allow a client secret on this application.",
        why="PipeOps signs in with a client secret.",
        remedy="Ask for an exception for this application, then try again.",
        who=_APP_ADMIN,
        link=_APP_POLICY,
    )


def _lifetime(evidence: Evidence) -> Text:
    return Text(
        title="The client secret would live too long",
        what=f"The app management policy{_policy_id(evidence)} allows only a shorter lifetime.",
        remedy="Choose a shorter one: 180, 90 or 30 days.",
        who=_APP_ADMIN,
        link=_APP_POLICY,
    )


def _object_full(evidence: Evidence) -> Text:
    return Text(
        title="The application holds too many credentials",
        what="No further client secret fits in.",
        remedy="Remove old ones, or make a new application.",
        link=Section.RIGHTS,
    )


def _principal_exists(evidence: Evidence) -> Text:
    return Text(
        title="The service principal exists already",
        what="The application has one in this directory.",
        remedy="Nothing needs to be done: it is used.",
        link=Section.RIGHTS,
    )


def _bad_name(evidence: Evidence) -> Text:
    return Text(
        title="Microsoft Entra does not accept this",
        what=words(evidence),
        remedy="Change the application's name or the secret's description (at most 120 characters).",
        link=Section.RIGHTS,
    )


def _policy_id(evidence: Evidence) -> str:
    found = re.search(r"assigned policy '([^']+)'", evidence.message)
    return f" {found.group(1)}" if found else ""


def _graph(evidence: Evidence, *codes: str) -> bool:
    return evidence.service is Service.GRAPH and evidence.has_code(*codes)


def _denied(evidence: Evidence) -> bool:
    return evidence.status == 403 and _graph(evidence, "Authorization_RequestDenied")


def _is_principal(evidence: Evidence) -> bool:
    """A person is known by a user principal name, a program by its client id."""
    return is_guid(evidence.context.account)


DIRECTORY_RULES: tuple[Rule, ...] = (
    Rule("tenant quota", FailureKind.FINAL, lambda e: e.says("object quota limit for the Tenant"), _tenant_quota),
    Rule(
        "own quota",
        FailureKind.FINAL,
        lambda e: e.says("object quota limit for the Principal") or _graph(e, "Directory_QuotaExceeded"),
        _own_quota,
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
            e.context.operation is Operation.CREATE_PRINCIPAL and _graph(e, "Request_MultipleObjectsWithSameKeyValue")
        ),
        _principal_exists,
    ),
    Rule(
        "principal may not register applications",
        FailureKind.REFUSED,
        lambda e: e.context.operation is Operation.CREATE_APPLICATION and _denied(e) and _is_principal(e),
        _principal_may_not_register,
    ),
    Rule(
        "may not register applications",
        FailureKind.REFUSED,
        lambda e: e.context.operation is Operation.CREATE_APPLICATION and _denied(e),
        _may_not_register,
    ),
    Rule(
        "may not change", FailureKind.REFUSED, lambda e: e.context.operation in _WRITES and _denied(e), _may_not_change
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
