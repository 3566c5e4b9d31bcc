"""What doctor changes in Azure, with the account of a person who is allowed to, and only when asked: it gives the
application the role that it lacks, and registers resource providers."""

from __future__ import annotations

from collections.abc import Iterable

from pipeops_tui.core.marks import assignment_name
from pipeops_tui.core.model import CONTRIBUTOR_ROLE_ID
from pipeops_tui.core.ports.writes import Workspace
from pipeops_tui.core.problem import CloudError, FailureKind, Problem, Section
from pipeops_tui.doctor.finding import RoleToGive
from pipeops_tui.doctor.five_values import ValueName

_EXISTS = "RoleAssignmentExists"
"""Azure's code where the role was given already, also under another name."""
ASSIGN = "Microsoft.Authorization/roleAssignments/write"
"""The action that the person needs for it."""


async def give_role(workspace: Workspace, role: RoleToGive, group_name: str) -> None:
    """Assign Contributor on exactly this group to the application. Raises `CloudError`.

    It has the name that a run gives it. So a repeated request gives the role once, and removing the connection removes
    it too, without a journal of its own."""
    principal = await workspace.service_principal_of(role.client_id)
    if principal is None:
        raise CloudError(FailureKind.NOT_FOUND, _without_principal(role.client_id))
    scope = role.subscription.scope_of(group_name)
    name = assignment_name(scope, principal.object_id, CONTRIBUTOR_ROLE_ID)
    try:
        await workspace.put_role_assignment(scope, name, principal.object_id, CONTRIBUTOR_ROLE_ID)
    except CloudError as error:
        if error.code != _EXISTS:
            raise


def register_action(namespace: str) -> str:
    """The action that the person needs to register a resource provider."""
    return f"{namespace}/register/action"


async def register_providers(workspace: Workspace, namespaces: Iterable[str]) -> None:
    """Begin to register them, which takes some minutes. Raises `CloudError`."""
    for namespace in namespaces:
        await workspace.register_provider(namespace)


def _without_principal(client_id: str) -> Problem:
    return Problem(
        title="The application has no service principal in this tenant",
        what=f"There is nothing to give the role to: {client_id} is not in the tenant of the subscription.",
        remedy=f"Check the {ValueName.CLIENT} and the {ValueName.TENANT}.",
        link=Section.ELSE,
    )
