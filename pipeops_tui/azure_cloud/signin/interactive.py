"""Signing in as a person: device code and browser. The SDK's credentials block, so they run in background threads."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from azure.core.credentials import AccessToken
from azure.core.pipeline.transport import RequestsTransport
from azure.identity import DeviceCodeCredential, InteractiveBrowserCredential

from pipeops_tui.azure_cloud.background import in_background, stop_if_abandoned
from pipeops_tui.azure_cloud.problems.evidence import Service
from pipeops_tui.azure_cloud.signin.opener import BROWSER_SECONDS, BrowserVisit, opening
from pipeops_tui.azure_cloud.tokens import ShowCode
from pipeops_tui.clock import Clock
from pipeops_tui.model import CloudEndpoints, DeviceCode

_PARALLEL_TENANTS = 4
"""More threads fetch tokens no faster, and the event loop waits for each of them to let go of the interpreter."""


def credential_options(
    endpoints: CloudEndpoints, transport: RequestsTransport, tenant: str | None, client_id: str | None
) -> dict[str, Any]:
    """What both kinds of credential are built with.

    The authority comes from our table or from the custom cloud the user named, so it is not looked up at
    login.microsoftonline.com; no retries; never a prompt that nobody asked for; every tenant the account is in.
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


class _SilentTokens:
    """What device code and browser have in common: tokens without asking, in background threads."""

    service = Service.ENTRA
    _credential: DeviceCodeCredential | InteractiveBrowserCredential

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(_PARALLEL_TENANTS)
        self._turn = asyncio.Lock()

    async def token(self, scope: str, tenant_id: str, claims: str) -> AccessToken:
        """From the cache or by refresh token. Raises `AuthenticationRequiredError` when the person is needed."""
        async with self._slots:
            return await in_background(lambda: self._silently(scope, tenant_id, claims), name="get-token")

    async def close(self) -> None:
        """Close the credential's connections; its token cache goes with it."""
        self._credential.close()

    def _silently(self, scope: str, tenant_id: str, claims: str) -> AccessToken:
        # One value of enable_cae for everything: azure-identity keeps a cache for each, and each would prompt.
        return self._credential.get_token(scope, claims=claims or None, tenant_id=tenant_id or None, enable_cae=True)

    def _authenticate(self, scope: str, tenant_id: str, claims: str) -> AccessToken:
        self._credential.authenticate(
            scopes=[scope], claims=claims or None, tenant_id=tenant_id or None, enable_cae=True
        )
        return self._silently(scope, tenant_id, "")


class DeviceCodeSource(_SilentTokens):
    """Sign-in by a code that the person enters on any device."""

    def __init__(self, options: dict[str, Any]) -> None:
        super().__init__()
        self._show: ShowCode | None = None
        self._credential = DeviceCodeCredential(prompt_callback=self._prompt, **options)

    async def interact(self, scope: str, tenant_id: str, claims: str, show_code: ShowCode) -> AccessToken:
        """Show a code on the event loop and wait until it was used. Cancelling returns at once; the polling thread
        ends before its next request."""
        loop = asyncio.get_running_loop()
        async with self._turn:
            self._show = lambda code: _post(loop, show_code, code)
            return await in_background(lambda: self._authenticate(scope, tenant_id, claims), name="device-code")

    def _prompt(self, verification_uri: str, user_code: str, expires_at: datetime) -> None:
        stop_if_abandoned()
        if self._show is not None:
            self._show(DeviceCode(user_code, verification_uri, expires_at))


class BrowserSource(_SilentTokens):
    """Sign-in in a browser on this machine, by authorization code with PKCE."""

    def __init__(self, options: dict[str, Any], clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._credential = InteractiveBrowserCredential(timeout=BROWSER_SECONDS, **options)

    async def interact(self, scope: str, tenant_id: str, claims: str, show_code: ShowCode) -> AccessToken:
        """Open the browser and wait for it. `show_code` gets the address too, as a `DeviceCode` without a code.

        Cancelling returns at once and frees the port that the browser would have answered to.
        """
        loop = asyncio.get_running_loop()
        visit = BrowserVisit()

        def announce(url: str) -> None:
            expires_at = self._clock.now() + timedelta(seconds=BROWSER_SECONDS)
            _post(loop, show_code, DeviceCode("", url, expires_at))

        def ask() -> AccessToken:
            with opening(visit, announce):
                return self._authenticate(scope, tenant_id, claims)

        async with self._turn:
            try:
                return await in_background(ask, name="browser-sign-in")
            finally:
                visit.release()


def _post(loop: asyncio.AbstractEventLoop, show_code: ShowCode, code: DeviceCode) -> None:
    loop.call_soon_threadsafe(show_code, code)
