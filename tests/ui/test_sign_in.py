"""Step 1: ways that work, the device code, giving up, coming back."""

from __future__ import annotations

import errno
import re
import shutil
from http.server import HTTPServer

import pytest

from pipeops_tui.azure import connector
from pipeops_tui.azure.sign_in import interactive
from pipeops_tui.azure.sign_in.sign_in_methods import Machine
from pipeops_tui.core.model import SignInMethod
from pipeops_tui.core.settings import Settings
from pipeops_tui.core.wizard import Step
from pipeops_tui.simulator import RunningSimulator
from pipeops_tui.ui.widgets.device_code import DeviceCodeCard
from tests.support.clocks import RealTimeClock
from tests.support.inside import notices, set_browser
from tests.support.person import Person, person_at
from tests.ui.memory import at
from tests.ui.ways import to_resource_group

READY = "Ready"


def code_of(person: Person) -> str:
    code = person.app.screen.query_one(DeviceCodeCard).code
    assert code is not None
    return code.user_code


async def test_ways_that_do_not_work_stay_visible_with_their_reason(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        screen = await person.sees(READY, "Device code", "Browser")
        assert re.search(r"▌ .*Device code +recommended|▌ Device code", screen)
        assert "not available" in screen
        assert "simulated Azure" in screen


async def test_one_enter_signs_in_and_goes_on(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await person.sees(READY)
        await person.presses("enter")
        await person.sees("Choose the subscription to bill", "you@contoso.com")


async def test_the_code_is_large_and_copied_and_its_page_opened_with_one_key(
    patient_azure: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    copied: list[tuple[str, str]] = []
    async with person_at(patient_azure, opened=opened) as person:
        monkeypatch.setattr(person.app, "copy", lambda text, name: copied.append((text, name)))
        await person.sees(READY)
        await person.presses("enter")
        screen = await person.sees("enter this code", "expires in 14 min", "█")
        code = code_of(person)
        assert code in screen
        assert f"{patient_azure.base_url}/devicelogin" in screen
        await person.presses("enter")
        await person.presses("c")
        await person.waits_until(lambda _screen: bool(opened), "the page opened")
        assert copied == [(code, "Code")]
        assert opened == [f"{patient_azure.base_url}/devicelogin"]
        patient_azure.approve_device_code(code)
        await person.sees("Choose the subscription to bill")


async def test_escape_gives_the_code_up_and_the_ways_are_back(patient_azure: RunningSimulator) -> None:
    async with person_at(patient_azure) as person:
        await person.sees(READY)
        await person.presses("enter")
        await person.sees("expires in")
        await person.presses("escape")
        screen = await person.sees("Sign-in cancelled", "Sign in")
        assert "expires in" not in screen
        await person.presses("enter")
        await person.sees("expires in")


async def test_a_new_code_replaces_the_old_one(patient_azure: RunningSimulator) -> None:
    async with person_at(patient_azure) as person:
        await person.sees(READY)
        await person.presses("enter")
        await person.sees("expires in")
        old = code_of(person)
        await person.presses("n")
        await person.waits_until(lambda screen: "expires in" in screen and old not in screen, "a new code")
        patient_azure.approve_device_code(code_of(person))
        await person.sees("Choose the subscription to bill")


async def test_a_declined_code_is_a_problem_that_can_be_tried_again(patient_azure: RunningSimulator) -> None:
    async with person_at(patient_azure) as person:
        await person.sees(READY)
        await person.presses("enter")
        await person.sees("expires in")
        patient_azure.approve_device_code(code_of(person), decline=True)
        await person.sees("✗", "Try again", "Quit")
        await person.presses("enter")
        await person.sees("expires in")
        patient_azure.approve_device_code(code_of(person))
        await person.sees("Choose the subscription to bill")


async def test_going_back_keeps_the_account_and_enter_does_not_ask_again(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await person.sees(READY)
        await person.presses("enter")
        await person.sees("14 subscriptions")
        asked = sum(one["operation"] == "requestDeviceCode" for one in azure.requests())
        await person.presses("escape")
        await person.sees("Signed in as you@contoso.com", "s Switch account", "o Sign out")
        await person.presses("enter")
        await person.sees("14 subscriptions")
        assert sum(one["operation"] == "requestDeviceCode" for one in azure.requests()) == asked


async def test_signing_in_again_starts_the_choices_over(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await to_resource_group(person)
        await person.presses("escape")
        await person.sees("Choose the subscription to bill")
        await person.presses("escape")
        await person.sees("Signed in as")
        await person.presses("s")
        await person.sees("14 subscriptions in 3 tenants")
        assert person.app.journey.choices.subscription is None


async def test_a_way_asked_for_that_does_not_work_is_said(azure: RunningSimulator) -> None:
    settings = Settings(demo="happy", auth=SignInMethod.ENVIRONMENT)
    async with person_at(azure, settings=settings) as person:
        screen = await person.sees("--auth environment does not work here")
        assert re.search("▌ .*Device code", screen)


@pytest.mark.parametrize("size", [(60, 16), (80, 24)])
async def test_the_code_fits_into_small_terminals(patient_azure: RunningSimulator, size: tuple[int, int]) -> None:
    async with person_at(patient_azure, size=size) as person:
        await person.sees(READY)
        await person.presses("enter")
        await person.sees("/devicelogin", "expires in", "esc Back", "█")


async def test_after_a_minute_the_usual_reason_is_told_and_at_the_end_that_the_code_has_expired(
    patient_azure: RunningSimulator,
) -> None:
    clock = RealTimeClock()
    async with person_at(patient_azure, clock=clock) as person:
        await person.sees(READY)
        await person.presses("enter")
        screen = await person.sees("expires in 14 min 5")
        assert "53003" not in screen
        clock.skip(61)
        await person.sees("expires in 13 min", "53003", "choose another")
        clock.skip(840)
        await person.sees("expired: press n for a new one")


WSL = "5.15.153.1-microsoft-standard-WSL2"


@pytest.mark.parametrize(
    ("machine", "reason"),
    [
        (Machine("linux", {"DISPLAY": ":0", "SSH_CONNECTION": "1 2 3 4"}, shutil.which), "connected over SSH"),
        (Machine("linux", {"DISPLAY": ":0"}, shutil.which, in_container=True), "a container without a browser"),
        (Machine("linux", {}, lambda name: None, kernel=WSL), "no Windows browser can be started"),
        (Machine("linux", {"BROWSER": "/usr/bin/w3m"}, shutil.which), "w3m, which would run inside this terminal"),
    ],
)
async def test_where_no_browser_can_be_used_the_code_is_the_way_and_the_browser_says_why(
    azure: RunningSimulator, monkeypatch: pytest.MonkeyPatch, machine: Machine, reason: str
) -> None:
    monkeypatch.setattr(connector, "this_machine", lambda environ: machine)
    async with person_at(azure, size=(120, 36)) as person:
        await person.sees(READY, "▌ Device code +recommended", "  Browser +not available", reason)


@pytest.fixture
def at_a_desktop(monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A machine with a browser, which does nothing; signing in is to be done there."""
    monkeypatch.setenv("BROWSER", "true")
    desktop = Machine("linux", {"DISPLAY": ":0"}, lambda name: None)
    monkeypatch.setattr(connector, "this_machine", lambda environ: desktop)
    return Settings(demo="happy", auth=SignInMethod.BROWSER)


async def test_the_browser_s_page_is_shown_as_text_and_given_up_at_once(
    patient_azure: RunningSimulator, at_a_desktop: Settings
) -> None:
    async with person_at(patient_azure, settings=at_a_desktop, size=(120, 40)) as person:
        await person.sees(r"▌ .*Browser", READY)
        await person.presses("enter")
        screen = await person.sees("If no browser opened", "oauth2/v2.0/authorize", "expires in 4 min")
        assert "enter this code" not in screen
        assert "New code" not in screen
        await person.presses("escape")
        await person.sees("Sign-in cancelled", "Device code")


async def test_a_browser_that_could_not_answer_is_explained_and_the_code_is_still_there(
    azure: RunningSimulator, monkeypatch: pytest.MonkeyPatch, at_a_desktop: Settings
) -> None:
    bind = HTTPServer.server_bind

    def server_bind(server: HTTPServer) -> None:
        if 8400 <= int(server.server_address[1]) < 9000:
            raise OSError(errno.EADDRINUSE, "Address already in use")
        bind(server)

    monkeypatch.setattr(HTTPServer, "server_bind", server_bind)
    async with person_at(azure, settings=at_a_desktop) as person:
        await person.sees(r"▌ .*Browser", READY)
        await person.presses("enter")
        await person.sees(
            "The browser cannot return the sign-in", "ports from 8400 to 8999", "device code instead", "Try again"
        )
        await person.presses("escape")
        await person.sees(r"▌ .*Browser", "Device code")
        await person.presses("down", "enter")
        await person.sees("Choose the subscription to bill")


async def test_a_browser_is_waited_for_no_longer_than_the_screen_says(
    patient_azure: RunningSimulator, monkeypatch: pytest.MonkeyPatch, at_a_desktop: Settings
) -> None:
    monkeypatch.setattr(interactive, "BROWSER_SECONDS", 1)
    async with person_at(patient_azure, settings=at_a_desktop, size=(120, 40)) as person:
        await person.sees(r"▌ .*Browser", READY)
        await person.presses("enter")
        await person.sees("The sign-in was not finished in time", "Try again")


@pytest.mark.parametrize(("found", "said"), [(False, "There is no browser here"), (True, "Opened in your browser")])
async def test_it_says_whether_a_browser_was_found(found: bool, said: str) -> None:
    async with at(Step.SIGN_IN) as stage:
        set_browser(stage.app, lambda _url: found)
        stage.app.visit("https://microsoft.com/devicelogin")
        told = f"{said}.*https://microsoft.com/devicelogin"
        await stage.until(lambda: any(re.search(told, text) for text in notices(stage.app)), told)
