"""Knows the Azure clouds: the built-in table, and the endpoints that a custom cloud announces about itself. Pure.

Built-in values: Microsoft Learn, "National clouds" (authentication endpoints), "Microsoft Graph national cloud
deployments", and the cloud table of the Azure CLI (`az cloud list`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipeops_tui.azure.addresses import Address, BadAddressError, read_address, same_place, signs_people_in
from pipeops_tui.azure.json_values import as_dict, as_dicts, as_texts, text_at
from pipeops_tui.core.model import CloudEndpoints
from pipeops_tui.core.option_values import PUBLIC_CLOUD, PUBLIC_GRAPH, PUBLIC_PORTAL, RESOURCE_MANAGERS

METADATA_PATH = "/metadata/endpoints?api-version=2022-09-01"
"""Where a Resource Manager announces the other endpoints of its cloud; what `az cloud register` reads."""

PUBLIC_SIGN_IN_HOST = "login.microsoftonline.com"

_BUILT_IN: tuple[CloudEndpoints, ...] = (
    CloudEndpoints(
        name=PUBLIC_CLOUD,
        authority=f"https://{PUBLIC_SIGN_IN_HOST}",
        resource_manager=RESOURCE_MANAGERS[PUBLIC_CLOUD],
        resource_manager_scope="https://management.azure.com/.default",
        graph=PUBLIC_GRAPH,
        graph_scope=f"{PUBLIC_GRAPH}/.default",
        portal=PUBLIC_PORTAL,
    ),
    CloudEndpoints(
        name="AzureUSGovernment",
        authority="https://login.microsoftonline.us",
        resource_manager=RESOURCE_MANAGERS["AzureUSGovernment"],
        resource_manager_scope="https://management.core.usgovcloudapi.net/.default",
        graph="https://graph.microsoft.us",
        graph_scope="https://graph.microsoft.us/.default",
        portal="https://portal.azure.us",
    ),
    CloudEndpoints(
        name="AzureChinaCloud",
        authority="https://login.chinacloudapi.cn",
        resource_manager=RESOURCE_MANAGERS["AzureChinaCloud"],
        resource_manager_scope="https://management.chinacloudapi.cn/.default",
        graph="https://microsoftgraph.chinacloudapi.cn",
        graph_scope="https://microsoftgraph.chinacloudapi.cn/.default",
        portal="https://portal.azure.cn",
    ),
)

_AUTHORITY_ALIASES: Mapping[str, str] = {"login.partner.microsoftonline.cn": "AzureChinaCloud"}
"""Other hosts that serve a built-in cloud's authority (Microsoft Learn, "National clouds")."""

_INSTANCES: Mapping[str, str] = {
    "microsoftonline.com": PUBLIC_CLOUD,
    "microsoftonline.us": "AzureUSGovernment",
    "partner.microsoftonline.cn": "AzureChinaCloud",
    "chinacloudapi.cn": "AzureChinaCloud",
}
"""The cloud by `cloud_instance_name` of a tenant's OpenID configuration (Azure/azure-cli#33062)."""


class UnusableCloudError(Exception):
    """A cloud that cannot be used, with the reason as a sentence."""


def built_in(name: str | None, authority_host: str = "") -> CloudEndpoints:
    """The built-in cloud called `name`, in the Azure CLI's spelling (any case).

    `authority_host` is the value of AZURE_AUTHORITY_HOST, a host or URL as azure-identity reads it. Without a `name` it
    chooses the cloud, and a cloud that it serves is signed in to there.
    Raises `UnusableCloudError` for an unknown name and for an authority that is no built-in cloud's.
    """
    wanted = name or PUBLIC_CLOUD
    cloud = next((cloud for cloud in _BUILT_IN if cloud.name.casefold() == wanted.casefold()), None)
    if cloud is None:
        known = ", ".join(cloud.name for cloud in _BUILT_IN)
        raise UnusableCloudError(f"There is no cloud called {wanted}. Known: {known}.")
    if not authority_host:
        return cloud
    host = _authority_in_environment(authority_host)
    owner = _owner_of(host)
    if owner is None:
        raise UnusableCloudError(
            f"AZURE_AUTHORITY_HOST names {host}, which is no authority of a built-in cloud. "
            "Unset it, or give the custom cloud with --resource-manager."
        )
    return replace(owner, authority=f"https://{host}") if name is None or owner.name == cloud.name else cloud


def resource_manager_address(url: str) -> str:
    """The address of a custom cloud's Resource Manager as it is asked. Raises `UnusableCloudError`."""
    return _address(url, "Resource Manager address").url


def cloud_of_tenant(instance: str, endpoints: CloudEndpoints) -> str:
    """The name of the cloud that a tenant is in, by the `cloud_instance_name` that the sign-in of `endpoints` gives
    for it: that of `endpoints`, unless it is the name of another cloud's."""
    name = _INSTANCES.get(instance.casefold(), endpoints.name)
    owner = _owner_of(place_of(endpoints.authority))
    # A custom cloud that has Microsoft sign its people in has a name of its own.
    return endpoints.name if owner is not None and owner.name == name else name


def place_of(url: str) -> str:
    """Host, and port where it is not HTTPS' own, of one of a cloud's addresses, for a person to read."""
    return read_address(url).place


def from_metadata(resource_manager: str, document: object) -> CloudEndpoints:
    """Endpoints of the cloud whose Resource Manager at `resource_manager` answered `document` (decoded JSON).

    `document` has the shape of `GET /metadata/endpoints`, api-version 2022-09-01: `name`, `portal`,
    `microsoftGraphResourceId`, `authentication` with `loginEndpoint` and `audiences`. As in `az cloud register`, the
    first audience is the resource that Resource Manager tokens are asked for.
    Raises `UnusableCloudError` when something needed is missing, is no plain HTTPS address, or would get
    tokens of Microsoft's sign-in at an address of the cloud's own.
    """
    fields = next(iter(as_dicts(document)), {}) if isinstance(document, list) else as_dict(document)
    authentication = as_dict(fields.get("authentication"))
    audience = next(iter(as_texts(authentication.get("audiences"))), "")
    if not audience:
        raise UnusableCloudError("The cloud does not name an audience for Resource Manager tokens.")
    manager = _address(resource_manager, "Resource Manager address")
    authority = _address(text_at(authentication, "loginEndpoint"), "sign-in address")
    graph = _address(text_at(fields, "microsoftGraphResourceId"), "Microsoft Graph address")
    _refuse_foreign_addresses(authority, manager, graph)
    return CloudEndpoints(
        name=text_at(fields, "name") or manager.place,
        authority=authority.url,
        resource_manager=manager.url,
        resource_manager_scope=f"{audience}/.default",
        graph=graph.url,
        graph_scope=f"{graph.url}/.default",
        portal=_portal(text_at(fields, "portal")),
        discovered=True,
    )


def _refuse_foreign_addresses(authority: Address, manager: Address, graph: Address) -> None:
    """Refuse a cloud that has Microsoft sign people in and then sends their tokens to addresses of its own.

    Whether it is Microsoft's is asked of the host alone: a port does not make it another one.
    """
    if not signs_people_in(authority.host):
        return
    owner = _owner_of(authority.place)
    own = owner is not None and (same_place(owner.resource_manager, manager.url) and same_place(owner.graph, graph.url))
    if not own:
        raise UnusableCloudError(
            f"{manager.place} asks to sign in at {authority.place}, but is not an address of that cloud. "
            "Tokens are only ever sent to their own cloud."
        )


def _portal(url: str) -> str:
    """The portal's address; empty where it is none that can be opened."""
    try:
        return _address(url, "portal").url
    except UnusableCloudError:
        return ""


def _address(url: str, meaning: str) -> Address:
    try:
        address = read_address(url)
        if not url.lower().startswith("https://"):
            reason = "It must begin with https://."
        elif address.port is not None and _is_microsoft(address.host):
            reason = "Microsoft's services use no port of their own."
        else:
            return address
    except BadAddressError as error:
        reason = str(error)
    raise UnusableCloudError(f"The cloud names no usable {meaning} ({url or 'none'}). {reason}")


def _authority_in_environment(text: str) -> str:
    try:
        return read_address(text).place
    except BadAddressError as error:
        raise UnusableCloudError(f"AZURE_AUTHORITY_HOST ({text}) is no address that can be used. {error}") from None


def _is_microsoft(host: str) -> bool:
    own = (address for cloud in _BUILT_IN for address in (cloud.resource_manager, cloud.graph))
    return signs_people_in(host) or any(same_place(address, host) for address in own)


def _owner_of(place: str) -> CloudEndpoints | None:
    name = _AUTHORITY_ALIASES.get(place)
    return next((cloud for cloud in _BUILT_IN if cloud.name == name or same_place(cloud.authority, place)), None)
