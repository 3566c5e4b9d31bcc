"""Resource groups (Azure REST API "Resource Groups"): created at once, deleted in the background."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import quote

from pipeops_tui.simulator.arm import arm_errors
from pipeops_tui.simulator.arm.access_checks import readable_groups
from pipeops_tui.simulator.arm.arm_service import group_of, json_body, page_size, paged, subscription_of
from pipeops_tui.simulator.arm.location_policies import check_group_location
from pipeops_tui.simulator.arm.policy_effects import check_tags
from pipeops_tui.simulator.arm.provider_catalog import group_regions
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, Reply, ServiceError, encode
from pipeops_tui.simulator.world.records import ResourceGroupRecord
from pipeops_tui.simulator.world.world import World

_NAME_CATEGORIES = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nd"})
_TAG_FILTER = re.compile(
    r"tagName eq '(?P<name>(?:[^']|'')*)'(?: and tagValue eq '(?P<value>(?:[^']|'')*)')?", re.IGNORECASE
)
_POLL_AFTER = "15"
"""Seconds between the polls in recorded exchanges."""


@handles("listResourceGroups")
def list_resource_groups(call: Call) -> Reply:
    """The groups of a subscription; `$filter` knows tags, `$top` limits a page."""
    groups = readable_groups(call, call.world.groups.of(subscription_of(call).subscription_id))
    wanted = call.request.argument("$filter")
    if wanted:
        groups = [group for group in groups if _tagged(group, wanted)]
    return paged(call, [group_json(group) for group in groups], page_size(call))


@handles("getResourceGroup")
def get_resource_group(call: Call) -> Reply:
    """One group; while it is being deleted its state is Deleting."""
    return Reply.of(200, group_json(group_of(call)))


@handles("checkResourceGroup")
def check_resource_group(call: Call) -> Reply:
    """HEAD: 204 when the group exists; the 404 announces a body it does not send."""
    group_of(call)
    return Reply(204)


@handles("putResourceGroup")
def put_resource_group(call: Call) -> Reply:
    """Creates a group (201) or updates one in the same location (200)."""
    name = _checked_name(call.params["group"])
    body = json_body(call.request)
    typed = body.get("location")
    if not isinstance(typed, str) or not typed:
        raise ServiceError(
            400,
            "LocationRequired",
            "The location property is required for this definition.",
            headers=arm_errors.GATEWAY,
        )
    location = _checked_location(call.world, typed)
    tags = _tags(body)
    subscription = subscription_of(call)
    check_tags(call, name, tags)
    check_group_location(call, name, location)
    existing = call.world.groups.get(subscription.subscription_id, name)
    if existing is None:
        group = ResourceGroupRecord(subscription.subscription_id, name, location, tags, _text(body, "managedBy"))
        call.world.groups.add(group)
        return Reply.of(201, group_json(group))
    _check_not_deleting(existing)
    if existing.location != location:
        raise ServiceError(
            409,
            "InvalidResourceGroupLocation",
            f"Invalid resource group location '{typed}'. The Resource group already exists in location "
            f"'{existing.location}'.",
        )
    existing.tags = tags
    existing.managed_by = _text(body, "managedBy")
    return Reply.of(200, group_json(existing))


@handles("updateResourceGroup")
def update_resource_group(call: Call) -> Reply:
    """PATCH: tags are replaced when sent; nothing else changes."""
    group = group_of(call)
    _check_not_deleting(group)
    body = json_body(call.request)
    if "tags" in body:
        group.tags = _tags(body)
    return Reply.of(200, group_json(group))


@handles("deleteResourceGroup")
def delete_resource_group(call: Call) -> Reply:
    """Accepts the deletion (202); the Location answers 202 while it runs and 200 when it is done."""
    group = group_of(call)
    call.world.groups.begin_deletion(group, call.world.now())
    return Reply(202, b"", _poll_headers(call, _job(group)))


@handles("pollDeletion")
def poll_deletion(call: Call) -> Reply:
    """202 while a deletion runs, 200 when it is complete."""
    job = call.params["job"]
    try:
        content = json.loads(base64.b64decode(job + "=" * (-len(job) % 4), altchars=b"-_"))
        kind, _, rest = str(content["jobId"]).partition("-")
    except (ValueError, KeyError, TypeError):
        kind, rest = "", ""
    if kind != "RESOURCEGROUPDELETIONJOB":
        raise ServiceError(
            404, "OperationNotFound", f"The operation '{job}' could not be found.", headers=arm_errors.GATEWAY
        )
    running = call.world.groups.of(subscription_of(call).subscription_id)
    if any(_job_name(group) == rest for group in running if group.deleted_from is not None):
        return Reply(202, b"", _poll_headers(call, job))
    return Reply(200)


def group_json(group: ResourceGroupRecord) -> dict[str, Json]:
    """A group as ARM writes it; tags and managedBy only where they were ever set."""
    return {
        "id": group.scope,
        "name": group.name,
        "type": "Microsoft.Resources/resourceGroups",
        "location": group.location,
        **({} if group.managed_by is None else {"managedBy": group.managed_by}),
        **({} if group.tags is None else {"tags": group.tags}),
        "properties": {"provisioningState": "Succeeded" if group.deleted_from is None else "Deleting"},
    }


def _checked_name(name: str) -> str:
    """The rule of Microsoft Learn "Naming rules and restrictions for Azure resources"."""
    bad = "".join(
        dict.fromkeys(c for c in name if c not in "-_.()" and unicodedata.category(c) not in _NAME_CATEGORIES)
    )
    if bad:
        raise ServiceError(
            400,
            "InvalidResourceGroup",
            f"The provided resource group name '{name}' has these invalid characters: '{bad}'. The name can only be a "
            "letter, digit, '-', '.', '(', ')' or '_'.",
            headers=arm_errors.GATEWAY,
        )
    if len(name) > 90 or name.endswith("."):
        reason = "a length greater than '90'" if len(name) > 90 else "'.' at the end"
        raise ServiceError(
            400,
            "InvalidResourceGroup",
            f"The provided resource group name '{name}' has {reason}, which is not allowed.",
            headers=arm_errors.GATEWAY,
        )
    return name


def _checked_location(world: World, typed: str) -> str:
    """The canonical name of a region that takes resource groups; display names are understood as well."""
    canonical = typed.replace(" ", "").lower()
    open_regions = [name for name in group_regions() if name not in world.rules.closed_regions]
    if canonical in open_regions:
        return canonical
    raise ServiceError(
        400,
        "LocationNotAvailableForResourceGroup",
        f"The provided location '{typed}' is not available for resource group. List of available regions is "
        f"'{','.join(open_regions)}'.",
        headers=arm_errors.GATEWAY,
    )


def _check_not_deleting(group: ResourceGroupRecord) -> None:
    if group.deleted_from is not None:
        raise arm_errors.being_deleted(group.name)


def _tags(body: Mapping[str, Json]) -> dict[str, str] | None:
    tags = body.get("tags")
    if tags is None:
        return None
    if not isinstance(tags, Mapping) or not all(isinstance(value, str) for value in tags.values()):
        raise arm_errors.bad_body("The request content was invalid: the property 'tags' must be an object of strings.")
    return {key: str(value) for key, value in tags.items()}


def _text(body: Mapping[str, Json], key: str) -> str | None:
    value = body.get(key)
    return value if isinstance(value, str) else None


def _tagged(group: ResourceGroupRecord, wanted: str) -> bool:
    found = _TAG_FILTER.fullmatch(wanted.replace("+", " ").strip())
    if found is None:
        raise arm_errors.invalid_option("Filter", wanted)
    tags = {key.lower(): value for key, value in (group.tags or {}).items()}
    value = tags.get(found["name"].replace("''", "'").lower())
    return value is not None and found["value"] in (None, value.replace("'", "''"))


def _job_name(group: ResourceGroupRecord) -> str:
    name = group.name.upper().replace("-", ":2D").replace("_", ":5F")
    return f"{name}-{group.location.upper()}"


def _job(group: ResourceGroupRecord) -> str:
    content = encode({"jobId": f"RESOURCEGROUPDELETIONJOB-{_job_name(group)}", "jobLocation": group.location})
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _poll_headers(call: Call, job: str) -> dict[str, str]:
    version = call.request.argument("api-version") or ""
    world = call.world
    scope = subscription_of(call).scope
    t = str(world.now().ticks + 621_355_968_000_000_000)
    # A signed URL of about 3,600 characters, as ARM sends it: clients must not shorten it.
    parts = [hashlib.sha512(f"{world.seed}/{job}/{part}".encode()).hexdigest() for part in range(27)]
    signature = f"t={t}&c={''.join(parts[:22])}&s={''.join(parts[22:26])[:512]}&h={parts[26][:43]}"
    url = f"{world.endpoints.resource_manager}{scope}/operationresults/{quote(job)}?api-version={version}&{signature}"
    return {"Location": url, "Retry-After": _POLL_AFTER}
