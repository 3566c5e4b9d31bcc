"""Builds Microsoft Graph's SDK client: on connections of our own, without retries, with its slow imports done early."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from typing import cast
from urllib.parse import urlsplit

import httpx
from kiota_abstractions.serialization import Parsable, ParsableFactory
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from kiota_http.kiota_client_factory import KiotaClientFactory
from kiota_http.middleware.options import RedirectHandlerOption, RetryHandlerOption
from kiota_serialization_json.json_parse_node_factory import JsonParseNodeFactory
from kiota_serialization_json.json_serialization_writer import JsonSerializationWriter
from msgraph.generated.applications.item.add_password.add_password_post_request_body import AddPasswordPostRequestBody
from msgraph.generated.applications.item.remove_password.remove_password_post_request_body import (
    RemovePasswordPostRequestBody,
)
from msgraph.generated.directory_objects.get_by_ids.get_by_ids_post_request_body import GetByIdsPostRequestBody
from msgraph.generated.models.application_collection_response import ApplicationCollectionResponse
from msgraph.generated.models.authorization_policy import AuthorizationPolicy
from msgraph.generated.models.directory_role_collection_response import DirectoryRoleCollectionResponse
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.organization_collection_response import OrganizationCollectionResponse
from msgraph.generated.models.password_credential import PasswordCredential
from msgraph.generated.models.reference_create import ReferenceCreate
from msgraph.generated.models.service_principal_collection_response import ServicePrincipalCollectionResponse
from msgraph.generated.models.tenant_app_management_policy import TenantAppManagementPolicy
from msgraph.graph_request_adapter import GraphRequestAdapter, options
from msgraph_core import GraphClientFactory  # type: ignore[import-untyped]
from msgraph_core.middleware import GraphTelemetryHandler  # type: ignore[import-untyped]
from msgraph_core.middleware.options import GraphTelemetryHandlerOption  # type: ignore[import-untyped]

from pipeops_tui.azure.expected_answers import AnswerMiddleware
from pipeops_tui.azure.sdk_internals import import_only_what_is_read
from pipeops_tui.azure.tokens import Credential
from pipeops_tui.azure.transports import Transports
from pipeops_tui.core.model import CloudEndpoints

_SHAPES: Mapping[type[Parsable], object] = {
    AddPasswordPostRequestBody: {"passwordCredential": {}},
    GetByIdsPostRequestBody: {},
    ReferenceCreate: {},
    ApplicationCollectionResponse: {
        "value": [
            {
                "addIns": [{}],
                "api": {"oauth2PermissionScopes": [{}], "preAuthorizedApplications": [{}]},
                "appRoles": [{}],
                "info": {},
                "keyCredentials": [{}],
                "optionalClaims": {"idToken": [{}]},
                "parentalControlSettings": {},
                "passwordCredentials": [{}],
                "publicClient": {},
                "requestSignatureVerification": {},
                "requiredResourceAccess": [{"resourceAccess": [{}]}],
                "servicePrincipalLockConfiguration": {},
                "spa": {},
                "verifiedPublisher": {},
                "web": {"implicitGrantSettings": {}, "redirectUriSettings": [{}]},
            }
        ]
    },
    ODataError: {"error": {"details": [{}], "innerError": {}}},
    OrganizationCollectionResponse: {"value": [{"verifiedDomains": [{}]}]},
    PasswordCredential: {},
    RemovePasswordPostRequestBody: {},
    ServicePrincipalCollectionResponse: {
        "value": [{"samlSingleSignOnSettings": {}, "resourceSpecificPermissions": [{}]}]
    },
    AuthorizationPolicy: {"defaultUserRolePermissions": {}},
    DirectoryRoleCollectionResponse: {"value": [{}]},
    TenantAppManagementPolicy: {
        "applicationRestrictions": {
            "keyCredentials": [{}],
            "passwordCredentials": [{"restrictionType": "passwordLifetime"}],
        }
    },
}
"""Each model we use, with answers nested as deeply as Graph nests them: inner models are imported on first sight."""

_BUILDERS = (
    "applications.applications_request_builder",
    "applications.item.application_item_request_builder",
    "applications.item.owners.owners_request_builder",
    "applications.item.owners.ref.ref_request_builder",
    "applications.item.add_password.add_password_request_builder",
    "applications.item.remove_password.remove_password_request_builder",
    "applications_with_app_id.applications_with_app_id_request_builder",
    "applications_with_unique_name.applications_with_unique_name_request_builder",
    "directory.directory_request_builder",
    "directory.deleted_items.deleted_items_request_builder",
    "directory.deleted_items.graph_application.graph_application_request_builder",
    "directory.deleted_items.item.directory_object_item_request_builder",
    "directory.deleted_items.item.restore.restore_request_builder",
    "directory_objects.directory_objects_request_builder",
    "directory_objects.get_by_ids.get_by_ids_request_builder",
    "organization.organization_request_builder",
    "policies.policies_request_builder",
    "policies.authorization_policy.authorization_policy_request_builder",
    "policies.default_app_management_policy.default_app_management_policy_request_builder",
    "service_principals.service_principals_request_builder",
    "service_principals.item.service_principal_item_request_builder",
    "service_principals.item.owned_objects.owned_objects_request_builder",
    "service_principals.item.owned_objects.graph_application.graph_application_request_builder",
    "service_principals_with_app_id.service_principals_with_app_id_request_builder",
    "users.users_request_builder",
    "users.item.user_item_request_builder",
    "users.item.owned_objects.owned_objects_request_builder",
    "users.item.owned_objects.graph_application.graph_application_request_builder",
    "users.item.transitive_member_of.transitive_member_of_request_builder",
    "users.item.transitive_member_of.graph_directory_role.graph_directory_role_request_builder",
)
"""Request builders, which the client imports when they are first asked for."""


def graph_http(endpoints: CloudEndpoints, transports: Transports) -> httpx.AsyncClient:
    """An HTTP client with Graph's middleware that sends every request exactly once. Closed with `transports`.

    By default a POST is sent again on 503 and 504 (microsoft/kiota-python, `RetryHandler`): a second application.
    """
    once = RetryHandlerOption(delay=1, max_retries=0, should_retry=False)
    stay = RedirectHandlerOption(should_redirect=False)
    middleware = {**options, once.get_key(): once, stay.get_key(): stay}
    client = transports.for_graph(endpoints.graph)
    telemetry = GraphTelemetryHandler(options[GraphTelemetryHandlerOption.get_key()])
    handlers = [AnswerMiddleware(), *KiotaClientFactory.get_default_middleware(middleware), telemetry]
    GraphClientFactory.create_with_custom_middleware(handlers, client=client)
    return client


def graph_adapter(endpoints: CloudEndpoints, credential: Credential, http: httpx.AsyncClient) -> GraphRequestAdapter:
    """Graph (v1.0) in one tenant. Tokens go to the cloud's own Graph host and nowhere else."""
    provider = AzureIdentityAuthenticationProvider(
        credential,
        scopes=[endpoints.graph_scope],
        allowed_hosts=[urlsplit(endpoints.graph).hostname or ""],
        is_cae_enabled=True,
    )
    adapter = GraphRequestAdapter(provider, client=http)
    adapter.base_url = f"{endpoints.graph}/v1.0"
    return adapter


def warm_graph() -> None:
    """Make every model we use import what it imports on first use, which would otherwise stop the event loop."""
    import_only_what_is_read()
    for name in _BUILDERS:
        importlib.import_module(f"msgraph.generated.{name}")
    factory = JsonParseNodeFactory()
    for model, shape in _SHAPES.items():
        node = factory.get_root_parse_node("application/json", json.dumps(shape).encode())
        value = node.get_object_value(cast("ParsableFactory[Parsable]", model))
        JsonSerializationWriter().write_object_value(None, value)
