"""Signs in as an application with its client secret, on connections of its own and with a credential used once."""

from __future__ import annotations

from azure.core.credentials import AccessToken
from azure.identity.aio import ClientSecretCredential

from pipeops_tui.azure.transports import Transports
from pipeops_tui.core.model import CloudEndpoints
from pipeops_tui.core.secret import Secret

TOKEN_SECONDS = 30.0
"""Until a sign-in counts as lost."""


async def application_token(
    endpoints: CloudEndpoints, transports: Transports, tenant_id: str, client_id: str, secret: Secret
) -> AccessToken:
    """A token for Resource Manager by client credentials. Raises the SDK's exceptions, to be caught by `Failures`.

    The secret goes to the cloud's own sign-in host, and to no other: nothing about it is looked up anywhere first. The
    asynchronous credential does without MSAL, which would repeat a refusal from its cache for 60 s.
    """
    credential = ClientSecretCredential(
        tenant_id,
        client_id,
        secret.reveal(),
        authority=endpoints.authority,
        disable_instance_discovery=True,
        transport=transports.for_azure_core(endpoints.authority),
        retry_total=0,
    )
    async with credential:
        return await credential.get_token(endpoints.resource_manager_scope)
