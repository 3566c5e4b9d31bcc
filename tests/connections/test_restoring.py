"""Whether the account can restore a deleted application, and for how long its new client secret can be valid."""

from __future__ import annotations

import pytest

from pipeops_tui.connections.restoring import Restorers, allowed_days, restorers
from pipeops_tui.core.model import SecretPolicy
from pipeops_tui.core.ports import Session
from pipeops_tui.simulator import PreparedConnection, RunningSimulator
from pipeops_tui.simulator.simulated_azure import SimulatedAzure
from pipeops_tui.simulator.world.authorization import APPLICATION_DEVELOPER, CLOUD_APPLICATION_ADMINISTRATOR


def give_roles(azure: RunningSimulator, roles: dict[str, str]) -> None:
    """Take all directory roles away, and give one to each of these users."""

    def give(simulated: SimulatedAzure) -> None:
        for user in simulated.world.directory.users.values():
            role = roles.get(user.principal_name)
            user.directory_roles = (role,) if role else ()

    azure.call(give)


async def test_who_can_restore_is_asked(
    session: Session, later: RunningSimulator, prepared: dict[str, PreparedConnection]
) -> None:
    tenant_id = prepared["deleted"].tenant_id
    assert await restorers(session, tenant_id) == Restorers(True)
    give_roles(later, {"robin@contoso.com": CLOUD_APPLICATION_ADMINISTRATOR})
    assert await restorers(session, tenant_id) == Restorers(False, ("Robin Meyer",))
    give_roles(later, {"robin@contoso.com": APPLICATION_DEVELOPER})
    assert await restorers(session, tenant_id) == Restorers(False), "a role that cannot restore"


@pytest.mark.parametrize(
    ("refused", "expected"),
    [("listMyDirectoryRoles", Restorers(None)), ("listDirectoryRoles", Restorers(False))],
)
async def test_refused_reads_leave_it_open(
    session: Session,
    later: RunningSimulator,
    prepared: dict[str, PreparedConnection],
    refused: str,
    expected: Restorers,
) -> None:
    give_roles(later, {"robin@contoso.com": CLOUD_APPLICATION_ADMINISTRATOR})
    body = {"error": {"code": "Authorization_RequestDenied", "message": "Not you."}}
    later.add_fault(f"{refused}@*:answer", {"status": 403, "body": body, "effect": False})
    assert await restorers(session, prepared["deleted"].tenant_id) == expected


@pytest.mark.parametrize(("longest", "days"), [(None, 180), (60, 60), (365, 180), (0, 1)])
def test_the_lifetime_is_at_most_what_the_tenant_allows(longest: int | None, days: int) -> None:
    assert allowed_days(180, SecretPolicy(longest_days=longest)) == days
    assert allowed_days(180, None) == 180
