"""Quotas and sizes of a region, through the real pipeline: what is understood, what is left out, on which thread."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from typing import Any

import pytest

from pipeops_tui.azure import capacity_reads
from pipeops_tui.core.model import MachineSize, Quota, Subscription
from pipeops_tui.core.ports import Session
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.simulator import RunningSimulator


def usage(name: str = "standardDSv5Family", **parts: Any) -> dict[str, Any]:
    """A row of the list of usages, with other `parts`."""
    return {"unit": "Count", "currentValue": 4, "limit": 10, "name": {"value": name, "localizedValue": "x"}, **parts}


def size(name: str = "Standard_D2s_v5", **parts: Any) -> dict[str, Any]:
    """An entry of the list of sizes, with other `parts`."""
    return {
        "resourceType": "virtualMachines",
        "name": name,
        "family": "standardDSv5Family",
        "locations": ["westeurope"],
        "capabilities": [{"name": "MemoryGB", "value": "8"}, {"name": "vCPUs", "value": "2"}],
        "restrictions": [],
        **parts,
    }


def restricted(kind: str, reason: str = "NotAvailableForSubscription") -> list[dict[str, Any]]:
    """The restrictions of a size, as "Resource Skus - List" has them."""
    info = {"locations": ["westeurope"]}
    return [{"type": kind, "values": ["westeurope"], "restrictionInfo": info, "reasonCode": reason}]


async def quotas_in(azure: RunningSimulator, session: Session, of: Subscription, *rows: object) -> Sequence[Quota]:
    """What is read where Azure lists these rows."""
    azure.add_fault("listUsages:answer", {"effect": False, "status": 200, "body": {"value": rows}})  # type: ignore[dict-item]
    return await session.quotas(of, "westeurope")


async def sizes_in(azure: RunningSimulator, session: Session, of: Subscription, body: Any) -> Sequence[MachineSize]:
    """What is read where Azure answers with this list of sizes."""
    azure.add_fault("listSkus:answer", {"effect": False, "status": 200, "body": body})
    return await session.machine_sizes(of, "westeurope")


async def test_all_families_and_the_total_are_read(session: Session, subscription: Subscription) -> None:
    found = {one.name: one for one in await session.quotas(subscription, "westeurope")}
    assert found["cores"] == Quota("cores", 0, 100)
    assert found["standardDSv5Family"].free == 100
    assert "standardDASv5Family" in found, "without the blank that Azure writes behind it"


async def test_used_and_allowed(azure: RunningSimulator, session: Session, subscription: Subscription) -> None:
    assert await quotas_in(azure, session, subscription, usage()) == [Quota("standardDSv5Family", 4, 10)]
    lowered = await quotas_in(azure, session, subscription, usage(limit=2))
    assert lowered[0].free == 0


async def test_an_empty_list_stays_empty(azure: RunningSimulator, session: Session, subscription: Subscription) -> None:
    assert await quotas_in(azure, session, subscription) == []


@pytest.mark.parametrize(
    "row",
    [
        usage(limit="10"),
        usage(currentValue=None),
        usage(limit=True),
        usage(limit=-1),
        usage(limit=10**12),
        usage(limit=4.5),
        usage(""),
        usage("  "),
        {**usage(), "name": "standardDSv5Family"},
        {**usage(), "name": None},
        {"limit": 10, "currentValue": 0},
        {},
    ],
)
async def test_a_row_that_is_not_understood_is_left_out(
    azure: RunningSimulator, session: Session, subscription: Subscription, row: dict[str, Any]
) -> None:
    found = await quotas_in(azure, session, subscription, row, usage("cores"))
    assert [one.name for one in found] == ["cores"]


async def test_sizes_are_read_with_their_cores(session: Session, subscription: Subscription) -> None:
    found = {one.name: one for one in await session.machine_sizes(subscription, "westeurope")}
    assert len(found) > 500
    assert found["Standard_D2s_v5"] == MachineSize("Standard_D2s_v5", "standardDSv5Family", 2)
    assert found["Standard_E8-2s_v5"].cores == 2
    assert "Premium_LRS" not in found, "a disk"


@pytest.mark.parametrize(
    ("restrictions", "closed"),
    [
        ([], False),
        (restricted("Location"), True),
        (restricted("Zone"), False),
        (restricted("Location", "QuotaId"), False),
        (restricted("Zone") + restricted("Location"), True),
        (None, False),
    ],
)
async def test_only_a_restriction_of_the_whole_region_closes_a_size(
    azure: RunningSimulator, session: Session, subscription: Subscription, restrictions: object, closed: bool
) -> None:
    found = await sizes_in(azure, session, subscription, {"value": [size(restrictions=restrictions)]})
    assert [one.closed for one in found] == [closed]


@pytest.mark.parametrize(
    "entry",
    [
        {**size(), "name": None},
        size(family=""),
        size(capabilities=[]),
        size(capabilities=[{"name": "vCPUs", "value": 2}]),
        size(capabilities=[{"name": "vCPUs", "value": "two"}]),
        size(capabilities=[{"name": "vCPUs", "value": "9" * 5000}]),
        size(capabilities={"vCPUs": "2"}),
        size(restrictions="none"),
        size(resourceType="disks"),
        {},
        [],
        None,
        7,
    ],
)
async def test_an_entry_that_is_not_understood_is_left_out(
    azure: RunningSimulator, session: Session, subscription: Subscription, entry: object
) -> None:
    found = await sizes_in(azure, session, subscription, {"value": [entry, size("Standard_D4s_v5")]})
    assert [one.name for one in found] == ["Standard_D4s_v5"]


@pytest.mark.parametrize("body", [[], {}, {"value": 7}, {"value": {}}, None])
async def test_what_is_no_list_is_a_failure(
    azure: RunningSimulator, session: Session, subscription: Subscription, body: object
) -> None:
    with pytest.raises(CloudError) as refused:
        await sizes_in(azure, session, subscription, body)
    assert refused.value.kind is FailureKind.UNREADABLE


async def test_names_cannot_act_on_the_terminal(
    azure: RunningSimulator, session: Session, subscription: Subscription
) -> None:
    found = await sizes_in(azure, session, subscription, {"value": [size("a\x1b[2J"), size(family="b\u202e")]})
    assert [(one.name, one.family) for one in found] == [
        ("a<U+001B>[2J", "standardDSv5Family"),
        ("Standard_D2s_v5", "b<U+202E>"),
    ]
    shown = await quotas_in(azure, session, subscription, usage("cores\x1b]52;c;x\x07"))
    assert shown[0].name == "cores<U+001B>]52;c;x<U+0007>"


async def test_every_page_is_read(azure: RunningSimulator, session: Session, subscription: Subscription) -> None:
    path = f"{azure.base_url}{subscription.scope}/providers/Microsoft.Compute/skus?api-version=2021-07-01"
    following = f"{path}&%24filter=location+eq+%27westeurope%27&%24skiptoken=2"
    found = await sizes_in(azure, session, subscription, {"value": [size("first")], "nextLink": following})
    assert found[0].name == "first"
    assert "Standard_D2s_v5" in {one.name for one in found[1:]}


@pytest.mark.parametrize(("status", "code"), [(409, "MissingSubscriptionRegistration"), (404, "NotFound"), (403, "No")])
async def test_a_refusal_keeps_its_code(
    azure: RunningSimulator, session: Session, subscription: Subscription, status: int, code: str
) -> None:
    error = {"error": {"code": code, "message": "The subscription is not registered to use Microsoft.Compute."}}
    for operation in ("listUsages", "listSkus"):
        azure.add_fault(f"{operation}:answer", {"effect": False, "status": status, "body": error})
    for read in (session.quotas, session.machine_sizes):
        with pytest.raises(CloudError) as refused:
            await read(subscription, "westeurope")
        assert (refused.value.status, refused.value.code) == (status, code)


async def test_the_large_list_is_never_parsed_on_the_event_loop(
    session: Session, subscription: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed_by, parse, loads = [], capacity_reads.sizes_in, json.loads
    large: list[int] = []

    def in_which_thread(body: bytes) -> tuple[Sequence[MachineSize], str]:
        parsed_by.append(threading.current_thread())
        return parse(body)

    def also_counted(text: Any, *args: Any, **options: Any) -> object:
        if len(text) > 500_000:
            large.append(len(text))
        return loads(text, *args, **options)

    monkeypatch.setattr(capacity_reads, "sizes_in", in_which_thread)
    monkeypatch.setattr(json, "loads", also_counted)
    assert await session.machine_sizes(subscription, "northeurope")
    assert parsed_by
    assert threading.main_thread() not in parsed_by
    assert large == [], "json.loads holds Python's lock until it is done"
