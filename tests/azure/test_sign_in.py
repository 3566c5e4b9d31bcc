"""Signing in by device code and browser against a simulated Azure that approves nothing by itself."""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
import urllib.request
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from pipeops_tui.azure import AzureConnector
from pipeops_tui.azure.background import AbandonedError, in_background, stop_if_abandoned
from pipeops_tui.azure.session import AzureSession
from pipeops_tui.core.model import DeviceCode, SignInMethod
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.simulator import RunningSimulator
from tests.azure.conftest import connector_for

PATIENCE = 60.0


def polls(azure: RunningSimulator) -> int:
    """How often a device code was asked about so far."""
    return sum(request["operation"] == "redeemDeviceCode" for request in azure.requests())


def running(name: str) -> bool:
    """Whether a background call of this name is under way."""
    return any(thread.name == name for thread in threading.enumerate())


async def until(condition: object, what: str) -> None:
    """Wait until `condition()` holds, within bounds."""
    assert callable(condition)
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.01)
    assert condition(), what


async def start(azure: RunningSimulator) -> tuple[AzureConnector, DeviceCode, asyncio.Task[AzureSession]]:
    """Begin a device code sign-in; returns when the code is there."""
    connector, codes = connector_for(azure), list[DeviceCode]()
    signing_in = asyncio.create_task(connector.sign_in(SignInMethod.DEVICE_CODE, codes.append))
    await until(lambda: codes, "a code")
    return connector, codes[0], signing_in


async def test_the_sign_in_waits_for_the_code_to_be_entered_or_declined(strict_azure: RunningSimulator) -> None:
    """Both at once, because Entra's clients poll every five seconds."""
    (accepting, wanted, waiting), (declining, unwanted, refused) = await asyncio.gather(
        start(strict_azure), start(strict_azure)
    )
    assert wanted.verification_uri == f"{strict_azure.base_url}/devicelogin"
    assert 600 < wanted.expires_at.timestamp() - time.time() <= 900
    assert not waiting.done()

    assert strict_azure.approve_device_code(wanted.user_code)
    assert strict_azure.approve_device_code(unwanted.user_code, decline=True)
    session = await asyncio.wait_for(waiting, PATIENCE)
    assert session.account.name
    with pytest.raises(CloudError) as caught:
        await asyncio.wait_for(refused, PATIENCE)
    assert caught.value.kind is FailureKind.SIGN_IN
    assert caught.value.problem.title == "The sign-in was declined"
    await asyncio.gather(accepting.close(), declining.close())


async def test_cancelling_takes_effect_at_once_and_ends_the_polling(strict_azure: RunningSimulator) -> None:
    earlier = polls(strict_azure)
    connector, _, signing_in = await start(strict_azure)
    await until(lambda: polls(strict_azure) > earlier, "the first poll")
    assert running("device-code")

    started = time.perf_counter()
    signing_in.cancel()
    with pytest.raises(asyncio.CancelledError):
        await signing_in
    assert time.perf_counter() - started < 1

    asked = polls(strict_azure)
    await until(lambda: not running("device-code"), "the polling thread to end")
    assert polls(strict_azure) == asked
    await connector.close()


async def test_nothing_prompts_in_the_middle_of_a_request(connector: AzureConnector, azure: RunningSimulator) -> None:
    """A tenant that cannot be signed in to is locked, with the reason; no code is requested behind anyone's back."""
    codes: list[DeviceCode] = []
    session = await connector.sign_in(SignInMethod.DEVICE_CODE, codes.append)

    azure.add_fault("redeemRefreshToken@*:drop-request")
    pages = [page async for page in session.subscriptions()]
    locked = [page for page in pages if page.tenant.locked is not None]
    assert locked
    assert not any(page.subscriptions for page in locked)
    assert len(codes) == 1

    azure.clear_faults()
    page = await session.unlock_tenant(locked[0].tenant.tenant_id, codes.append)
    assert page.subscriptions
    assert page.tenant.locked is None
    await session.close()


@pytest.fixture
def quiet_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser program that does nothing: the test itself answers the page."""
    monkeypatch.setenv("BROWSER", "true")


class _Form(HTMLParser):
    """The form on the sign-in page that posts the code back to this machine."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = found.get("action", "")
        elif tag == "input" and "name" in found:
            self.fields[found["name"]] = found.get("value", "")


def visit(url: str, azure: RunningSimulator, *, accept: bool = True) -> None:
    """What a person does in the browser: open the page, and let its form go to the redirect address."""
    form = _Form()
    if accept:
        context = ssl.create_default_context(cafile=str(azure.ca_file))
        with urllib.request.urlopen(url, context=context, timeout=PATIENCE) as page:
            form.feed(page.read().decode())
    else:
        query = parse_qs(urlsplit(url).query)
        form.action, form.fields = (
            query["redirect_uri"][0],
            {
                "error": "access_denied",
                "error_description": "AADSTS65004: User declined to consent to access the app.",
                "state": query["state"][0],
            },
        )
    urllib.request.urlopen(form.action, urlencode(form.fields).encode(), timeout=PATIENCE).close()


async def test_the_browser_signs_in(azure: RunningSimulator, quiet_browser: None) -> None:
    connector, pages = connector_for(azure), list[DeviceCode]()
    signing_in = asyncio.create_task(connector.sign_in(SignInMethod.BROWSER, pages.append))
    await until(lambda: pages, "the address")
    await asyncio.to_thread(visit, pages[0].verification_uri, azure)
    session = await asyncio.wait_for(signing_in, PATIENCE)

    assert session.account.name == "you@contoso.com"
    assert session.account.method is SignInMethod.BROWSER
    assert (await session.directory(session.account.home_tenant_id)).display_name
    assert len(pages) == 1
    await connector.close()


async def test_the_browser_s_page_is_shown_as_text_and_may_decline(
    strict_azure: RunningSimulator, quiet_browser: None
) -> None:
    connector, pages = connector_for(strict_azure), list[DeviceCode]()
    signing_in = asyncio.create_task(connector.sign_in(SignInMethod.BROWSER, pages.append))
    await until(lambda: pages, "the address")

    assert pages[0].user_code == ""
    query = parse_qs(urlsplit(pages[0].verification_uri).query)
    assert query["code_challenge_method"] == ["S256"]
    await asyncio.to_thread(lambda: visit(pages[0].verification_uri, strict_azure, accept=False))
    with pytest.raises(CloudError) as caught:
        await asyncio.wait_for(signing_in, PATIENCE)
    assert caught.value.problem.title == "The sign-in needs consent"
    await connector.close()


async def test_cancelling_the_browser_frees_its_port(strict_azure: RunningSimulator, quiet_browser: None) -> None:
    connector, pages = connector_for(strict_azure), list[DeviceCode]()
    signing_in = asyncio.create_task(connector.sign_in(SignInMethod.BROWSER, pages.append))
    await until(lambda: pages, "the address")
    assert running("browser-sign-in")

    started = time.perf_counter()
    signing_in.cancel()
    with pytest.raises(asyncio.CancelledError):
        await signing_in
    assert time.perf_counter() - started < 1

    await until(lambda: not running("browser-sign-in"), "the waiting thread to end")
    await connector.close()


async def test_an_abandoned_call_stops_at_its_next_request() -> None:
    waiting, ended = threading.Event(), threading.Event()

    def call() -> None:
        waiting.wait(PATIENCE)
        try:
            stop_if_abandoned()
        except AbandonedError:
            ended.set()

    task = asyncio.create_task(in_background(call, name="test"))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    waiting.set()
    await until(ended.is_set, "the call to notice")


async def test_a_background_call_brings_back_its_result_or_exception() -> None:
    assert await in_background(lambda: 6 * 7, name="test") == 42
    with pytest.raises(ZeroDivisionError):
        await in_background(lambda: 1 // 0, name="test")


@pytest.mark.parametrize("interval", [0, -1])
async def test_an_answer_that_asks_for_no_pause_does_not_make_a_hot_loop(
    strict_azure: RunningSimulator, interval: int
) -> None:
    strict_azure.add_fault("requestDeviceCode:answer", {"set": [["interval", interval]]})
    connector, _, signing_in = await start(strict_azure)
    before, started = polls(strict_azure), time.perf_counter()
    await until(lambda: polls(strict_azure) >= before + 3, "three polls")
    took = time.perf_counter() - started
    signing_in.cancel()
    await asyncio.gather(signing_in, return_exceptions=True)
    await connector.close()
    assert took > 1.9
