"""From a scenario's name to its world and its faults."""

from __future__ import annotations

from collections.abc import Callable

from pipeops_tui.simulator.scenarios import places, rights, weather
from pipeops_tui.simulator.scenarios.base import plain
from pipeops_tui.simulator.world.world import World


def _happy(seed: int) -> World:
    return plain(seed).world


_BUILDERS: dict[str, Callable[[int], World]] = {
    "happy": _happy,
    "contributor-only": rights.contributor_only,
    "rbac-admin-conditioned": rights.rbac_admin_conditioned,
    "pim-eligible": rights.pim_eligible,
    "guest": rights.guest,
    "apps-restricted": rights.apps_restricted,
    "checks-refused": rights.checks_refused,
    "upsert-refused": weather.upsert_refused,
    "secrets-forbidden": rights.secrets_forbidden,
    "lifetime-capped": rights.lifetime_capped,
    "quota-full": rights.quota_full,
    "mfa-on-write": weather.mfa_on_write,
    "mfa-surprise": weather.mfa_surprise,
    "locked-tenant": rights.locked_tenant,
    "revoked-session": weather.revoked_session,
    "disabled-subscription": places.disabled_subscription,
    "no-subscription": places.no_subscription,
    "lighthouse": places.lighthouse,
    "policy-requires-tag": places.policy_requires_tag,
    "region-closed": places.region_closed,
    "group-deleting": places.group_deleting,
    "locked-group": places.locked_group,
    "assignment-limit": places.assignment_limit,
    "slow-replication": weather.slow_replication,
    "throttled": weather.throttled,
    "providers-unregistered": places.providers_unregistered,
    "twins": rights.twins,
    "many": places.many,
    "flaky": _happy,
    "down": _happy,
}


def build(name: str, seed: int) -> World:
    """The world of the scenario `name`. Raises KeyError for a name that is not in the catalog."""
    return _BUILDERS[name](seed)


def faults_of(name: str) -> tuple[str, ...]:
    """The faults that belong to a scenario, as texts."""
    return weather.FLAKY if name == "flaky" else ()


def hides_services(name: str) -> bool:
    """Whether the metadata of a scenario names addresses where nobody answers."""
    return name == "down"
