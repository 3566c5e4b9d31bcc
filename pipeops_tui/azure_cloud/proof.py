"""Signs in as the new application, to prove that its credentials work."""

from __future__ import annotations

from azure.core.credentials import AccessToken
from azure.identity.aio import ClientSecretCredential

from pipeops_tui.azure_cloud.failures import Failures
from pipeops_tui.azure_cloud.problems.evidence import Context, Operation, Service
from pipeops_tui.azure_cloud.resource_manager import ResourceManager
from pipeops_tui.azure_cloud.resource_reads import group_of
from pipeops_tui.azure_cloud.tokens import held
from pipeops_tui.azure_cloud.transports import Transports
from pipeops_tui.model import CloudEndpoints, ResourceGroup, Subscription
from pipeops_tui.secret import Secret

_TOKEN_DEADLINE = 30.0


async def sign_in_as(
    endpoints: CloudEndpoints,
    subscription: Subscription,
    transports: Transports,
    failures: Failures,
    client_id: str,
    secret: Secret,
) -> AzureProof:
    """A token for Resource Manager by client credentials. Raises `CloudError`; `transports` is closed with it.

    The asynchronous credential does without MSAL, which would repeat a refusal from its cache for 60 s. A new one on
    new connections each time: the replicas behind the sign-in service differ while a secret spreads.
    """
    context = Context(
        Operation.PROVE_SIGN_IN, tenant_id=subscription.tenant_id, subscription_id=subscription.subscription_id
    )

    async def ask() -> AccessToken:
        credential = ClientSecretCredential(
            subscription.tenant_id,
            client_id,
            secret.reveal(),
            authority=endpoints.authority,
            disable_instance_discovery=True,
            transport=transports.for_azure_core(endpoints.authority),
            retry_total=0,
        )
        async with credential:
            return await credential.get_token(endpoints.resource_manager_scope)

    try:
        token = await failures.perform(context, Service.ENTRA, ask(), _TOKEN_DEADLINE)
    except BaseException:
        await transports.close()
        raise
    return AzureProof(endpoints, subscription, transports, failures, token)


class AzureProof:
    """Implements `ports.ProofSession`. It holds a token, and no longer the secret."""

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
        self._manager = ResourceManager(endpoints, held(token), transports)

    async def read_group(self, name: str) -> ResourceGroup:
        """Read the resource group as the application. Raises `CloudError`: REPLICATION while the role assignment has
        not taken effect, which takes up to 10 minutes and a new token (Microsoft Learn, "Troubleshoot Azure RBAC")."""
        context = Context(
            Operation.PROVE_ACCESS,
            tenant_id=self._subscription.tenant_id,
            subscription_id=self._subscription.subscription_id,
            group=name,
            scope=f"{self._subscription.scope}/resourceGroups/{name}",
        )
        client = self._manager.resources(self._subscription.subscription_id)
        request = client.resource_groups.get(name)
        return group_of(await self._failures.perform(context, Service.RESOURCE_MANAGER, request))

    async def close(self) -> None:
        """Close the connections."""
        await self._transports.close()
