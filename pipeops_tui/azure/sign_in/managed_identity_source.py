"""Signs in as the managed identity that Azure has given to this machine."""

from __future__ import annotations

from typing import Final

from azure.core.credentials import AccessToken
from azure.core.pipeline.transport import AioHttpTransport
from azure.identity.aio import ManagedIdentityCredential

from pipeops_tui.azure.errors import local_errors
from pipeops_tui.azure.errors.evidence import AzureService
from pipeops_tui.azure.tokens import ShowCode, token_claims

IDENTITY_SECONDS: Final = 2.0
"""To connect to an address of the machine itself, as azure-identity waits for it: on other machines nothing answers."""


class ManagedIdentitySource:
    """Tokens of the managed identity. Where they come from, azure-identity finds out by the environment."""

    service = AzureService.MANAGED_IDENTITY
    answers_claims = False
    is_program = True

    def __init__(self, client_id: str | None, transport: AioHttpTransport) -> None:
        """`client_id` names a user-assigned identity; None is that of the machine. Raises `ValueError` where the
        environment's variables do not belong together."""
        self._credential = ManagedIdentityCredential(client_id=client_id, transport=transport, retry_total=0)

    async def token(self, scope: str, tenant_id: str, claims: str) -> AccessToken:
        """Ask the machine. It has no other tenant than its own, which azure-identity does not compare."""
        token: AccessToken = await self._credential.get_token(scope, claims=claims or None)
        if tenant_id and token_claims(token.token).get("tid") != tenant_id:
            raise local_errors.identity_in_one_tenant()
        return token

    async def interact(self, scope: str, tenant_id: str, claims: str, show_code: ShowCode) -> AccessToken:
        """No person can be asked: the same as `token`."""
        return await self.token(scope, tenant_id, claims)

    async def close(self) -> None:
        """Close the credential."""
        await self._credential.close()
