"""The managed identity of the client's machine, as Azure App Service gives out its tokens.

The protocol: Microsoft Learn, "Managed identities for App Service and Azure Functions", REST endpoint reference
(api-version 2019-08-01). There the address is an http one of the machine itself; here it is that of this world, with
TLS. The address that all of Azure's virtual machines have in common (169.254.169.254) is not served.
"""

from __future__ import annotations

import hmac

from pipeops_tui.simulator.entra import tokens
from pipeops_tui.simulator.routing import Call, Match, handles
from pipeops_tui.simulator.wire import Json, Reply, Request
from pipeops_tui.simulator.world.records import RoleAssignmentRecord, ServicePrincipalRecord
from pipeops_tui.simulator.world.roles import OWNER
from pipeops_tui.simulator.world.world import World

_VERSION = "2019-08-01"
_LIFETIME = 86_400


@handles("getIdentityToken")
def get_identity_token(call: Call) -> Reply:
    """A token for the `resource` that is asked for; `client_id` can name the identity."""
    world, request = call.world, call.request
    if not hmac.compare_digest(request.headers.get("x-identity-header", "").encode(), world.identity.header.encode()):
        return refusal(world, 401, "The header X-IDENTITY-HEADER is missing or wrong.")
    resource = request.argument("resource")
    if request.argument("api-version") != _VERSION or not resource:
        return refusal(world, 400, f"The parameters 'resource' and 'api-version' ({_VERSION}) are required.")
    if (request.argument("client_id") or world.identity.client_id).lower() != world.identity.client_id:
        return refusal(
            world, 400, "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/"
            "PrincipalId."
        )  # fmt: skip
    if tokens.audience_of(world, resource) is None:
        return refusal(world, 400, f"The resource {resource} is not known.")
    principal = _principal(world)
    body: dict[str, Json] = {
        "access_token": tokens.application_token(world, principal, resource, _LIFETIME, by_secret=False),
        "expires_on": str(int(world.now()) + _LIFETIME),
        "resource": resource,
        "token_type": "Bearer",
        "client_id": principal.app_id,
    }
    return Reply.of(200, body)


def serve(world: World, request: Request, match: Match | None) -> Reply:
    """The reply to a request for a token of the managed identity."""
    if match is None:
        return refusal(world, 404, f"Nothing is served at {request.method} {request.path}.")
    correlation_id = world.ids.guid("identity correlation")
    return match.handler(Call(world, request, match.operation, match.params, correlation_id, correlation_id))


def refusal(world: World, status: int, message: str) -> Reply:
    """An error in the form that App Service gives it (Azure-Samples/azure-search-openai-demo#2148)."""
    correlation_id = world.ids.guid("identity correlation")
    return Reply.of(status, {"statusCode": status, "message": message, "correlationId": correlation_id})


def _principal(world: World) -> ServicePrincipalRecord:
    """Its service principal, made with its first token: Owner of the announced subscription, manager of all
    applications."""
    tenant, identity = world.announced.tenant_id, world.identity
    known = world.directory.principal_of(tenant, identity.client_id)
    if known is not None:
        return known
    principal = ServicePrincipalRecord(
        object_id=identity.object_id,
        app_id=identity.client_id,
        tenant_id=tenant,
        created=world.now(),
        created_by=identity.object_id,
        properties={"displayName": "simulated-machine", "servicePrincipalType": "ManagedIdentity"},
        graph_permissions=frozenset({"Application.ReadWrite.All"}),
    )
    world.directory.add_service_principal(principal)
    if world.announced.subscription_id is not None:
        world.assignments.add(_owner_role(world, principal, world.announced.subscription_id))
    return principal


def _owner_role(world: World, principal: ServicePrincipalRecord, subscription_id: str) -> RoleAssignmentRecord:
    now = world.now()
    return RoleAssignmentRecord(
        name=world.ids.named("managed identity", "assignment"),
        scope=world.subscriptions[subscription_id].scope,
        role_id=OWNER,
        principal_id=principal.object_id,
        principal_type="ServicePrincipal",
        created=now,
        updated=now,
        created_by=principal.object_id,
        tenant_id=principal.tenant_id,
    )
