"""Prepares Azure and signs in. Imports no SDK until `prepare` has loaded them off the event loop."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeops_tui.azure import clouds
from pipeops_tui.azure.background import abandon_name_lookups, in_background
from pipeops_tui.azure.errors import local_errors
from pipeops_tui.azure.loading import load_sdks
from pipeops_tui.azure.request_log import RequestLogFile
from pipeops_tui.azure.sign_in.azure_cli import CliSession, probe
from pipeops_tui.azure.sign_in.environment_principal import environment_principal, identity_elsewhere, value_in
from pipeops_tui.azure.sign_in.sign_in_methods import sign_in_options, this_machine
from pipeops_tui.core.clock import Clock
from pipeops_tui.core.model import CloudEndpoints, SignInMethod, SignInOption

if TYPE_CHECKING:
    from pipeops_tui.azure.examiner import AzureExaminer
    from pipeops_tui.azure.network import Network
    from pipeops_tui.azure.session import AzureSession
    from pipeops_tui.azure.session_factory import SessionFactory
    from pipeops_tui.azure.tokens import ShowCode
    from pipeops_tui.core.ports.pasted_values import Examiner


class AzureConnector:
    """Implements `ports.Connector` for one cloud."""

    def __init__(
        self,
        *,
        cloud: str | None,
        resource_manager: str | None,
        ca_file: Path | None,
        client_id: str | None,
        tenant: str | None,
        log_file: Path | None,
        clock: Clock,
    ) -> None:
        """`cloud` is a built-in cloud's name (None: the environment's, else the public one), `resource_manager` the URL
        of a custom one, which then replaces it;
        `ca_file` a PEM file of authorities to trust besides the system's; `client_id` the public client to sign in
        with, `tenant` the tenant (id or domain) to sign in to, instead of the Azure CLI's and the account's own."""
        self._cloud = cloud
        self._resource_manager = resource_manager
        self._ca_file = ca_file
        self._client_id = client_id
        self._tenant = tenant
        self._log_file = log_file
        self._clock = clock
        self._factory: SessionFactory | None = None
        self._preparing: asyncio.Task[CloudEndpoints] | None = None
        self._probing: asyncio.Task[CliSession] | None = None
        self._sessions: list[AzureSession] = []
        self._examiner: AzureExaminer | None = None
        self._log: RequestLogFile | None = None

    async def prepare(self) -> CloudEndpoints:
        """Load the SDKs, build the TLS contexts, find the cloud's endpoints. Raises `CloudError`.

        Idempotent: callers share one run, which goes on when one of them is cancelled; a failed run is repeated.
        """
        if self._preparing is None:
            abandon_name_lookups()
        if self._preparing is None or _failed(self._preparing):
            self._preparing = asyncio.create_task(self._prepare(), name="prepare-azure")
        return await asyncio.shield(self._preparing)

    async def sign_in_options(self) -> AsyncIterator[Sequence[SignInOption]]:
        """All methods: at once, and again when the cloud is known and the Azure CLI has answered. Raises
        `CloudError`."""
        self._forget_cli_answer()
        machine = this_machine(os.environ)
        yield sign_in_options(self._built_in() if self._resource_manager is None else None, machine, None)
        endpoints = self._built_in() if self._resource_manager is None else await self.prepare()
        yield sign_in_options(endpoints, machine, await self._cli_session(endpoints))

    async def sign_in(self, method: SignInMethod, show_code: ShowCode) -> AzureSession:
        """Sign in. Raises `CloudError`, also where the credentials belong to another cloud. Can be cancelled."""
        endpoints = await self.prepare()
        if self._sessions:
            self._forget_cli_answer()
        if reason := await self._unavailable_reason(method, endpoints):
            raise local_errors.method_unavailable(reason)
        assert self._factory is not None  # noqa: S101 - `prepare` has just made it
        session = await self._factory.open(endpoints, method, show_code, tenant=self._tenant, client_id=self._client_id)
        self._sessions.append(session)
        return session

    async def examiner(self) -> Examiner:
        """Questions about pasted values; one object for all of them."""
        endpoints = await self.prepare()
        if self._examiner is None:
            assert self._factory is not None  # noqa: S101 - `prepare` has just made it
            self._examiner = self._factory.examiner(endpoints)
        return self._examiner

    async def example(self) -> str:
        """None: the real Azure has no values to play with."""
        return ""

    async def close(self) -> None:
        """Cancel what is running, close every session and the request log."""
        for task in (self._preparing, self._probing):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        for session in self._sessions:
            await session.close()
        self._sessions.clear()
        if self._examiner is not None:
            await self._examiner.close()
        if self._log is not None:
            self._log.close()

    async def _prepare(self) -> CloudEndpoints:
        built_in = self._built_in() if self._resource_manager is None else None
        log = self._open_log()
        # Side by side: reading the system's authorities leaves the interpreter to the imports.
        network, _ = await asyncio.gather(self._build_network(), load_sdks())
        from pipeops_tui.azure.session_factory import SessionFactory

        factory = SessionFactory(network, log, self._clock)
        if self._resource_manager is None:
            assert built_in is not None  # noqa: S101 - one of the two is given
            endpoints = built_in
        else:
            try:
                address = clouds.resource_manager_address(self._resource_manager)
                endpoints = clouds.from_metadata(address, await factory.metadata(address))
            except clouds.UnusableCloudError as error:
                raise local_errors.unusable_cloud(str(error)) from None
        self._factory = factory
        return endpoints

    def _open_log(self) -> RequestLogFile:
        if self._log is None:
            try:
                self._log = RequestLogFile(self._log_file, self._clock)
            except OSError as error:
                raise local_errors.bad_file("log file", self._log_file, error) from None
        return self._log

    async def _build_network(self) -> Network:
        from pipeops_tui.azure.network import Network, UnusableProxyError

        try:
            return await in_background(lambda: Network.build(self._ca_file), name="build-tls")
        except OSError as error:
            raise local_errors.bad_file("CA file", self._ca_file, error) from None
        except UnusableProxyError as error:
            raise local_errors.unusable_proxy(str(error)) from None

    def _built_in(self) -> CloudEndpoints:
        try:
            return clouds.built_in(self._cloud, value_in(os.environ, "AZURE_AUTHORITY_HOST"))
        except clouds.UnusableCloudError as error:
            raise local_errors.unusable_cloud(str(error)) from None

    async def _cli_session(self, endpoints: CloudEndpoints) -> CliSession:
        """The Azure CLI's session; an answer that could not be used is asked for again."""
        task = self._probing
        if task is None or _failed(task) or (task.done() and task.result().reason):
            task = self._probing = asyncio.create_task(probe(endpoints), name="probe-azure-cli")
        return await asyncio.shield(task)

    def _forget_cli_answer(self) -> None:
        """Ask the Azure CLI again: its session can have ended, or moved to another cloud or account."""
        if self._probing is not None and self._probing.done():
            self._probing = None

    async def _unavailable_reason(self, method: SignInMethod, endpoints: CloudEndpoints) -> str:
        """Why `method` would send credentials where they do not belong, or has none to send."""
        match method:
            case SignInMethod.AZURE_CLI:
                return (await self._cli_session(endpoints)).reason
            case SignInMethod.ENVIRONMENT:
                return environment_principal(os.environ, endpoints).reason
            case SignInMethod.MANAGED_IDENTITY:
                return identity_elsewhere(os.environ, endpoints)
        return ""


def _failed(task: asyncio.Task[object]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)
