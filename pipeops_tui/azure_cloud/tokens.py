"""Bearer tokens of one signed-in account: asked for once per scope, tenant and claims, kept in memory only."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, Protocol, Self

from azure.core.credentials import AccessToken

from pipeops_tui.azure_cloud.failures import Failures
from pipeops_tui.azure_cloud.problems.evidence import Context, Operation, Service
from pipeops_tui.model import DeviceCode
from pipeops_tui.problem import CloudError, FailureKind

REFRESH_BEFORE_SECONDS = 300
TOKEN_DEADLINE = 60.0

ShowCode = Callable[[DeviceCode], None]


class TokenSource(Protocol):
    """One way of signing in. An empty tenant means the account's own. Raises the SDK's exceptions."""

    service: Service
    """Who refuses when there is no token."""
    heeds_claims: bool
    """Whether a sign-in with claims brings a token that has them. Otherwise that shows only when it is used."""

    async def token(self, scope: str, tenant_id: str, claims: str) -> AccessToken:
        """A token without asking the person anything."""

    async def interact(self, scope: str, tenant_id: str, claims: str, show_code: ShowCode) -> AccessToken:
        """A token for which the person may have to do something (again)."""

    async def close(self) -> None:
        """Drop every token and connection."""


class TokenStore:
    """What every client of a session asks for tokens. One sign-in serves all scopes and all tenants.

    Resource Manager's and Graph's SDKs ask with different `enable_cae` values, for which azure-identity keeps separate
    caches and would prompt twice; the store ignores theirs and always asks its source alike.
    """

    def __init__(self, source: TokenSource, failures: Failures) -> None:
        self._source = source
        self._failures = failures
        self._tokens: dict[tuple[str, str], tuple[AccessToken, str]] = {}
        self._locks: dict[tuple[str, str], asyncio.Lock] = {}

    async def get(self, scope: str, tenant_id: str, claims: str = "") -> AccessToken:
        """A valid token for `scope` in `tenant_id`. Never prompts. Raises `CloudError`.

        With `claims` the token held so far was refused for want of them: a new one takes its place.
        """
        key = (scope, tenant_id)
        async with self._locks.setdefault(key, asyncio.Lock()):
            held, held_claims = self._tokens.get(key, (None, ""))
            if held is not None and self._fresh(held) and claims in ("", held_claims):
                return held
            context = Context(Operation.GET_TOKEN, tenant_id=tenant_id, token_scope=scope, claims=claims)
            token = await self._ask(context, self._source.token(scope, tenant_id, claims), TOKEN_DEADLINE)
            self._hold(key, token, claims)
            return token

    async def interact(
        self, scope: str, tenant_id: str, claims: str, show_code: ShowCode, deadline: float
    ) -> AccessToken:
        """Let the person sign in (again), then forget what the tenant's old tokens were. Raises `CloudError`."""
        context = Context(Operation.SIGN_IN, tenant_id=tenant_id, token_scope=scope, claims=claims)
        token = await self._ask(context, self._source.interact(scope, tenant_id, claims, show_code), deadline)
        self.forget(tenant_id)
        self._hold((scope, tenant_id), token, claims if self._source.heeds_claims else "")
        return token

    def credential(self, tenant_id: str) -> Credential:
        """The credential to hand to an SDK client that works in `tenant_id`."""
        return Credential(lambda scope, claims: self.get(scope, tenant_id, claims))

    def forget(self, tenant_id: str) -> None:
        """Drop the tokens of one tenant, so that the next request gets new ones."""
        for key in [key for key in self._tokens if key[1] == tenant_id]:
            del self._tokens[key]

    async def close(self) -> None:
        """Drop everything."""
        self._tokens.clear()
        await self._source.close()

    async def _ask(self, context: Context, asked: Awaitable[AccessToken], deadline: float) -> AccessToken:
        """Await the source. A failure keeps for which tenant and with which claims it has to be tried again."""
        try:
            return await self._failures.perform(context, self._source.service, asked, deadline)
        except CloudError as error:
            error.tenant_id = error.tenant_id or context.tenant_id
            if error.kind is FailureKind.SIGN_IN:
                error.claims = error.claims or context.claims
            raise

    def _hold(self, key: tuple[str, str], token: AccessToken, claims: str) -> None:
        """Keep a token; one for the account's own tenant also under that tenant's id."""
        self._tokens[key] = (token, claims)
        scope, tenant_id = key
        own = token_claims(token.token).get("tid")
        if not tenant_id and isinstance(own, str):
            self._tokens[(scope, own)] = (token, claims)

    @staticmethod
    def _fresh(token: AccessToken) -> bool:
        # The SDKs reckon `expires_on` by the machine's own clock, so it is compared with that one.
        return token.expires_on - time.time() > REFRESH_BEFORE_SECONDS


class Credential:
    """The shape of `AsyncTokenCredential` that SDK clients ask for, around a way to get tokens."""

    def __init__(self, fetch: Callable[[str, str], Awaitable[AccessToken]]) -> None:
        """`fetch` takes a scope and claims (or an empty text) and raises nothing but `CloudError`."""
        self._fetch = fetch

    async def get_token(
        self,
        *scopes: str,
        claims: str | None = None,
        tenant_id: str | None = None,
        enable_cae: bool = False,
        **kwargs: Any,
    ) -> AccessToken:
        """A token for the one scope given. Raises `CloudError`, which passes through the SDKs unchanged."""
        return await self._fetch(scopes[0], claims or "")

    async def close(self) -> None:
        """Nothing to release: tokens belong to the session."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        return None


def held(token: AccessToken) -> Credential:
    """A credential that gives out this one token, whatever is asked for."""

    async def fetch(scope: str, claims: str) -> AccessToken:
        return token

    return Credential(fetch)


def token_claims(token: str) -> Mapping[str, object]:
    """What an access token says about itself, unverified; empty when it is not a JWT.

    Only for telling the person who they are and for early warnings: Azure alone decides what a token is worth.
    """
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}
