"""From a chosen way of signing in to a session: the credential, the clients, and who came in."""

from __future__ import annotations

from dataclasses import dataclass

from pipeops_tui.azure_cloud.clients import Clients
from pipeops_tui.azure_cloud.discovery import fetch_metadata
from pipeops_tui.azure_cloud.failures import Failures
from pipeops_tui.azure_cloud.network import Network
from pipeops_tui.azure_cloud.patience import Patience
from pipeops_tui.azure_cloud.problems import local
from pipeops_tui.azure_cloud.request_log import RequestLog
from pipeops_tui.azure_cloud.session import SIGN_IN_DEADLINE, AzureSession, account_of
from pipeops_tui.azure_cloud.signin.interactive import BrowserSource, DeviceCodeSource, credential_options
from pipeops_tui.azure_cloud.signin.unattended import AzureCliSource, EnvironmentSource
from pipeops_tui.azure_cloud.tokens import ShowCode, TokenSource, TokenStore
from pipeops_tui.azure_cloud.transports import Transports
from pipeops_tui.clock import Clock
from pipeops_tui.model import CloudEndpoints, SignInMethod
from pipeops_tui.waits import Waits


@dataclass(frozen=True, slots=True)
class SessionFactory:
    """What every session of one connector shares, and how it comes about."""

    network: Network
    log: RequestLog
    clock: Clock

    async def metadata(self, resource_manager: str) -> object:
        """What the Resource Manager at this URL says about its cloud. Raises `CloudError`."""
        patience = Patience(self.clock, Waits())
        return await patience.ask(
            lambda: fetch_metadata(resource_manager, Transports(self.network, self.log), Failures(self.clock))
        )

    async def open(
        self,
        endpoints: CloudEndpoints,
        method: SignInMethod,
        show_code: ShowCode,
        *,
        tenant: str | None,
        client_id: str | None,
    ) -> AzureSession:
        """Sign in and find out who that is. Raises `CloudError`; nothing stays open when it fails."""
        transports, failures = Transports(self.network, self.log), Failures(self.clock)
        try:
            source = self._source(endpoints, method, transports, tenant, client_id)
        except (ValueError, OSError) as error:
            await transports.close()
            raise local.unusable_credentials(str(error)) from None
        tokens = TokenStore(source, failures)
        waits = Waits()
        clients = Clients(endpoints, tokens, transports, failures, Patience(self.clock, waits))
        try:
            token = await tokens.interact(endpoints.resource_manager_scope, "", "", show_code, SIGN_IN_DEADLINE)
        except BaseException:
            await clients.close()
            raise
        return AzureSession(clients, account_of(token.token, method), self.clock, waits)

    def _source(
        self,
        endpoints: CloudEndpoints,
        method: SignInMethod,
        transports: Transports,
        tenant: str | None,
        client_id: str | None,
    ) -> TokenSource:
        match method:
            case SignInMethod.AZURE_CLI:
                return AzureCliSource(tenant)
            case SignInMethod.ENVIRONMENT:
                return EnvironmentSource(endpoints, transports.for_azure_core(endpoints.authority))
        options = credential_options(endpoints, transports.for_credentials(endpoints.authority), tenant, client_id)
        if method is SignInMethod.BROWSER:
            return BrowserSource(options, self.clock)
        return DeviceCodeSource(options)
