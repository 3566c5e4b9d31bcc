"""Opens sessions: from a chosen sign-in method to a credential, the clients and the account that signed in."""

from __future__ import annotations

import os
from collections.abc import Awaitable
from dataclasses import dataclass
from urllib.parse import urlsplit

from pipeops_tui.azure.clients import Clients, ReadRetries
from pipeops_tui.azure.clouds import METADATA_PATH
from pipeops_tui.azure.errors import local_errors
from pipeops_tui.azure.errors.evidence import AzureOperation, AzureService, RequestContext
from pipeops_tui.azure.examiner import AzureExaminer
from pipeops_tui.azure.failures import Failures, SignedInAs, hosts_of
from pipeops_tui.azure.network import Network
from pipeops_tui.azure.request_log import RequestLogFile
from pipeops_tui.azure.session import SIGN_IN_DEADLINE, AzureSession, account_of
from pipeops_tui.azure.sign_in.azure_cli_source import AzureCliSource
from pipeops_tui.azure.sign_in.credential_files import UnusableFileError
from pipeops_tui.azure.sign_in.environment_principal import environment_principal
from pipeops_tui.azure.sign_in.environment_source import EnvironmentSource
from pipeops_tui.azure.sign_in.interactive import BrowserSource, DeviceCodeSource, credential_options
from pipeops_tui.azure.sign_in.managed_identity_source import IDENTITY_SECONDS, ManagedIdentitySource
from pipeops_tui.azure.tokens import ShowCode, TokenSource, TokenStore
from pipeops_tui.azure.transports import Transports
from pipeops_tui.core.clock import Clock
from pipeops_tui.core.model import CloudEndpoints, SignInMethod
from pipeops_tui.core.retry import Waits

METADATA_SECONDS = 20.0
"""For all tries together: nothing can be done on the first screen before."""


@dataclass(frozen=True, slots=True)
class SessionFactory:
    """Opens sessions on the network, request log and clock that all sessions of one connector share."""

    network: Network
    log: RequestLogFile
    clock: Clock

    async def metadata(self, resource_manager: str) -> object:
        """What the Resource Manager at this URL says about its cloud. Raises `CloudError`."""
        retries = ReadRetries(self.clock, Waits(), METADATA_SECONDS)
        asked = retries.ask(lambda: self._fetch_metadata(resource_manager))
        return await self._perform(resource_manager, asked)

    async def _fetch_metadata(self, resource_manager: str) -> object:
        """The parsed answer of `{resource_manager}/metadata/endpoints`, asked once and without a token."""
        transports = Transports(self.network, self.log)

        async def ask() -> object:
            response = await transports.for_graph(resource_manager).get(resource_manager.rstrip("/") + METADATA_PATH)
            response.raise_for_status()
            document: object = response.json()
            return document

        try:
            return await self._perform(resource_manager, ask())
        finally:
            await transports.close()

    async def _perform(self, resource_manager: str, call: Awaitable[object]) -> object:
        host = urlsplit(resource_manager).hostname or ""
        failures = Failures(self.clock, {AzureService.RESOURCE_MANAGER: host}, ca_file=self.network.ca_file)
        context = RequestContext(AzureOperation.DISCOVER_CLOUD)
        return await failures.perform(context, AzureService.RESOURCE_MANAGER, call, METADATA_SECONDS)

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
        transports = Transports(self.network, self.log)
        failures = Failures(self.clock, hosts_of(endpoints), ca_file=self.network.ca_file)
        try:
            source = self._source(endpoints, method, transports, tenant, client_id)
        except (ValueError, UnusableFileError) as error:
            await transports.close()
            raise local_errors.unusable_credentials(str(error)) from None
        failures.caller = lambda: SignedInAs(is_program=source.is_program)
        tokens = TokenStore(source, failures, endpoints.graph_scope)
        waits = Waits()
        clients = Clients(endpoints, tokens, transports, failures, ReadRetries(self.clock, waits))
        try:
            token = await tokens.interact(endpoints.resource_manager_scope, "", "", show_code, SIGN_IN_DEADLINE)
        except BaseException:
            await clients.close()
            raise
        account = account_of(token.token, method, is_person=not source.is_program)
        failures.caller = lambda: SignedInAs(account.name, source.is_program)
        return AzureSession(clients, account, self.clock, waits)

    def examiner(self, endpoints: CloudEndpoints) -> AzureExaminer:
        """Questions about pasted values, which no session of a person's answers."""
        return AzureExaminer(endpoints, self.network, self.log, self.clock)

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
                principal = environment_principal(os.environ, endpoints)
                return EnvironmentSource(principal, endpoints, transports.for_azure_core(endpoints.authority))
            case SignInMethod.MANAGED_IDENTITY:
                return ManagedIdentitySource(client_id, transports.for_azure_core(None, IDENTITY_SECONDS))
        options = credential_options(endpoints, transports.for_credentials(endpoints.authority), tenant, client_id)
        if method is SignInMethod.BROWSER:
            return BrowserSource(options, self.clock)
        return DeviceCodeSource(options)
