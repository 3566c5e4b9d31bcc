"""The real SDKs, pointed at a simulated Azure."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from azure.core.credentials import AccessToken, TokenCredential
from azure.core.credentials_async import AsyncTokenCredential
from azure.identity import DeviceCodeCredential
from azure.identity.aio import ClientSecretCredential
from azure.mgmt.authorization.v2022_04_01.aio import AuthorizationManagementClient
from azure.mgmt.resource.resources.aio import ResourceManagementClient
from azure.mgmt.resource.subscriptions.aio import SubscriptionClient
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from kiota_http.middleware.options import RetryHandlerOption
from msgraph.graph_request_adapter import GraphRequestAdapter, options
from msgraph.graph_service_client import GraphServiceClient
from msgraph_core import GraphClientFactory  # type: ignore[import-untyped]

from pipeops_tui.simulator import RunningSimulator

ARM_SCOPE = "https://management.azure.com/.default"
GRAPH_SCOPE = "https://graph.microsoft.com/.default"
NO_RETRIES = {"retry_total": 0}


class InThread(AsyncTokenCredential):
    """A blocking credential for the asynchronous clients."""

    def __init__(self, credential: TokenCredential) -> None:
        self._credential = credential

    async def get_token(self, *scopes: str, **kwargs: Any) -> AccessToken:
        kwargs.pop("enable_cae", None)
        return await asyncio.to_thread(lambda: self._credential.get_token(*scopes, enable_cae=True, **kwargs))

    async def close(self) -> None:
        """Nothing to close."""

    async def __aexit__(self, *_: object) -> None:
        """Nothing to close."""


@dataclass(slots=True)
class Sdk:
    """Clients of one signed-in identity."""

    subscriptions: SubscriptionClient
    resources: ResourceManagementClient
    authorization: AuthorizationManagementClient
    graph: GraphServiceClient
    credential: AsyncTokenCredential


def device_credential(azure: RunningSimulator) -> InThread:
    """The default user, through a device code the simulator approves at once."""
    return InThread(
        DeviceCodeCredential(
            authority=azure.base_url,
            disable_instance_discovery=True,
            connection_verify=str(azure.ca_file),
            additionally_allowed_tenants=["*"],
            prompt_callback=lambda _uri, _code, _expires: None,
        )
    )


def secret_credential(azure: RunningSimulator, tenant: str, client_id: str, secret: str) -> ClientSecretCredential:
    """A service principal with its client secret."""
    return ClientSecretCredential(
        tenant,
        client_id,
        secret,
        authority=azure.base_url,
        disable_instance_discovery=True,
        connection_verify=str(azure.ca_file),
        **NO_RETRIES,
    )


@asynccontextmanager
async def sdk(azure: RunningSimulator, credential: AsyncTokenCredential, subscription: str) -> AsyncIterator[Sdk]:
    """All clients of `credential`, closed afterwards."""
    common: dict[str, Any] = {
        "base_url": azure.base_url,
        "credential_scopes": [ARM_SCOPE],
        "connection_verify": str(azure.ca_file),
        **NO_RETRIES,
    }
    chosen = dict(options)
    chosen[RetryHandlerOption.get_key()] = RetryHandlerOption(delay=1, max_retries=0)
    plain = httpx.AsyncClient(verify=ssl.create_default_context(cafile=str(azure.ca_file)), timeout=30)
    client = GraphClientFactory.create_with_default_middleware(client=plain, options=chosen)
    provider = AzureIdentityAuthenticationProvider(credential, scopes=[GRAPH_SCOPE], allowed_hosts=["localhost"])
    adapter = GraphRequestAdapter(provider, client=client)
    adapter.base_url = f"{azure.announcement['graph']}/v1.0"
    async with (
        SubscriptionClient(credential, **common) as subscriptions,
        ResourceManagementClient(credential, subscription, **common) as resources,
        AuthorizationManagementClient(credential, subscription, **common) as authorization,
        client,
    ):
        yield Sdk(subscriptions, resources, authorization, GraphServiceClient(request_adapter=adapter), credential)
    await credential.close()
