"""Signs in as the service principal that the environment names, without asking anyone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from azure.core.credentials import AccessToken
from azure.core.pipeline.transport import AioHttpTransport
from azure.identity.aio import CertificateCredential, ClientSecretCredential, WorkloadIdentityCredential

from pipeops_tui.azure.errors import local_errors
from pipeops_tui.azure.errors.evidence import AzureService
from pipeops_tui.azure.sign_in.credential_files import UnusableFileError, certificate_in, check_token
from pipeops_tui.azure.sign_in.environment_principal import EnvironmentPrincipal
from pipeops_tui.azure.tokens import ShowCode
from pipeops_tui.core.model import CloudEndpoints


class EnvironmentSource:
    """Tokens of the service principal that the environment names."""

    service = AzureService.ENTRA
    answers_claims = True
    is_program = True

    def __init__(self, principal: EnvironmentPrincipal, endpoints: CloudEndpoints, transport: AioHttpTransport) -> None:
        """Raises `ValueError` for a tenant's name that cannot be one, and `UnusableFileError` for a certificate."""
        options: dict[str, Any] = {
            "authority": endpoints.authority,
            "disable_instance_discovery": True,
            "additionally_allowed_tenants": ["*"],
            "transport": transport,
            "retry_total": 0,
        }
        self._credential: ClientSecretCredential | CertificateCredential | WorkloadIdentityCredential
        self._check: Callable[[], None] = lambda: None
        if principal.secret is not None:
            self._credential = ClientSecretCredential(
                principal.tenant_id, principal.client_id, principal.secret.reveal(), **options
            )
        elif principal.certificate_path:
            password = principal.certificate_password
            self._credential = CertificateCredential(
                principal.tenant_id,
                principal.client_id,
                certificate_data=certificate_in(principal.certificate_path, password),
                password=password.reveal() if password else None,
                send_certificate_chain=principal.sends_chain,
                **options,
            )
        else:
            self._check = lambda: check_token(principal.token_file)
            self._check()
            self._credential = WorkloadIdentityCredential(
                tenant_id=principal.tenant_id,
                client_id=principal.client_id,
                token_file_path=principal.token_file,
                **options,
            )

    async def token(self, scope: str, tenant_id: str, claims: str) -> AccessToken:
        """By client credentials grant. Raises `CloudError` where the file of a federated token has become unusable: it
        is written again and again by something else."""
        try:
            self._check()
        except UnusableFileError as error:
            raise local_errors.unusable_credentials(str(error)) from None
        token: AccessToken = await self._credential.get_token(
            scope, claims=claims or None, tenant_id=tenant_id or None, enable_cae=True
        )
        return token

    async def interact(self, scope: str, tenant_id: str, claims: str, show_code: ShowCode) -> AccessToken:
        """No person can be asked: the same as `token`."""
        return await self.token(scope, tenant_id, claims)

    async def close(self) -> None:
        """Close the credential."""
        await self._credential.close()
