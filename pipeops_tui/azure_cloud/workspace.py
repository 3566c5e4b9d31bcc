"""Everything this program writes to Azure, in one subscription and the tenant it trusts."""

from __future__ import annotations

from pipeops_tui.azure_cloud.clients import Clients
from pipeops_tui.azure_cloud.proof import AzureProof, sign_in_as
from pipeops_tui.azure_cloud.workspace_arm import ArmWrites
from pipeops_tui.azure_cloud.workspace_graph import GraphWrites
from pipeops_tui.model import Subscription
from pipeops_tui.secret import Secret


class AzureWorkspace(ArmWrites, GraphWrites):
    """Implements `ports.Workspace`."""

    def __init__(self, clients: Clients, subscription: Subscription, account: str) -> None:
        ArmWrites.__init__(self, clients, subscription, account)
        GraphWrites.__init__(self, clients, subscription.tenant_id, account)

    async def sign_in_as(self, client_id: str, secret: Secret) -> AzureProof:
        """A token for Resource Manager as the new application, from a fresh session every time."""
        clients = self._clients
        return await sign_in_as(
            clients.endpoints, self._subscription, clients.transports.fresh(), clients.failures, client_id, secret
        )
