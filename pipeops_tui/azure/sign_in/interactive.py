"""Signs a person in by device code or browser, in background threads, because the SDK's credentials block."""

from __future__ import annotations

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextvars import copy_context
from datetime import datetime, timedelta
from typing import Any

from azure.core.credentials import AccessToken
from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.transport import RequestsTransport
from azure.core.rest import HttpRequest
from azure.identity import AuthenticationRequiredError, DeviceCodeCredential, InteractiveBrowserCredential

from pipeops_tui.azure.background import in_background, stop_if_abandoned
from pipeops_tui.azure.errors import local_errors
from pipeops_tui.azure.errors.evidence import AzureService
from pipeops_tui.azure.sign_in.opener import BROWSER_SECONDS, BrowserVisit, opening
from pipeops_tui.azure.tokens import ShowCode
from pipeops_tui.core.clock import Clock
from pipeops_tui.core.model import CloudEndpoints, DeviceCode

_PARALLEL_TENANTS = 4
"""More threads fetch tokens no faster, and the event loop waits for each of them to let go of the interpreter."""


def credential_options(
    endpoints: CloudEndpoints, transport: RequestsTransport, tenant: str | None, client_id: str | None
) -> dict[str, Any]:
    """What both kinds of credential are built with.

    The authority comes from our table or from the custom cloud the user named, so it is not looked up at
    login.microsoftonline.com; no retries; no prompt on its own; every tenant the account is in.
    """
    options: dict[str, Any] = {
        "authority": endpoints.authority,
        "disable_instance_discovery": True,
        "disable_automatic_authentication": True,
        "additionally_allowed_tenants": ["*"],
        "transport": transport,
        "retry_total": 0,
    }
    if tenant:
        options["tenant_id"] = tenant
    if client_id:
        options["client_id"] = client_id
    return options


_Credential = DeviceCodeCredential | InteractiveBrowserCredential


class _PersonSource(ABC):
    """What device code and browser have in common: tokens without asking, in background threads.

    Every sign-in gets a credential of its own: MSAL answers from the tokens and refusals it remembers, and a person who
    signs in again wants neither. The credential before it stays in use until the new sign-in has succeeded.
    """

    service = AzureService.ENTRA
    answers_claims = True
    is_program = False

    def __init__(self, transport: RequestsTransport) -> None:
        self._transport = transport
        self._slots = asyncio.Semaphore(_PARALLEL_TENANTS)
        self._turn = asyncio.Lock()
        self._credential: _Credential | None = None
        self._account = ""
        """Who signed in, under the id that is the same in every tenant."""

    async def token(self, scope: str, tenant_id: str, claims: str) -> AccessToken:
        """From the cache or by refresh token. Raises `AuthenticationRequiredError` when the person is needed."""
        credential = self._credential
        if credential is None:
            raise AuthenticationRequiredError([scope], message="No account is signed in.", claims=claims or None)
        async with self._slots:
            return await in_background(lambda: _silently(credential, scope, tenant_id, claims), name="get-token")

    async def interact(self, scope: str, tenant_id: str, claims: str, show_code: ShowCode) -> AccessToken:
        """Have the person sign in. Cancelling returns at once. Raises `CloudError` when it is another account than
        before."""
        loop, here = asyncio.get_running_loop(), copy_context()

        def show(code: DeviceCode) -> None:
            # In the context of who asked: a thread has one of its own, in which an interface does not find itself.
            loop.call_soon_threadsafe(show_code, code, context=here)

        async with self._turn:
            credential, account, token = await self._ask(scope, tenant_id, claims, show)
            if self._account and account != self._account:
                raise local_errors.other_account()
            self._credential, self._account = credential, account
            return token

    async def close(self) -> None:
        """Forget who signed in and every token; close the connections."""
        self._credential = None
        self._transport.close()

    @abstractmethod
    async def _ask(
        self, scope: str, tenant_id: str, claims: str, show: Callable[[DeviceCode], None]
    ) -> tuple[_Credential, str, AccessToken]:
        """A credential that the person has just signed in with, that account's id, and the first token."""


class DeviceCodeSource(_PersonSource):
    """Sign-in by a code that the person enters on any device."""

    def __init__(self, options: dict[str, Any]) -> None:
        super().__init__(options["transport"])
        self._options = options
        self._new(lambda *code: None, "")  # refuses malformed options before anybody waits

    def _new(self, prompt: Callable[[str, str, datetime], None], claims: str) -> DeviceCodeCredential:
        hook = _asking_for(claims) if claims else None
        return DeviceCodeCredential(prompt_callback=prompt, raw_request_hook=hook, **self._options)

    async def _ask(
        self, scope: str, tenant_id: str, claims: str, show: Callable[[DeviceCode], None]
    ) -> tuple[_Credential, str, AccessToken]:
        def prompt(verification_uri: str, user_code: str, expires_at: datetime) -> None:
            stop_if_abandoned()
            show(DeviceCode(user_code, verification_uri, expires_at))

        credential = self._new(prompt, claims)
        # The polling thread of a sign-in that was given up ends before its next request.
        return await in_background(lambda: _authenticate(credential, scope, tenant_id, claims), name="device-code")


class BrowserSource(_PersonSource):
    """Sign-in in a browser on this machine, by authorization code with PKCE."""

    def __init__(self, options: dict[str, Any], clock: Clock) -> None:
        super().__init__(options["transport"])
        self._options = options
        self._clock = clock
        self._new()  # refuses malformed options before anybody waits

    def _new(self) -> InteractiveBrowserCredential:
        return InteractiveBrowserCredential(timeout=BROWSER_SECONDS, **self._options)

    async def _ask(
        self, scope: str, tenant_id: str, claims: str, show: Callable[[DeviceCode], None]
    ) -> tuple[_Credential, str, AccessToken]:
        """Open the browser and wait for it. `show` gets the address too, as a `DeviceCode` without a code. A sign-in
        that is given up frees the port that the browser would have answered to."""
        visit, credential = BrowserVisit(), self._new()

        def announce(url: str) -> None:
            show(DeviceCode("", url, self._clock.now() + timedelta(seconds=BROWSER_SECONDS)))

        def ask() -> tuple[_Credential, str, AccessToken]:
            with opening(visit, announce):
                return _authenticate(credential, scope, tenant_id, claims)

        try:
            return await in_background(ask, name="browser-sign-in")
        finally:
            visit.release()


def _asking_for(claims: str) -> Callable[[PipelineRequest[HttpRequest]], None]:
    """Puts `claims` on the request for a device code, or the page where the code is entered would not ask for them.
    azure-identity sends them only with the code (AzureAD/microsoft-authentication-library-for-python#834)."""

    def ask(request: PipelineRequest[HttpRequest]) -> None:
        form = request.http_request.content
        if request.http_request.url.endswith("/devicecode") and isinstance(form, dict):
            form["claims"] = _merged(form.get("claims") or "{}", claims)

    return ask


def _merged(own: str, challenge: str) -> str:
    """Two `claims` parameters (OpenID Connect Core 5.5) as one: what MSAL says of itself, and what is asked for."""
    ours, theirs = json.loads(own), json.loads(challenge)
    access_token = {**ours.get("access_token", {}), **theirs.get("access_token", {})}
    return json.dumps({**ours, **theirs, "access_token": access_token})


def _silently(credential: _Credential, scope: str, tenant_id: str, claims: str) -> AccessToken:
    # One value of enable_cae for everything: azure-identity keeps a cache for each, and each would prompt.
    return credential.get_token(scope, claims=claims or None, tenant_id=tenant_id or None, enable_cae=True)


def _authenticate(
    credential: _Credential, scope: str, tenant_id: str, claims: str
) -> tuple[_Credential, str, AccessToken]:
    record = credential.authenticate(
        scopes=[scope], claims=claims or None, tenant_id=tenant_id or None, enable_cae=True
    )
    return credential, record.home_account_id, _silently(credential, scope, tenant_id, "")
