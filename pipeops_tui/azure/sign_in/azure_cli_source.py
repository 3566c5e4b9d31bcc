"""Gets tokens from the Azure CLI's session.

Not with azure-identity's `AzureCliCredential`: it takes nothing but pure JSON, and asks for every token with a tenant,
which the Azure CLI refuses in Cloud Shell and with a managed identity (Azure/azure-cli#29313; since 2.77 it takes its
own tenant, Azure/azure-cli#31869).
"""

from __future__ import annotations

import asyncio
import re
from datetime import datetime

from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CredentialUnavailableError

from pipeops_tui.azure.errors import local_errors
from pipeops_tui.azure.errors.evidence import AzureService
from pipeops_tui.azure.json_values import Document, text_at
from pipeops_tui.azure.sign_in.azure_cli import CliOutput, CliSession, json_in, quoted, run_cli, signed_in_as
from pipeops_tui.azure.tokens import ShowCode, token_claims

_PARALLEL_PROCESSES = 4
_ONE_TENANT = "shouldn't be specified"
"""In the Azure CLI's refusal of `--tenant` (azure-cli-core, `_profile.py`)."""
_BROKER = "3399614476"
_ARGUMENT = re.compile(r"[\w.:/-]+", re.ASCII)
"""What can stand in a tenant or a scope; on Windows `az` is a batch file, which reads more as commands."""


class AzureCliSource:
    """Tokens of the account of `az login`. Each costs a process and more than half a second.

    Another account can sign in there at any time: its token is refused with a `CloudError`.
    """

    service = AzureService.AZURE_CLI
    answers_claims = False

    def __init__(self, tenant: str | None) -> None:
        """`tenant` is the one to use instead of the CLI's own. Raises `ValueError` when it cannot be one."""
        self._slots = asyncio.Semaphore(_PARALLEL_PROCESSES)
        self._tenant = _checked(tenant or "")
        self._own_tenant = ""
        """The CLI's own, once a token has told it."""
        self._only_own = False
        """Whether it has refused to be asked for another one."""
        self._name = ""
        self.is_program = False
        self._object_ids: dict[object, object] = {}
        """Object ids of the account, by tenant: it has another one in each."""

    async def token(self, scope: str, tenant_id: str, claims: str) -> AccessToken:
        """Ask the CLI. It cannot answer claims: `CredentialUnavailableError` then says so."""
        if claims:
            raise CredentialUnavailableError(message="The Azure CLI doesn't support claims challenges here.")
        async with self._slots:
            token = await self._in_tenant(scope, _checked(tenant_id) or self._tenant)
        who = token_claims(token.token)
        oid = who.get("oid")
        if self._object_ids.setdefault(who.get("tid"), oid) != oid:
            raise local_errors.other_account()
        return token

    async def interact(self, scope: str, tenant_id: str, claims: str, show_code: ShowCode) -> AccessToken:
        """Ask again: what had to be done was done in another terminal, with `az login`."""
        self._only_own = False
        if not self._name:
            token, now = await asyncio.gather(self.token(scope, tenant_id, ""), self._who(), return_exceptions=True)
            if isinstance(token, BaseException):
                raise token
            self._name = now.account if isinstance(now, CliSession) else ""
            return token
        now = await self._who()
        if now.account and now.account.casefold() != self._name.casefold():
            raise local_errors.other_account()
        return await self.token(scope, tenant_id, "")

    async def close(self) -> None:
        """Nothing is held."""

    async def _who(self) -> CliSession:
        """Who is signed in there now; a refusal of the token reads accordingly."""
        now = await signed_in_as()
        self.is_program = now.is_program
        return now

    async def _in_tenant(self, scope: str, wanted: str) -> AccessToken:
        """A token for `wanted`, or for the CLI's own tenant without one. The own tenant is asked for without naming it,
        and the token says whether it still is that one."""
        if wanted in ("", self._own_tenant):
            token, tenant = await _get_token(scope)
            if not wanted or tenant == wanted:
                self._own_tenant = tenant
                return token
        if not self._only_own:
            try:
                return (await _get_token(scope, wanted))[0]
            except ClientAuthenticationError as error:
                if _ONE_TENANT not in str(error.message):
                    raise
            self._only_own = True
            token, self._own_tenant = await _get_token(scope)
            if self._own_tenant == wanted:
                return token
        raise ClientAuthenticationError(message=f"Tenant {_ONE_TENANT} for this account of the Azure CLI.")


async def _get_token(scope: str, tenant: str = "") -> tuple[AccessToken, str]:
    """A token and the tenant that it is for, by the token itself. Raises azure-identity's exceptions, with its words
    where it has some for the case."""
    resource = _checked(scope).removesuffix("/.default")
    named = ("--tenant", tenant) if tenant else ()
    output = await run_cli("account", "get-access-token", "--resource", resource, *named)
    if output.code != 0:
        raise _failure(output)
    answer = json_in(output.text)
    token, expires = text_at(answer, "accessToken"), _expiry(answer)
    if not token or expires is None:
        raise ClientAuthenticationError(message=f"Its answer was not understood: {quoted(output)}")
    return AccessToken(token, expires), text_at(token_claims(token), "tid")


def _expiry(answer: Document) -> int | None:
    """Seconds since the epoch: `expires_on`, or `expiresOn` in local time, which is all that older versions say."""
    try:
        if "expires_on" in answer:
            return int(answer["expires_on"])
        return int(datetime.fromisoformat(text_at(answer, "expiresOn")).timestamp())
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _failure(output: CliOutput) -> ClientAuthenticationError:
    if output.missing:
        return CredentialUnavailableError(message="Azure CLI not found on path")
    if output.code is None and "did not answer" in output.reason:
        return CredentialUnavailableError(message="Timed out waiting for Azure CLI")
    text = output.errors
    signed_out = "az login" in text or "az account set" in text
    if signed_out and "AADSTS" not in text and _BROKER not in text and _ONE_TENANT not in text:
        return CredentialUnavailableError(message="Please run 'az login' to set up an account")
    return ClientAuthenticationError(message=text.strip() or output.reason or f"It ended with code {output.code}.")


def _checked(argument: str) -> str:
    """`argument`, which can be given to a shell's batch file. Raises `ValueError` when it cannot."""
    if argument and not _ARGUMENT.fullmatch(argument):
        raise ValueError(f"{argument!r} is no tenant and no scope.")
    return argument
