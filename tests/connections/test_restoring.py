"""Whether the account can restore a deleted application, and for how long its new client secret can be valid."""

from __future__ import annotations

import pytest

from pipeops_tui.connections.restoring import allowed_days, has_restoring_role
from pipeops_tui.core.model import SecretPolicy
from pipeops_tui.core.ports import Session
from pipeops_tui.simulator import PreparedConnection, RunningSimulator


async def test_whether_the_account_has_a_role_is_asked(
    session: Session, later: RunningSimulator, prepared: dict[str, PreparedConnection]
) -> None:
    tenant_id = prepared["deleted"].tenant_id
    assert await has_restoring_role(session, tenant_id) is True
    later.add_fault("listMyDirectoryRoles@*:answer", {"status": 200, "body": {"value": []}, "effect": False})
    assert await has_restoring_role(session, tenant_id) is False
    later.clear_faults()
    body = {"error": {"code": "Authorization_RequestDenied", "message": "Not you."}}
    later.add_fault("listMyDirectoryRoles@*:answer", {"status": 403, "body": body, "effect": False})
    assert await has_restoring_role(session, tenant_id) is None


@pytest.mark.parametrize(("longest", "days"), [(None, 180), (60, 60), (365, 180), (0, 1)])
def test_the_lifetime_is_at_most_what_the_tenant_allows(longest: int | None, days: int) -> None:
    assert allowed_days(180, SecretPolicy(longest_days=longest)) == days
    assert allowed_days(180, None) == 180
