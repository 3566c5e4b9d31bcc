"""Answers what doctor asks about five pasted values: first without any account, then as the application itself.

The secret goes to one place, the tenant's sign-in of the cloud in use, and only when that cloud has said, without the
secret, that the tenant is its own.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import urlsplit

import httpx

from pipeops_tui.azure import expected_answers as expected
from pipeops_tui.azure.answer_limits import MalformedAnswerError
from pipeops_tui.azure.application_token import TOKEN_SECONDS, application_token
from pipeops_tui.azure.clients import Clients, ReadRetries
from pipeops_tui.azure.clouds import cloud_of_tenant
from pipeops_tui.azure.directory_reads import SUBSCRIPTIONS_VERSION
from pipeops_tui.azure.errors import local_errors
from pipeops_tui.azure.errors.evidence import AzureOperation, AzureService, RequestContext
from pipeops_tui.azure.errors.tenant_refusals import TENANT_UNKNOWN
from pipeops_tui.azure.examined_application import AzureExaminedApplication, OneTokenSource
from pipeops_tui.azure.failures import Failures, SignedInAs, hosts_of
from pipeops_tui.azure.json_values import as_dict, text_at
from pipeops_tui.azure.network import Network
from pipeops_tui.azure.request_log import RequestLogFile
from pipeops_tui.azure.tokens import TokenStore
from pipeops_tui.azure.transports import Transports
from pipeops_tui.core.clock import Clock
from pipeops_tui.core.model import CloudEndpoints
from pipeops_tui.core.model.doctor_facts import TenantPlace
from pipeops_tui.core.names import is_guid
from pipeops_tui.core.problem import CloudError
from pipeops_tui.core.retry import Waits
from pipeops_tui.core.secret import Secret

T = TypeVar("T")

_LOOK_UP_SECONDS = 20.0
"""Until a question without an account counts as lost: its answer is small and always at hand."""
_DOMAIN = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.IGNORECASE)
_NO_SUCH_TENANT = frozenset(f"AADSTS{number}" for number in TENANT_UNKNOWN)
_NO_SUCH_SUBSCRIPTION = "SubscriptionNotFound"
_AUTHORIZATION_URI = re.compile(r'\bauthorization_uri="([^"]+)"', re.IGNORECASE)
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class AzureExaminer:
    """Implements `ports.Examiner` for one cloud. Every coroutine raises `CloudError` and nothing else."""

    def __init__(self, endpoints: CloudEndpoints, network: Network, log: RequestLogFile, clock: Clock) -> None:
        self._endpoints = endpoints
        self._network = network
        self._log = log
        self._clock = clock
        self._places: dict[str, TenantPlace] = {}
        """Tenants that were found; what was not found is asked for again."""
        self._applications: list[AzureExaminedApplication] = []
        self._waits = Waits()

    @property
    def waits(self) -> Waits:
        """Questions that wait before they are asked again."""
        return self._waits

    async def tenant(self, tenant_id: str) -> TenantPlace | None:
        """By the tenant's OpenID configuration, which anyone can read (OpenID Connect Discovery 1.0). What is neither a
        GUID nor a domain is not asked for: it could be anything, even the secret."""
        if not _can_be_tenant(tenant_id):
            return None
        try:
            return await self._place(tenant_id)
        except CloudError as error:
            if error.code in _NO_SUCH_TENANT:
                return None
            raise

    async def tenant_of_subscription(self, subscription_id: str) -> str | None:
        """By the `authorization_uri` of the 401 that Resource Manager answers to a request without a token (as in
        juju/juju, `azureauth`, and rancher/aks-operator). What is no GUID is not asked for."""
        if not is_guid(subscription_id):
            return None
        context = RequestContext(AzureOperation.LOOK_UP_SUBSCRIPTION, subscription_id=subscription_id)
        url = f"{self._endpoints.resource_manager}/subscriptions/{subscription_id}?api-version={SUBSCRIPTIONS_VERSION}"
        try:
            return await self._ask(context, AzureService.RESOURCE_MANAGER, url, _tenant_in_challenge)
        except CloudError as error:
            if error.code == _NO_SUCH_SUBSCRIPTION:
                return None
            raise

    async def sign_in(self, tenant_id: str, client_id: str, secret: Secret) -> AzureExaminedApplication:
        """Look the tenant up, then sign in to it. The application keeps the token, and no longer the secret."""
        if not _can_be_tenant(tenant_id):
            raise local_errors.no_such_tenant()
        if not is_guid(client_id):
            raise local_errors.no_client_id()
        place = await self._place(tenant_id)
        if place.cloud != self._endpoints.name:
            raise local_errors.tenant_elsewhere(place.tenant_id, place.cloud)
        transports = Transports(self._network, self._log)
        failures = self._failures(client_id)
        context = RequestContext(AzureOperation.EXAMINE_SIGN_IN, tenant_id=place.tenant_id)

        def ask() -> Awaitable[AzureExaminedApplication]:
            return failures.perform(context, AzureService.ENTRA, sign_in(), TOKEN_SECONDS)

        async def sign_in() -> AzureExaminedApplication:
            token = await application_token(self._endpoints, transports, place.tenant_id, client_id, secret)
            source = OneTokenSource(token, self._endpoints.resource_manager_scope)
            retries = self._retries()
            clients = Clients(self._endpoints, TokenStore(source, failures), transports, failures, retries)
            return AzureExaminedApplication(clients, place.tenant_id, self._clock)

        try:
            application = await self._retries().ask(ask)
        except BaseException:
            await transports.close()
            raise
        self._applications.append(application)
        return application

    async def close(self) -> None:
        """Close every application that signed in."""
        while self._applications:
            await self._applications.pop().close()

    async def _place(self, tenant_id: str) -> TenantPlace:
        """Where the tenant is, asked once. Raises `CloudError`, also where there is none."""
        key = tenant_id.casefold()
        if key not in self._places:
            context = RequestContext(AzureOperation.LOOK_UP_TENANT, tenant_id=tenant_id)
            url = f"{self._endpoints.authority}/{tenant_id}/v2.0/.well-known/openid-configuration"
            self._places[key] = await self._ask(context, AzureService.ENTRA, url, self._place_in)
        return self._places[key]

    def _place_in(self, response: httpx.Response) -> TenantPlace:
        response.raise_for_status()
        document = as_dict(response.json())
        # `https://{sign-in host}/{tenant}/v2.0`, also where the tenant was named by a domain.
        found = _GUID.search(urlsplit(text_at(document, "issuer")).path)
        if found is None:
            raise MalformedAnswerError("the issuer names no tenant")
        cloud = cloud_of_tenant(text_at(document, "cloud_instance_name"), self._endpoints)
        return TenantPlace(found.group().lower(), cloud)

    async def _ask(
        self, context: RequestContext, service: AzureService, url: str, read: Callable[[httpx.Response], T]
    ) -> T:
        """What `read` takes from the answer to a GET without a token. Raises `CloudError`."""
        failures = self._failures("")
        success = expected.GET_TENANT if service is AzureService.ENTRA else expected.NO_ANSWER_WITHOUT_TOKEN

        async def ask() -> T:
            transports = Transports(self._network, self._log)
            try:
                response = await transports.for_graph(url).get(url)
            finally:
                await transports.close()
            headers = {name.lower(): value for name, value in response.headers.items()}
            expected.check_answer(success, response.status_code, headers, response.content)
            return read(response)

        return await self._retries().ask(lambda: failures.perform(context, service, ask(), _LOOK_UP_SECONDS))

    def _failures(self, client_id: str) -> Failures:
        failures = Failures(self._clock, hosts_of(self._endpoints), ca_file=self._network.ca_file)
        failures.caller = lambda: SignedInAs(client_id, is_program=True)
        return failures

    def _retries(self) -> ReadRetries:
        return ReadRetries(self._clock, self._waits)


def _can_be_tenant(text: str) -> bool:
    return is_guid(text) or _DOMAIN.fullmatch(text) is not None


def _tenant_in_challenge(response: httpx.Response) -> str:
    """The tenant at the end of `Bearer authorization_uri="https://login.windows.net/{tenant}", error=…`."""
    if response.status_code != 401:
        response.raise_for_status()
    found = _AUTHORIZATION_URI.search(response.headers.get("www-authenticate", ""))
    tenant_id = urlsplit(found.group(1)).path.strip("/") if found else ""
    if not is_guid(tenant_id):
        raise MalformedAnswerError("the refusal names no tenant")
    return tenant_id.lower()
