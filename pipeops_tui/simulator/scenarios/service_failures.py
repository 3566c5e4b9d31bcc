"""Worlds in which Azure answers slowly, with errors, or with demands for a second factor."""

from __future__ import annotations

from pipeops_tui.simulator.scenarios.standard_world import standard_world
from pipeops_tui.simulator.world.rules import Replication
from pipeops_tui.simulator.world.world import World

FLAKY = (
    "*@p0.02:503-html",
    "*@p0.02:500",
    "*@p0.02:429=1",
    "*@p0.02:drop-request",
    "*@p0.015:drop-response",
    "*@p0.01:reset",
    "*@p0.01:truncate",
    "*@p0.005:garbage",
    "*@p0.01:delay=2",
)
"""The faults of the scenario `flaky`."""


def upsert_refused(seed: int) -> World:
    """No PATCH by unique name."""
    base = standard_world(seed)
    base.world.rules.upsert_by_unique_name = False
    return base.world


def mfa_on_write(seed: int) -> World:
    """Sign-in with a password only; writes need a second factor."""
    base = standard_world(seed)
    base.world.rules.sign_in_has_mfa = False
    base.world.rules.writes_need_mfa = True
    return base.world


def mfa_surprise(seed: int) -> World:
    """Sign-in with a second factor; writes challenge for one all the same."""
    base = standard_world(seed)
    base.world.rules.writes_need_mfa = True
    return base.world


def revoked_session(seed: int) -> World:
    """The session is revoked when the user first writes."""
    base = standard_world(seed)
    base.world.rules.revoke_first_session = True
    return base.world


def slow_replication(seed: int) -> World:
    """Seconds and tens of seconds, as measured in the field (microsoftgraph/microsoft-graph-docs#17966)."""
    base = standard_world(seed)
    base.world.rules.replication = Replication(
        application_reads=2,
        application_writes=6,
        backing=8,
        principal_reads=4,
        index=15,
        arm=20,
        sign_in=5,
        secret=8,
        secret_flaps=10,
        rbac=25,
    )
    return base.world


def throttled(seed: int) -> World:
    """The first request of each of these operations is answered with 429."""
    base = standard_world(seed)
    base.world.rules.throttled = frozenset(
        {
            "listResourceGroups",
            "listPermissions",
            "putResourceGroup",
            "registerProvider",
            "putRoleAssignment",
            "listApplications",
            "createApplication",
            "updateApplication",
            "createServicePrincipal",
            "updateServicePrincipal",
            "addPassword",
        }
    )
    return base.world


def applications_blocked(seed: int) -> World:
    """Conditional Access for workload identities lets no application sign in from here but the announced one."""
    world = standard_world(seed).world
    world.rules.blocks_workload_identities = True
    return world
