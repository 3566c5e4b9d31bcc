"""Microsoft Graph's SDK client on connections of our own, with retries off, and its costly imports done early."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from kiota_http.middleware.options import RedirectHandlerOption, RetryHandlerOption
from kiota_serialization_json.json_parse_node_factory import JsonParseNodeFactory
from kiota_serialization_json.json_serialization_writer import JsonSerializationWriter
from msgraph.generated.applications.item.add_password.add_password_post_request_body import AddPasswordPostRequestBody
from msgraph.generated.applications.item.remove_password.remove_password_post_request_body import (
    RemovePasswordPostRequestBody,
)
from msgraph.generated.models.application import Application
from msgraph.generated.models.application_collection_response import ApplicationCollectionResponse
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.organization_collection_response import OrganizationCollectionResponse
from msgraph.generated.models.password_credential import PasswordCredential
from msgraph.generated.models.service_principal import ServicePrincipal
from msgraph.generated.models.service_principal_collection_response import ServicePrincipalCollectionResponse
from msgraph.generated.models.user import User
from msgraph.graph_request_adapter import GraphRequestAdapter, options
from msgraph.graph_service_client import GraphServiceClient
from msgraph_core import GraphClientFactory  # type: ignore[import-untyped]

from pipeops_tui.azure_cloud.tokens import Credential
from pipeops_tui.azure_cloud.transports import Transports
from pipeops_tui.model import CloudEndpoints

_MODELS = (
    AddPasswordPostRequestBody,
    Application,
    ApplicationCollectionResponse,
    ODataError,
    OrganizationCollectionResponse,
    PasswordCredential,
    RemovePasswordPostRequestBody,
    ServicePrincipal,
    ServicePrincipalCollectionResponse,
    User,
)


def graph_http(endpoints: CloudEndpoints, transports: Transports) -> httpx.AsyncClient:
    """An HTTP client with Graph's middleware that sends every request exactly once. The caller closes it.

    By default a POST is sent again on 503 and 504 (microsoft/kiota-python, `RetryHandler`): a second application.
    """
    once = RetryHandlerOption(delay=1, max_retries=0, should_retry=False)
    stay = RedirectHandlerOption(should_redirect=False)
    middleware = {**options, once.get_key(): once, stay.get_key(): stay}
    client = transports.for_graph(endpoints.graph)
    GraphClientFactory.create_with_default_middleware(client=client, options=middleware)
    return client


def graph_client(endpoints: CloudEndpoints, credential: Credential, http: httpx.AsyncClient) -> GraphServiceClient:
    """Graph (v1.0) in one tenant. Tokens go to the cloud's own Graph host and nowhere else."""
    provider = AzureIdentityAuthenticationProvider(
        credential,
        scopes=[endpoints.graph_scope],
        allowed_hosts=[urlsplit(endpoints.graph).hostname or ""],
        is_cae_enabled=True,
    )
    adapter = GraphRequestAdapter(provider, client=http)
    adapter.base_url = f"{endpoints.graph}/v1.0"
    return GraphServiceClient(request_adapter=adapter)


def warm_graph() -> None:
    """Make every model we use import what it imports on first use: over a thousand modules, some two seconds.

    Otherwise the first request would stop the event loop for that long (microsoftgraph/msgraph-sdk-python#909).
    """
    factory = JsonParseNodeFactory()
    for model in _MODELS:
        value = factory.get_root_parse_node("application/json", b"{}").get_object_value(model)
        JsonSerializationWriter().write_object_value(None, value)
