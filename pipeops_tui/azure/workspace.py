"""Everything this program writes to Azure, in one subscription and its tenant, and the test sign-in that follows."""

from __future__ import annotations

from azure.core.credentials import AccessToken

from pipeops_tui.azure.application_token import TOKEN_SECONDS, application_token
from pipeops_tui.azure.clients import Clients
from pipeops_tui.azure.errors.evidence import AzureOperation, AzureService, RequestContext
from pipeops_tui.azure.expected_answers import GET_GROUP
from pipeops_tui.azure.failures import Failures
from pipeops_tui.azure.resource_manager import ResourceManager
from pipeops_tui.azure.resource_reads import group_of
from pipeops_tui.azure.tokens import credential_of
from pipeops_tui.azure.transports import Transports
from pipeops_tui.azure.workspace_arm import ArmWrites
from pipeops_tui.azure.workspace_graph import GraphWrites
from pipeops_tui.core.model import CloudEndpoints, ResourceGroup, Subscription
from pipeops_tui.core.secret import Secret


class AzureWorkspace(ArmWrites, GraphWrites):
    """Implements `ports.Workspace`."""

    def __init__(self, clients: Clients, subscription: Subscription, account: str) -> None:
        ArmWrites.__init__(self, clients, subscription, account)
        GraphWrites.__init__(self, clients, subscription.tenant_id, account)

    async def sign_in_as(self, client_id: str, secret: Secret) -> AzureTestSignIn:
        """A token for Resource Manager as the new application, from a fresh session every time."""
        clients = self._clients
        return await _sign_in_as(
            clients.endpoints, self._subscription, clients.transports.fresh(), clients.failures, client_id, secret
        )


async def _sign_in_as(
    endpoints: CloudEndpoints,
    subscription: Subscription,
    transports: Transports,
    failures: Failures,
    client_id: str,
    secret: Secret,
) -> AzureTestSignIn:
    """A token for Resource Manager by client credentials. Raises `CloudError`; `transports` is closed with it.

    A new credential on new connections each time: the replicas behind the sign-in service differ while a secret
    spreads.
    """
    context = RequestContext(
        AzureOperation.TEST_SIGN_IN, tenant_id=subscription.tenant_id, subscription_id=subscription.subscription_id
    )
    asked = application_token(endpoints, transports, subscription.tenant_id, client_id, secret)
    try:
        token = await failures.perform(context, AzureService.ENTRA, asked, TOKEN_SECONDS)
    except BaseException:
        await transports.close()
        raise
    return AzureTestSignIn(endpoints, subscription, transports, failures, token)


class AzureTestSignIn:
    """Implements `ports.ApplicationSession`. It holds a token, and no longer the secret."""

    def __init__(
        self,
        endpoints: CloudEndpoints,
        subscription: Subscription,
        transports: Transports,
        failures: Failures,
        token: AccessToken,
    ) -> None:
        self._subscription = subscription
        self._transports = transports
        self._failures = failures
        self._manager = ResourceManager(endpoints, credential_of(token), transports)

    async def read_group(self, name: str) -> ResourceGroup:
        """Read the resource group as the application. Raises `CloudError`: REPLICATION while the role assignment has
        not taken effect, which takes up to 10 minutes and a new token (Microsoft Learn, "Troubleshoot Azure RBAC")."""
        context = RequestContext(
            AzureOperation.TEST_ACCESS,
            tenant_id=self._subscription.tenant_id,
            subscription_id=self._subscription.subscription_id,
            group=name,
            scope=self._subscription.scope_of(name),
        )
        client = self._manager.resources(self._subscription.subscription_id)

        async def ask() -> ResourceGroup:
            return group_of(await client.resource_groups.get(name, success=GET_GROUP))

        return await self._failures.perform(context, AzureService.RESOURCE_MANAGER, ask())

    async def close(self) -> None:
        """Close the connections."""
        await self._transports.close()
