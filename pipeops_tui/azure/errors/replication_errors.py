"""Recognizes replication: one part of Azure does not know yet what another has just created.

Only these exact codes and texts count, and only for the requests in which they mean it; the caller knows whether it
really is new. Sources: Azure CLI (`create_service_principal_for_rbac`), hashicorp/terraform-provider-
azuread, Microsoft Learn "Troubleshoot Azure RBAC", microsoftgraph/msgraph-sdk-dotnet#3108.
"""

from __future__ import annotations

from pipeops_tui.azure.errors.evidence import AzureOperation, AzureService, Evidence
from pipeops_tui.azure.errors.rule import Rule
from pipeops_tui.core.problem import FailureKind, Problem, Section

_ON_THE_APPLICATION = frozenset(
    {
        AzureOperation.ADD_PASSWORD,
        AzureOperation.LIST_PASSWORDS,
        AzureOperation.REMOVE_PASSWORD,
        AzureOperation.CREATE_PRINCIPAL,
    }
)
_MINUTES = "This usually takes seconds, sometimes minutes. Nothing is lost by waiting."


def _not_copied(evidence: Evidence) -> Problem:
    return Problem(
        title="Microsoft Entra has not copied the new application yet",
        what=f"Could not {evidence.context.operation}: the server that answered does not know it yet.",
        why="Microsoft Entra has many servers, and a change takes a while to reach all of them.",
        remedy=_MINUTES,
        link=Section.WAITING,
    )


def _principal_unknown(evidence: Evidence) -> Problem:
    return Problem(
        title="Azure does not see the new service principal yet",
        what="The role cannot be assigned: Azure's access control does not know the service principal yet.",
        why="Microsoft Entra and Azure's access control are two systems, and the second copies from the first.",
        remedy=_MINUTES,
        link=Section.WAITING,
    )


def _secret_spreading(evidence: Evidence) -> Problem:
    return Problem(
        title="The new credentials are not known everywhere yet",
        what="Microsoft Entra does not accept the new application's client secret yet.",
        why="A new client secret was seen to take up to 20 seconds to reach every sign-in server.",
        remedy=_MINUTES,
        link=Section.WAITING,
    )


def _access_spreading(evidence: Evidence) -> Problem:
    return Problem(
        title="The role is assigned, but not in effect yet",
        what="The new application cannot read the resource group yet.",
        why="Azure can need up to 10 minutes to apply a role assignment everywhere.",
        remedy="You can copy the values meanwhile.",
        link="https://learn.microsoft.com/azure/role-based-access-control/troubleshooting",
    )


def _application_missing(evidence: Evidence) -> bool:
    """404 right after creation; reads may succeed while writes still fail (Azure/azure-cli#1332)."""
    return (
        evidence.service is AzureService.GRAPH
        and evidence.status == 404
        and evidence.has_code("Request_ResourceNotFound")
        and evidence.context.operation in _ON_THE_APPLICATION
    )


def _inconsistent(evidence: Evidence) -> bool:
    """409 on a write to an application that is still settling (hashicorp/terraform-provider-azuread#1764)."""
    return (
        evidence.service is AzureService.GRAPH
        and evidence.status == 409
        and evidence.context.operation is AzureOperation.ADD_PASSWORD
        and not evidence.has_code("Request_MultipleObjectsWithSameKeyValue")
    )


def _no_backing_application(evidence: Evidence) -> bool:
    return (
        evidence.context.operation is AzureOperation.CREATE_PRINCIPAL
        and evidence.status == 400
        and (evidence.has_code("NoBackingApplicationObject") or evidence.says("does not reference a valid application"))
    )


def _not_in_local_tenant(evidence: Evidence) -> bool:
    """A misleading 403: the words mean a replica without the application (hashicorp/terraform-provider-azuread#581)."""
    return (
        evidence.context.operation is AzureOperation.CREATE_PRINCIPAL
        and evidence.status == 403
        and evidence.says("backing application of the service principal being created must in the local tenant")
    )


def _principal_not_found(evidence: Evidence) -> bool:
    return (
        evidence.context.operation is AzureOperation.PUT_ASSIGNMENT
        and evidence.status == 400
        and evidence.has_code("PrincipalNotFound")
    )


def _taken_for_application(evidence: Evidence) -> bool:
    """Also answered while the principal is still being copied (Azure/azure-xplat-cli#2338)."""
    return (
        evidence.context.operation is AzureOperation.PUT_ASSIGNMENT
        and evidence.status == 400
        and evidence.says("Principals of type Application cannot validly be used in role assignments")
    )


def _secret_not_live(evidence: Evidence) -> bool:
    """7000215 wrong secret, 700016 unknown application, 7000229 no service principal: seen even after a first success
    (microsoftgraph/microsoft-graph-docs#17966, AzureAD/microsoft-authentication-library-for-dotnet#3706)."""
    return evidence.context.operation is AzureOperation.TEST_SIGN_IN and evidence.has_aadsts(7000215, 700016, 7000229)


def _access_not_live(evidence: Evidence) -> bool:
    return (
        evidence.context.operation is AzureOperation.TEST_ACCESS
        and evidence.status in (401, 403)
        and evidence.has_code("AuthorizationFailed")
    )


REPLICATION_RULES: tuple[Rule, ...] = (
    Rule("application not copied", FailureKind.REPLICATION, _application_missing, _not_copied),
    Rule("application settling", FailureKind.REPLICATION, _inconsistent, _not_copied),
    Rule("no backing application", FailureKind.REPLICATION, _no_backing_application, _not_copied),
    Rule("not in the local tenant", FailureKind.REPLICATION, _not_in_local_tenant, _not_copied),
    Rule("principal not found", FailureKind.REPLICATION, _principal_not_found, _principal_unknown),
    Rule("taken for an application", FailureKind.REPLICATION, _taken_for_application, _principal_unknown),
    Rule("secret not live", FailureKind.REPLICATION, _secret_not_live, _secret_spreading),
    Rule("access not live", FailureKind.REPLICATION, _access_not_live, _access_spreading),
)
