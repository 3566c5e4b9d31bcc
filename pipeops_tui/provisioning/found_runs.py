"""The journal of what this computer did not create: a connection of another computer, or one that was made by hand.

Whose something is follows from Azure alone: the application carries the run's tag, a secret has one of the run's key
ids, the role assignment has the name that is derived from it, the group carries the run's tag.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeops_tui.core.marks import assignment_name, secret_number
from pipeops_tui.core.model import CONTRIBUTOR_ROLE_ID, Application, Plan, RoleAssignment, ServicePrincipal
from pipeops_tui.provisioning.journal.entries import Begun, Entry, Made, Origin, Subject


@dataclass(frozen=True, slots=True)
class FoundSecret:
    """A client secret that Azure lists."""

    key_id: str
    expires: datetime | None


def found_elsewhere(
    run_id: str,
    resource_manager: str,
    plan: Plan,
    application: Application,
    principal: ServicePrincipal | None,
    assignments: Iterable[RoleAssignment],
    *,
    owns_group: bool,
    now: datetime,
) -> tuple[Entry, ...]:
    """The entries of a run of another computer, as Azure shows it now. `assignments` are those on the group;
    `owns_group` says whether the group carries the run's tag. Secrets of others are left out."""
    return tuple(
        _found(
            Begun(now, run_id, resource_manager, plan, Origin.FOUND),
            application,
            principal,
            _derived(plan, principal, assignments),
            [secret for secret in _secrets(application) if secret_number(run_id, secret.key_id) is not None],
            owns_group=owns_group,
        )
    )


def adopted(
    run_id: str, resource_manager: str, plan: Plan, application: Application, now: datetime
) -> tuple[Entry, ...]:
    """The entries with which a run takes an application into its care that was made by hand: it owns none of it, and
    later only the secrets that it adds."""
    begun = Begun(now, run_id, resource_manager, plan, Origin.ADOPTED)
    return tuple(_found(begun, application, None, None, [], owns_group=False))


def _found(
    begun: Begun,
    application: Application,
    principal: ServicePrincipal | None,
    assignment: RoleAssignment | None,
    secrets: Sequence[FoundSecret],
    *,
    owns_group: bool,
) -> Iterator[Entry]:
    made = application.created or begun.at
    yield begun
    if owns_group:
        yield Made(made, Subject.GROUP, begun.plan.group_name)
    name = f"pipeops-tui-{begun.run_id}"
    yield Made(made, Subject.APPLICATION, name, application.object_id, application.app_id)
    if principal is not None:
        yield Made(made, Subject.PRINCIPAL, application.app_id, principal.object_id)
    if assignment is not None:
        yield Made(made, Subject.ASSIGNMENT, assignment.name)
    for secret in secrets:
        yield Made(made, Subject.SECRET, secret.key_id, secret.key_id, expires=secret.expires)


def _derived(
    plan: Plan, principal: ServicePrincipal | None, assignments: Iterable[RoleAssignment]
) -> RoleAssignment | None:
    """The assignment under the name that pipeops-tui derives; None for any other one."""
    if principal is None:
        return None
    name = assignment_name(plan.group_scope, principal.object_id, CONTRIBUTOR_ROLE_ID)
    return next((one for one in assignments if one.name.lower() == name), None)


def _secrets(application: Application) -> list[FoundSecret]:
    """The newest last: a later one can expire earlier."""
    ordered = sorted(application.secrets, key=lambda key: (key.start is not None, key.start or 0))
    return [FoundSecret(secret.key_id, secret.end) for secret in ordered]
