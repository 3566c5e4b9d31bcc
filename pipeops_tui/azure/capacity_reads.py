"""Reads what a subscription can use of a region: quotas of vCPUs, and the sizes of virtual machines.

The list of sizes has 1 to 3 MB a region. `json.loads` would hold Python's lock for 12 ms a megabyte, on whatever thread
it runs, and no key would be answered meanwhile; msgspec only looks for the ends of the entries first (1 ms a megabyte),
and then decodes them one by one, between which other threads have their turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import DecodeError, Raw, Struct, ValidationError
from msgspec.json import Decoder

from pipeops_tui.azure.answer_limits import MalformedAnswerError, UnusableAnswerError
from pipeops_tui.azure.clients import Clients
from pipeops_tui.azure.errors.evidence import AzureOperation, RequestContext
from pipeops_tui.azure.json_values import number_at, text_at
from pipeops_tui.core.model import MachineSize, Quota, Subscription

_COMPUTE: Final = "/providers/Microsoft.Compute"
_USAGES_VERSION: Final = "2024-07-01"
_SIZES_VERSION: Final = "2021-07-01"
_MACHINES: Final = "virtualMachines"
_CORES: Final = "vCPUs"
_MOST_DIGITS: Final = 6
_MOST: Final = 10**_MOST_DIGITS
"""No region has as many processors; a larger number would only fill the screen."""
_NOT_FOR_THIS_SUBSCRIPTION: Final = "NotAvailableForSubscription"
_IN_ALL_OF_THE_REGION: Final = "Location"
"""The other type of a restriction is `Zone`: then the size can be used in the other zones, or in none."""


class _Capability(Struct):
    name: str | None = None
    value: str | None = None


class _Restriction(Struct, rename="camel"):
    type: str | None = None
    reason_code: str | None = None


class _Entry(Struct, rename="camel"):
    """An entry of "Resource Skus - List"; msgspec passes over what is not named here."""

    resource_type: str | None = None
    name: str | None = None
    family: str | None = None
    capabilities: list[_Capability] | None = None
    restrictions: list[_Restriction] | None = None


class _Page(Struct, rename="camel"):
    value: list[Raw]
    next_link: str | None = None


_PAGE: Final = Decoder(_Page)
_ENTRY: Final = Decoder(_Entry)


class CapacityReads:
    """Reads of one account in Microsoft.Compute. Every method raises `CloudError`, which then means "unknown": also
    where that resource provider is not registered yet."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    async def quotas(self, subscription: Subscription, location: str) -> Sequence[Quota]:
        """Usage - List (2024-07-01), all pages. A row without a name or with a number that is none is left out."""
        path = f"{subscription.scope}{_COMPUTE}/locations/{location}/usages"
        pages = self._clients.read_pages(_context(subscription), path, _USAGES_VERSION)
        return [quota async for page in pages for item in page if (quota := _quota(item)) is not None]

    async def machine_sizes(self, subscription: Subscription, location: str) -> Sequence[MachineSize]:
        """Resource Skus - List (2021-07-01) of one region, all pages."""
        pages = self._clients.read_large_pages(
            _context(subscription),
            f"{subscription.scope}{_COMPUTE}/skus",
            _SIZES_VERSION,
            sizes_in,
            **{"$filter": f"location eq '{location}'"},
        )
        return [size async for page in pages for size in page]


def sizes_in(body: bytes) -> tuple[Sequence[MachineSize], str]:
    """The sizes in one page, and the link to the next one. An entry that is not of the documented form is left out.
    Raises `UnusableAnswerError`."""
    try:
        page = _PAGE.decode(body)
    except ValidationError:
        raise MalformedAnswerError("not a list") from None
    except DecodeError:
        raise UnusableAnswerError("not JSON") from None
    found = [size for raw in page.value if (size := _size(raw)) is not None]
    return found, page.next_link or ""


def _context(subscription: Subscription) -> RequestContext:
    return RequestContext(
        AzureOperation.READ_CAPACITY,
        tenant_id=subscription.tenant_id,
        subscription_id=subscription.subscription_id,
        namespace="Microsoft.Compute",
        scope=subscription.scope,
    )


def _size(raw: Raw) -> MachineSize | None:
    try:
        entry = _ENTRY.decode(raw)
    except DecodeError:
        return None
    if entry.resource_type != _MACHINES or not entry.name or not entry.family:
        return None
    cores = next((one.value for one in entry.capabilities or () if one.name == _CORES), None) or ""
    if not (cores.isascii() and cores.isdigit() and len(cores) <= _MOST_DIGITS):
        return None
    closed = any(
        one.reason_code == _NOT_FOR_THIS_SUBSCRIPTION and one.type == _IN_ALL_OF_THE_REGION
        for one in entry.restrictions or ()
    )
    return MachineSize(entry.name, entry.family, int(cores), closed)


def _quota(item: Mapping[str, object]) -> Quota | None:
    name = text_at(item.get("name"), "value").strip()
    used, limit = number_at(item, "currentValue"), number_at(item, "limit")
    if not name or used is None or limit is None or not (0 <= used < _MOST and 0 <= limit < _MOST):
        return None
    return Quota(name, used, limit)
