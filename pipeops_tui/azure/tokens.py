"""Holds the bearer tokens of one signed-in account: one per scope, tenant and claims, in memory only."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self

import jwt
from azure.core.credentials import AccessToken

from pipeops_tui.azure.errors import local_errors
from pipeops_tui.azure.errors.evidence import AzureOperation, AzureService, RequestContext
from pipeops_tui.azure.failures import Failures
from pipeops_tui.azure.json_values import text_at
from pipeops_tui.core.model import DeviceCode
from pipeops_tui.core.problem import CloudError, FailureKind

REFRESH_BEFORE_SECONDS = 300
TOKEN_DEADLINE = 60.0
EXPIRED_PAUSE = 15.0
"""Seconds for which a source that gives out expired tokens is not asked again, unless the person signs in."""

ShowCode = Callable[[DeviceCode], None]


class TokenSource(Protocol):
    """One way of signing in. An empty tenant means the account's own. Raises the SDK's exceptions."""

    service: AzureService
    """Who refuses when there is no token."""

    @property
    def is_program(self) -> bool:
        """Whether it signs a service principal or a managed identity in, as far as is known."""

    answers_claims: bool
    """Whether a sign-in with claims returns a token that has them. Otherwise that is known only when it is used."""

    async def token(self, scope: str, tenant_id: str, claims: str) -> AccessToken:
        """A token without asking the person anything."""

    async def interact(self, scope: str, tenant_id: str, claims: str, show_code: ShowCode) -> AccessToken:
        """A token for which the person can be asked to do something (again)."""

    async def close(self) -> None:
        """Drop every token and connection."""


class TokenStore:
    """What every client of a session asks for tokens. One sign-in serves all scopes and all tenants.

    Resource Manager's and Graph's SDKs ask with different `enable_cae` values, for which azure-identity keeps separate
    caches and would prompt twice; the store ignores theirs and always asks its source alike.
    """

    def __init__(self, source: TokenSource, failures: Failures, graph_scope: str = "") -> None:
        self._source = source
        self._failures = failures
        self._graph_scope = graph_scope
        self._tokens: dict[tuple[str, str], _Held] = {}
        self._locks: dict[tuple[str, str], asyncio.Lock] = {}
        self._expired: dict[tuple[str, str], float] = {}
        """When a token was refused because it had expired (monotonic)."""

    async def get(self, scope: str, tenant_id: str, claims: str = "") -> AccessToken:
        """A valid token for `scope` in `tenant_id`. Never prompts. Raises `CloudError`.

        With `claims` the token held so far was refused for want of them: a new one takes its place.
        """
        key = (scope, tenant_id)
        async with self._locks.setdefault(key, asyncio.Lock()):
            held = self._tokens.get(key)
            if held is not None and held.fresh and claims in ("", held.claims):
                return held.token
            context = self._context(AzureOperation.GET_TOKEN, scope, tenant_id, claims)
            return await self._unexpired(key, context)

    async def interact(
        self, scope: str, tenant_id: str, claims: str, show_code: ShowCode, deadline: float
    ) -> AccessToken:
        """Let the person sign in (again), then forget what the tenant's old tokens were. Raises `CloudError`."""
        context = self._context(AzureOperation.SIGN_IN, scope, tenant_id, claims)
        self._expired.clear()
        self._failures.refusals.sign_in_begins(tenant_id)
        try:
            token = await self._ask(context, self._source.interact(scope, tenant_id, claims, show_code), deadline)
        finally:
            self._failures.refusals.sign_in_ends()
        if _has_expired(token):
            raise self._is_expired((scope, tenant_id))
        self.forget(tenant_id)
        self._hold((scope, tenant_id), token, claims if self._source.answers_claims else "")
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

    def _context(self, operation: AzureOperation, scope: str, tenant_id: str, claims: str) -> RequestContext:
        for_graph = scope == self._graph_scope
        return RequestContext(operation, tenant_id=tenant_id, token_scope=scope, claims=claims, for_graph=for_graph)

    async def _unexpired(self, key: tuple[str, str], context: RequestContext) -> AccessToken:
        """A token that is still valid. One that has expired by its source's own word is asked for once more, and then
        not again for a while: each time can cost a process of the Azure CLI. Raises `CloudError`."""
        refused_at = self._expired.get(key)
        if refused_at is not None and time.monotonic() - refused_at < EXPIRED_PAUSE:
            raise self._is_expired(key)
        for _ in range(2):
            token = await self._ask(context, self._source.token(key[0], key[1], context.claims), TOKEN_DEADLINE)
            if not _has_expired(token):
                self._expired.pop(key, None)
                self._hold(key, token, context.claims)
                return token
        self._expired[key] = time.monotonic()
        raise self._is_expired(key)

    def _is_expired(self, key: tuple[str, str]) -> CloudError:
        error = local_errors.expired_token(self._source.service)
        error.tenant_id, error.no_token = key[1], True
        return error

    async def _ask(self, context: RequestContext, asked: Awaitable[AccessToken], deadline: float) -> AccessToken:
        """Await the source. A failure keeps for which tenant and with which claims it has to be tried again."""
        try:
            return await self._failures.perform(context, self._source.service, asked, deadline)
        except CloudError as error:
            error.tenant_id = error.tenant_id or context.tenant_id
            error.no_token = True
            if error.kind is FailureKind.SIGN_IN:
                error.claims = error.claims or context.claims
            raise

    def _hold(self, key: tuple[str, str], token: AccessToken, claims: str) -> None:
        """Keep a token; one for the account's own tenant also under that tenant's id."""
        self._tokens[key] = _Held.of(token, claims)
        scope, tenant_id = key
        own = text_at(token_claims(token.token), "tid")
        if not tenant_id and own:
            self._tokens[(scope, own)] = self._tokens[key]


@dataclass(frozen=True, slots=True)
class _Held:
    """A token, the claims it answers, and the time from which on another one is asked for (seconds since the epoch:
    the SDKs reckon `expires_on` by the machine's own clock)."""

    token: AccessToken
    claims: str
    renew_at: float

    @classmethod
    def of(cls, token: AccessToken, claims: str) -> _Held:
        """Hold `token`. One that is given out shortly before its end is used for half of the time it has left; asked
        again at once, its source would give out the same one."""
        left = token.expires_on - time.time()
        return cls(token, claims, token.expires_on - min(REFRESH_BEFORE_SECONDS, left / 2))

    @property
    def fresh(self) -> bool:
        """Whether it can be used without asking for another one."""
        return time.time() < self.renew_at


def _has_expired(token: AccessToken) -> bool:
    return token.expires_on <= time.time()


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


def credential_of(token: AccessToken) -> Credential:
    """A credential that gives out this one token, whatever is asked for."""

    async def fetch(scope: str, claims: str) -> AccessToken:
        return token

    return Credential(fetch)


def token_claims(token: str) -> Mapping[str, object]:
    """What an access token says about itself, unverified; empty when it is not a JWT.

    Only for telling the person who they are and for early warnings: Azure alone decides what a token is worth.
    """
    try:
        claims: Mapping[str, object] = jwt.decode(token, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, RecursionError):
        return {}
    return claims
