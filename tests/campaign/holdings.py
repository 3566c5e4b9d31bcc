"""What a simulated Azure holds, sorted into what belongs to one run and what does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from pipeops_tui.core.names import OWN_TAG
from tests.campaign.tally import Tally

State = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Holdings:
    """The live things of one run."""

    groups: tuple[str, ...]
    applications: tuple[str, ...]
    """Client ids."""
    principals: tuple[str, ...]
    assignments: tuple[str, ...]
    secrets: tuple[str, ...]
    """Key ids."""
    deleted: tuple[str, ...]
    """Client ids of applications that are only soft-deleted."""

    @classmethod
    def of(cls, state: State, run_id: str = "") -> Holdings:
        """What `run_id` (or any run) has made: told by its mark, and by what belongs to what carries it."""
        applications = [item for item in state["applications"] if _is_marked(item, run_id)]
        deleted = [item["appId"] for item in state["deleted_applications"] if _is_marked(item, run_id)]
        client_ids = {item["appId"] for item in applications}
        principals = [item["id"] for item in state["service_principals"] if item["appId"] in client_ids]
        tagged = [(item["name"], (item.get("tags") or {}).get(OWN_TAG)) for item in state["resource_groups"]]
        groups = [name for name, tag in tagged if tag is not None and tag.startswith(run_id)]
        assignments = [
            item["name"]
            for item in state["role_assignments"]
            if item["properties"]["principalId"] in principals
            or any(f"/resourcegroups/{name}".lower() in item["properties"]["scope"].lower() for name in groups)
        ]
        secrets = [key["keyId"] for item in applications for key in item["passwordCredentials"]]
        return cls(
            tuple(groups), tuple(client_ids), tuple(principals), tuple(assignments), tuple(secrets), tuple(deleted)
        )

    @property
    def nothing(self) -> bool:
        """Whether nothing is left."""
        return not any(getattr(self, kind.name) for kind in fields(self))

    @property
    def one_of_everything(self) -> bool:
        """Whether exactly one of everything is there."""
        everything = (self.groups, self.applications, self.principals, self.assignments, self.secrets)
        return all(len(things) == 1 for things in everything)

    def count_duplicates(self, tally: Tally) -> None:
        """Add what there is too much of."""
        tally.duplicate_applications += max(0, len(self.applications) - 1)
        tally.duplicate_principals += max(0, len(self.principals) - 1)
        tally.duplicate_assignments += max(0, len(self.assignments) - 1)
        tally.duplicate_secrets += max(0, len(self.secrets) - 1)


def belongings(state: State) -> dict[str, str]:
    """Everything there is, by kind and id, as text that changes when the thing does; without what carries the mark
    of a run, and what belongs to that."""
    marked = {item["appId"] for item in state["applications"] if _is_marked(item)}
    principals = {item["id"] for item in state["service_principals"] if item["appId"] in marked}
    kept: dict[str, str] = {}
    for kind in ("resource_groups", "applications", "service_principals", "role_assignments"):
        for item in state[kind]:
            ours = (
                OWN_TAG in (item.get("tags") or {})
                or item.get("appId") in marked
                or item.get("properties", {}).get("principalId") in principals
            )
            if not ours:
                kept[f"{kind} {item['id']}"] = repr(sorted(item.items(), key=lambda pair: pair[0]))
    return kept


def _is_marked(application: Mapping[str, Any], run_id: str = "") -> bool:
    return any(tag.startswith(f"pipeops-tui-run:{run_id}") for tag in application["tags"])
