"""Signing in without the person: the Azure CLI's session, and a service principal from the environment."""

from __future__ import annotations

import asyncio

from azure.core.credentials import AccessToken
from azure.core.pipeline.transport import AioHttpTransport
from azure.identity.aio import AzureCliCredential, EnvironmentCredential

from pipeops_tui.azure_cloud.problems import local
from pipeops_tui.azure_cloud.problems.evidence import Service
from pipeops_tui.azure_cloud.signin.azure_cli import PROBE_SECONDS, signed_in_as
from pipeops_tui.azure_cloud.tokens import ShowCode, token_claims
from pipeops_tui.model import CloudEndpoints

_PARALLEL_PROCESSES = 4


class AzureCliSource:
    """Tokens of whoever ran `az login`. Each costs a process and more than half a second.

    Somebody else may sign in there at any time: such a token is refused with a `CloudError`.
    """

    service = Service.AZURE_CLI
    heeds_claims = False

    def __init__(self, tenant: str | None) -> None:
        self._slots = asyncio.Semaphore(_PARALLEL_PROCESSES)
        self._credential = AzureCliCredential(
            tenant_id=tenant or "", additionally_allowed_tenants=["*"], process_timeout=PROBE_SECONDS
        )
        self._name = ""
        self._object_ids: dict[object, object] = {}
        """Who has been given tokens, by tenant: an account has another object id in each."""

    async def token(self, scope: str, tenant_id: str, claims: str) -> AccessToken:
        """Ask the CLI. It cannot answer claims: `CredentialUnavailableError` then holds the command that can."""
        async with self._slots:
            token: AccessToken = await self._credential.get_token(
                scope, claims=claims or None, tenant_id=tenant_id or None
            )
        said = token_claims(token.token)
        if self._object_ids.setdefault(said.get("tid"), said.get("oid")) != said.get("oid"):
            raise local.other_account()
        return token

    async def interact(self, scope: str, tenant_id: str, claims: str, show_code: ShowCode) -> AccessToken:
        """Ask again: what had to be done was done in another terminal, with `az login`."""
        if not self._name:
            token, self._name = await asyncio.gather(self.token(scope, tenant_id, ""), signed_in_as())
            return token
        now = await signed_in_as()
        if now and now.casefold() != self._name.casefold():
            raise local.other_account()
        return await self.token(scope, tenant_id, "")

    async def close(self) -> None:
        """Nothing is held."""


class EnvironmentSource:
    """Tokens of the service principal that AZURE_CLIENT_ID, AZURE_TENANT_ID and a secret or certificate name."""

    service = Service.ENTRA
    heeds_claims = True

    def __init__(self, endpoints: CloudEndpoints, transport: AioHttpTransport) -> None:
        self._credential = EnvironmentCredential(
            authority=endpoints.authority,
            disable_instance_discovery=True,
            additionally_allowed_tenants=["*"],
            transport=transport,
            retry_total=0,
        )

    async def token(self, scope: str, tenant_id: str, claims: str) -> AccessToken:
        """By client credentials grant."""
        token: AccessToken = await self._credential.get_token(
            scope, claims=claims or None, tenant_id=tenant_id or None, enable_cae=True
        )
        return token

    async def interact(self, scope: str, tenant_id: str, claims: str, show_code: ShowCode) -> AccessToken:
        """Nobody can be asked: the same as `token`."""
        return await self.token(scope, tenant_id, claims)

    async def close(self) -> None:
        """Close the credential."""
        await self._credential.close()
