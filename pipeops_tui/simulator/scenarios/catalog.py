"""From a scenario's name to its world and its faults."""

from __future__ import annotations

from collections.abc import Callable

from pipeops_tui.simulator.scenarios import (
    missing_rights,
    pipeops_works,
    restricted_scopes,
    service_failures,
    six_months_later,
)
from pipeops_tui.simulator.scenarios.standard_world import standard_world
from pipeops_tui.simulator.world.world import World


def _happy(seed: int) -> World:
    return standard_world(seed).world


_BUILDERS: dict[str, Callable[[int], World]] = {
    "happy": _happy,
    "contributor-only": missing_rights.contributor_only,
    "rbac-admin-conditioned": missing_rights.rbac_admin_conditioned,
    "pim-eligible": missing_rights.pim_eligible,
    "guest": missing_rights.guest,
    "apps-restricted": missing_rights.apps_restricted,
    "checks-refused": missing_rights.checks_refused,
    "upsert-refused": service_failures.upsert_refused,
    "secrets-forbidden": missing_rights.secrets_forbidden,
    "lifetime-capped": missing_rights.lifetime_capped,
    "quota-full": missing_rights.quota_full,
    "mfa-on-write": service_failures.mfa_on_write,
    "mfa-surprise": service_failures.mfa_surprise,
    "applications-blocked": service_failures.applications_blocked,
    "locked-tenant": missing_rights.locked_tenant,
    "revoked-session": service_failures.revoked_session,
    "disabled-subscription": restricted_scopes.disabled_subscription,
    "no-subscription": restricted_scopes.no_subscription,
    "lighthouse": restricted_scopes.lighthouse,
    "policy-requires-tag": restricted_scopes.policy_requires_tag,
    "region-closed": restricted_scopes.region_closed,
    "no-quota": restricted_scopes.no_quota,
    "student": restricted_scopes.student,
    "west-europe-blocked": restricted_scopes.west_europe_blocked,
    "group-deleting": restricted_scopes.group_deleting,
    "locked-group": restricted_scopes.locked_group,
    "assignment-limit": restricted_scopes.assignment_limit,
    "slow-replication": service_failures.slow_replication,
    "throttled": service_failures.throttled,
    "providers-unregistered": restricted_scopes.providers_unregistered,
    "twins": missing_rights.twins,
    "six-months-later": six_months_later.six_months_later,
    "pipeops-at-work": pipeops_works.pipeops_at_work,
    "pipeops-refused": pipeops_works.pipeops_refused,
    "many": restricted_scopes.many,
    "flaky": _happy,
    "down": _happy,
}


def build(name: str, seed: int) -> World:
    """The world of the scenario `name`. Raises KeyError for a name that is not in the catalog."""
    return _BUILDERS[name](seed)


def faults_of(name: str) -> tuple[str, ...]:
    """The faults that belong to a scenario, as texts."""
    return service_failures.FLAKY if name == "flaky" else ()


def hides_graph(name: str) -> bool:
    """Whether the metadata of a scenario names an address of Microsoft Graph that refuses connections."""
    return name == "down"
