"""The Azure clouds: the built-in table, and the endpoints a custom cloud announces about itself. Pure.

Built-in values: Microsoft Learn, "National clouds" (authentication endpoints), "Microsoft Graph national cloud
deployments", and the cloud table of the Azure CLI (`az cloud list`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from pipeops_tui.model import CloudEndpoints

METADATA_PATH = "/metadata/endpoints?api-version=2022-09-01"
"""Where a Resource Manager announces the other endpoints of its cloud; what `az cloud register` reads."""

DEFAULT_CLOUD = "AzureCloud"

_BUILT_IN: tuple[CloudEndpoints, ...] = (
    CloudEndpoints(
        name="AzureCloud",
        authority="https://login.microsoftonline.com",
        resource_manager="https://management.azure.com",
        resource_manager_scope="https://management.azure.com/.default",
        graph="https://graph.microsoft.com",
        graph_scope="https://graph.microsoft.com/.default",
        portal="https://portal.azure.com",
    ),
    CloudEndpoints(
        name="AzureUSGovernment",
        authority="https://login.microsoftonline.us",
        resource_manager="https://management.usgovcloudapi.net",
        resource_manager_scope="https://management.core.usgovcloudapi.net/.default",
        graph="https://graph.microsoft.us",
        graph_scope="https://graph.microsoft.us/.default",
        portal="https://portal.azure.us",
    ),
    CloudEndpoints(
        name="AzureChinaCloud",
        authority="https://login.chinacloudapi.cn",
        resource_manager="https://management.chinacloudapi.cn",
        resource_manager_scope="https://management.chinacloudapi.cn/.default",
        graph="https://microsoftgraph.chinacloudapi.cn",
        graph_scope="https://microsoftgraph.chinacloudapi.cn/.default",
        portal="https://portal.azure.cn",
    ),
)

_AUTHORITY_ALIASES: Mapping[str, str] = {"login.partner.microsoftonline.cn": "AzureChinaCloud"}
"""Other hosts that serve a built-in cloud's authority (Microsoft Learn, "National clouds")."""

_MICROSOFT_SIGN_IN = frozenset(
    {
        "login.microsoft.com",
        "login.windows.net",
        "sts.windows.net",
        "login-us.microsoftonline.com",
        "login.usgovcloudapi.net",
        "login.microsoftonline.de",
        "login.sovcloud-identity.fr",
    }
)
"""Further hosts where a real Microsoft credential would be accepted (MSAL's well-known authority hosts)."""


class UnusableCloudError(Exception):
    """A cloud that cannot be used, with the reason as a sentence."""


def built_in(name: str | None, authority_host: str = "") -> CloudEndpoints:
    """The built-in cloud called `name`, in the Azure CLI's spelling (any case).

    `authority_host` is the value of AZURE_AUTHORITY_HOST, a host or URL as azure-identity reads it. Without a `name` it
    chooses the cloud, and a cloud that it serves is signed in to there.
    Raises `UnusableCloudError` for an unknown name and for an authority that is no built-in cloud's.
    """
    wanted = name or DEFAULT_CLOUD
    cloud = next((cloud for cloud in _BUILT_IN if cloud.name.casefold() == wanted.casefold()), None)
    if cloud is None:
        known = ", ".join(cloud.name for cloud in _BUILT_IN)
        raise UnusableCloudError(f"There is no cloud called {wanted}. Known: {known}.")
    if not authority_host.strip():
        return cloud
    host = host_of(authority_host)
    owner = _owner_of(host)
    if owner is None:
        raise UnusableCloudError(
            f"AZURE_AUTHORITY_HOST names {host}, which is no authority of a built-in cloud. "
            "Unset it, or give the custom cloud with --resource-manager."
        )
    return replace(owner, authority=f"https://{host}") if name is None or owner.name == cloud.name else cloud


def host_of(address: str) -> str:
    """Host (with the port, unless it is HTTPS' own) of a URL or of a bare host name, lower-cased."""
    text = address.strip()
    parts = urlsplit(text if "://" in text else f"https://{text}")
    host = (parts.hostname or "").rstrip(".")
    try:
        port = parts.port
    except ValueError:
        return parts.netloc.casefold()
    return f"{host}:{port}" if port not in (None, 443) else host


def same_address(left: str, right: str) -> bool:
    """Whether two URLs or hosts name the same HTTPS origin; an empty one never does."""
    return bool(left) and bool(right) and host_of(left) == host_of(right)


def from_metadata(resource_manager: str, document: object) -> CloudEndpoints:
    """Endpoints of the cloud whose Resource Manager at `resource_manager` answered `document` (decoded JSON).

    `document` has the shape of `GET /metadata/endpoints`, api-version 2022-09-01: `name`, `portal`,
    `microsoftGraphResourceId`, `authentication` with `loginEndpoint` and `audiences`. As in `az cloud register`, the
    first audience is the resource that Resource Manager tokens are asked for.
    Raises `UnusableCloudError` when something needed is missing or not HTTPS.
    """
    if isinstance(document, list):
        document = document[0] if document else None
    fields = _Document(document)
    authentication = _Document(fields.mapping.get("authentication"))
    audiences = authentication.mapping.get("audiences")
    audience = next((text for text in audiences if isinstance(text, str)), "") if isinstance(audiences, list) else ""
    if not audience:
        raise UnusableCloudError("The cloud does not name an audience for Resource Manager tokens.")
    graph = _https(fields.text("microsoftGraphResourceId"), "Microsoft Graph address")
    cloud = CloudEndpoints(
        name=fields.text("name") or host_of(resource_manager),
        authority=_https(authentication.text("loginEndpoint"), "sign-in address"),
        resource_manager=_https(resource_manager, "Resource Manager address"),
        resource_manager_scope=f"{audience}/.default",
        graph=graph,
        graph_scope=f"{graph}/.default",
        portal=fields.text("portal").rstrip("/"),
        discovered=True,
    )
    _refuse_lure(cloud)
    return cloud


def _refuse_lure(cloud: CloudEndpoints) -> None:
    """A cloud may not have Microsoft sign people in and then take their tokens to addresses of its own."""
    host = host_of(cloud.authority)
    owner = _owner_of(host)
    if owner is None and host not in _MICROSOFT_SIGN_IN:
        return
    own = owner is not None and (
        same_address(owner.resource_manager, cloud.resource_manager) and same_address(owner.graph, cloud.graph)
    )
    if not own:
        raise UnusableCloudError(
            f"{host_of(cloud.resource_manager)} asks to sign in at {host}, but is not an address of that cloud. "
            "Tokens are only ever sent to their own cloud."
        )


@dataclass(frozen=True, slots=True)
class _Document:
    value: object

    @property
    def mapping(self) -> Mapping[str, object]:
        return self.value if isinstance(self.value, dict) else {}

    def text(self, key: str) -> str:
        value = self.mapping.get(key)
        return value if isinstance(value, str) else ""


def _https(url: str, meaning: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise UnusableCloudError(
            f"The cloud names no usable {meaning} ({url or 'none'}); it must be a plain https:// address."
        )
    return url.rstrip("/")


def _owner_of(host: str) -> CloudEndpoints | None:
    name = _AUTHORITY_ALIASES.get(host)
    return next((cloud for cloud in _BUILT_IN if cloud.name == name or host_of(cloud.authority) == host), None)
