"""Step 8: the five values, handed over."""

from __future__ import annotations

import base64
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Button

from pipeops_tui.core.secret import MASK
from pipeops_tui.core.wizard import Step
from pipeops_tui.ui.steps.credentials.screen import CredentialsScreen
from tests.clipboard.support import MemoryRunner, remote
from tests.provisioning.world import Fault, FaultKind
from tests.support.inside import is_closing, secret_field
from tests.ui.memory import Stage, at

VALUE = "-~.hQr8Q~plainly4rHx_yBz0kQ2mWv9sLpNuT"
NEXT_VALUE = "~nQx8Q~another.7rKx_yBz0kQ2mWv9sLpNuTdA"


@asynccontextmanager
async def credentials(**how: Any) -> AsyncIterator[Stage]:
    """Everything created and proved; the secrets are known."""
    async with at(Step.CREATE, secrets=(VALUE, NEXT_VALUE), **how) as stage:
        await stage.creates()
        yield stage


def screen_of(stage: Stage) -> CredentialsScreen:
    assert isinstance(stage.app.screen, CredentialsScreen)
    return stage.app.screen


async def test_the_five_values_stand_in_the_order_of_the_form() -> None:
    async with credentials() as stage:
        screen = await stage.sees("console.pipeops.io → Integrations → Azure → Connect")
        application = stage.world.living[0].application
        labels = ("Resource Group Name", "Tenant ID", "Client ID", "Client Secret", "Subscription ID")
        values = ("PipeOpsRG", stage.world.tenant_id, application.app_id, MASK, stage.world.subscription_id)
        for number, (label, value) in enumerate(zip(labels, values, strict=True), start=1):
            assert re.search(rf"{number}  {label} +{re.escape(value)}", screen)
        assert re.search(r"expires 22 May 2027, 09:\d\d UTC", screen)
        assert "Signed in and read PipeOpsRG" in screen
        assert "For PipeOps" not in screen, "the rows take the slip's place"


async def test_c_walks_the_form_and_says_where_it_is() -> None:
    clipboard = MemoryRunner({"xclip"})
    async with credentials(runner=clipboard) as stage:
        app_id = stage.world.living[0].application.app_id
        steps = (
            ("PipeOpsRG", "Resource Group Name copied \\(read back and equal\\). Tenant ID is next"),
            (stage.world.tenant_id, "Tenant ID copied \\(read back and equal\\). Client ID is next"),
            (app_id, "Client ID copied .* Client Secret is next"),
            (VALUE, "Client Secret copied .* Subscription ID is next"),
            (stage.world.subscription_id, "Subscription ID copied .*Press Connect Account"),
        )
        for copied, words in steps:
            await stage.presses("c")
            await stage.sees(words)
            assert clipboard.content == copied
        assert (await stage.sees("✓ copied")).count("✓ copied") == 5


async def test_keys_in_a_hurry_lose_nothing() -> None:
    clipboard = MemoryRunner({"xclip"})
    async with credentials(runner=clipboard) as stage:
        await stage.pilot.press("c", "c", "c")
        await stage.sees("Client ID copied .* Client Secret is next")
        assert (await stage.sees("✓ copied")).count("✓ copied") == 3


async def test_enter_copies_next_and_at_the_end_finishes() -> None:
    async with credentials() as stage:
        for label in ("Resource Group Name", "Tenant ID", "Client ID", "Client Secret", "Subscription ID"):
            await stage.presses("enter")
            await stage.sees(f"{label} copied")
        assert "Finish" in str(screen_of(stage).query_one("#continue", Button).label)
        assert stage.screen.count(" Finish ") == 1, "one button, beside the key"
        await stage.presses("enter")
        await stage.until(lambda: is_closing(stage.app), "the end")
        assert stage.app.exit_code == 0


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
async def test_one_is_copied_by_its_number_and_by_a_click(number: int) -> None:
    clipboard = MemoryRunner({"xclip"})
    async with credentials(runner=clipboard) as stage:
        await stage.presses(str(number))
        await stage.sees(f"^ *{number} .*✓ copied|^.* {number}  .*✓ copied")
        expected, clipboard.content = clipboard.content, ""
        await stage.pilot.click(f"#credential-{number}")
        await stage.until(lambda: clipboard.content == expected, "the same value")


async def test_everything_is_copied_as_lines_with_the_expiry() -> None:
    clipboard = MemoryRunner({"xclip"})
    async with credentials(runner=clipboard) as stage:
        await stage.presses("a")
        await stage.sees("All five values copied \\(read back and equal\\)")
        lines = dict(line.split(": ", 1) for line in clipboard.content.splitlines())
        assert lines["Client Secret"] == VALUE
        assert re.fullmatch(r"22 May 2027, 09:\d\d UTC", lines["Client Secret expires"])
        assert list(lines)[:5] == ["Resource Group Name", "Tenant ID", "Client ID", "Client Secret", "Subscription ID"]
        assert stage.app.journey.delivered


@pytest.mark.parametrize(
    ("size", "left"),
    [((80, 24), "Reveal, 23 s"), ((120, 36), "Reveal, 23 s left")],
    ids=["80x24", "120x36"],
)
async def test_the_button_offers_what_is_left_to_see_and_goes_when_nothing_is(size: tuple[int, int], left: str) -> None:
    buttons = "Copy all +{} +Make new secret +(Watch +)?Finish"
    async with credentials(size=size) as stage:
        await stage.sees(buttons.format("Reveal"))
        screen_of(stage).query_one("#reveal").focus()
        await stage.presses("r")
        await stage.sees(buttons.format("Hide"))
        stage.clock.advance(7)
        await stage.presses("r")
        await stage.sees(buttons.format(left))
        await stage.presses("r")
        await stage.sees("Copy all +Make new secret +(Watch +)?Finish", passing=5)
        assert getattr(screen_of(stage).focused, "id", "") == "continue"
        await stage.presses("n")
        await stage.sees("Create a new client secret")
        await stage.presses("enter")
        await stage.sees(buttons.format("Reveal"), passing=0.5)


async def test_over_ssh_it_is_sent_and_says_what_that_means() -> None:
    sent: list[str] = []
    async with credentials(surroundings=remote(), sent=sent) as stage:
        await stage.presses("4")
        await stage.sees("Client Secret copied .could not be checked.", "cannot clear the clipboard", r"\? copied")
        assert base64.b64encode(VALUE.encode()).decode() in sent[-1]
        assert stage.app.journey.delivered


async def test_what_is_to_be_done_after_the_last_value_is_read_whole_also_over_ssh() -> None:
    async with credentials(surroundings=remote(), size=(80, 24)) as stage:
        await stage.presses("c", "c", "c", "c", "c")
        await stage.sees(
            "press Connect Account", "! Subscription ID copied .could not be checked.. Paste to make sure[.]"
        )


async def test_a_copy_that_fails_says_what_to_do_and_stays_where_it_is() -> None:
    async with credentials(surroundings=remote(TERM="linux")) as stage:
        await stage.presses("c")
        await stage.sees("Could not copy Resource Group Name", "1  Resource Group Name .*next: c")
        assert not stage.app.journey.delivered
        await stage.presses("4")
        await stage.sees("Could not copy Client Secret")
        assert not stage.app.journey.delivered


async def test_the_secret_is_cleared_a_minute_after_its_copy() -> None:
    clipboard = MemoryRunner({"xclip"})
    async with credentials(runner=clipboard) as stage:
        await stage.presses("4")
        await stage.sees("cleared 60 seconds after the copy", "clipboard manager")
        await stage.passes(59)
        assert clipboard.content == VALUE
        await stage.passes(1)
        await stage.until(lambda: clipboard.content == "", "an empty clipboard")
        await stage.sees("Clipboard cleared, 60 seconds after the copy")


async def test_what_was_copied_since_is_left_alone() -> None:
    clipboard = MemoryRunner({"xclip"})
    async with credentials(runner=clipboard) as stage:
        await stage.presses("4")
        await stage.sees("Client Secret copied")
        await stage.presses("5")
        await stage.sees("Subscription ID copied")
        await stage.passes(61)
        assert clipboard.content == stage.world.subscription_id


async def test_it_is_revealed_once_for_thirty_seconds_in_all() -> None:
    async with credentials() as stage:
        await stage.sees(r"Press r to show it \(30 s\)")
        await stage.presses("r")
        screen = await stage.sees(rf"^ *{re.escape(VALUE)}$", "4  Client Secret +for 30 s more")
        assert MASK not in screen
        assert stage.app.journey.delivered
        await stage.passes(12)
        await stage.sees("for 18 s more")
        await stage.presses("r")
        await stage.sees(r"Press r to show it \(18 s\)", MASK)
        await stage.passes(500)
        await stage.presses("r")
        await stage.sees(re.escape(VALUE))
        await stage.passes(18)
        await stage.sees("was shown", MASK)
        await stage.presses("r")
        screen = await stage.sees("Shown for 30 s")
        assert VALUE not in screen


@pytest.mark.parametrize("how", ["blur", "palette", "help", "too small", "another step", "suspend", "screenshot"])
async def test_it_hides_and_its_clock_stops_when_it_is_out_of_sight(how: str) -> None:
    async with credentials(size=(100, 30)) as stage:
        await stage.presses("r")
        await stage.sees(re.escape(VALUE))
        assert screen_of(stage).secret_visible
        await stage.passes(10)
        await stage.sees("for 20 s more")
        first = screen_of(stage)
        if how == "blur":
            stage.app.app_focus = False
        elif how == "palette":
            await stage.presses("ctrl+p")
        elif how == "help":
            await stage.presses("f1")
        elif how == "too small":
            await stage.pilot.resize_terminal(50, 10)
        elif how == "another step":
            stage.app.show_step(Step.CREATE)
        elif how == "suspend":
            stage.app.app_suspend_signal.publish(stage.app)
        else:
            assert VALUE not in stage.app.export_screenshot()
        await stage.until(lambda: not first.secret_visible, "it is hidden")
        assert VALUE not in stage.screen
        assert VALUE not in stage.app.export_screenshot()
        await stage.passes(100)
        assert secret_field(first).seconds_left == 20
        if how == "blur":
            stage.app.app_focus = True
        elif how in ("palette", "help"):
            await stage.presses("escape")
        elif how == "too small":
            await stage.pilot.resize_terminal(100, 30)
        elif how == "another step":
            stage.app.show_step(Step.CREDENTIALS)
        await stage.sees(r"Press r to show it \(20 s\)")
        await stage.presses("r")
        await stage.sees(re.escape(VALUE), "for 20 s more")


async def test_the_screenshot_command_is_gone_while_it_is_visible() -> None:
    async with credentials() as stage:
        titles = [command.title for command in stage.app.get_system_commands(stage.app.screen)]
        assert "Screenshot" in titles
        await stage.presses("r")
        await stage.sees(re.escape(VALUE))
        titles = [command.title for command in stage.app.get_system_commands(stage.app.screen)]
        assert "Screenshot" not in titles
        assert "Undo what was created…" in titles


async def test_too_narrow_for_it_says_so() -> None:
    async with at(Step.CREATE, secrets=("s" * 64,), size=(60, 20)) as stage:
        await stage.presses("enter")
        await stage.sees("Create now")
        await stage.presses("enter")
        await stage.sees("values go into", passing=0.5)
        await stage.presses("r")
        await stage.sees("It needs 68 columns. Widen the terminal, or press 4")
        assert not stage.app.journey.delivered


async def test_a_new_secret_replaces_the_old_one_once_it_works() -> None:
    clipboard = MemoryRunner({"xclip"})
    async with credentials(runner=clipboard) as stage:
        await stage.presses("4")
        await stage.sees("Client Secret copied")
        await stage.presses("n")
        await stage.sees("Create a new client secret", "this one is removed")
        await stage.presses("enter")
        await stage.sees("The new client secret works", passing=0.5)
        assert stage.world.live_secrets == 1
        assert not stage.app.journey.delivered
        await stage.sees("4  Client Secret .*next: c", r"Press r to show it \(30 s\)")
        await stage.presses("c")
        await stage.sees("Client Secret copied")
        assert clipboard.content == NEXT_VALUE
        assert stage.app.journey.delivered


async def test_the_old_secret_is_kept_when_the_new_one_is_declined() -> None:
    async with credentials() as stage:
        await stage.presses("n")
        await stage.sees("Create a new client secret")
        await stage.presses("escape")
        await stage.until(lambda: "Create a new client secret?" not in stage.screen, "the values")
        assert stage.world.live_secrets == 1
        assert "add_password" in stage.world.requests
        assert stage.world.requests.count("add_password") == 1


async def test_a_new_secret_that_fails_can_be_tried_again() -> None:
    async with credentials() as stage:
        stage.world.faults.append(Fault(FaultKind.REFUSED, "add_password", 2, 2))
        await stage.presses("n")
        await stage.sees("Create a new one")
        await stage.presses("enter")
        await stage.sees("Press t to try again", passing=0.5)
        await stage.presses("d")
        await stage.sees("It went wrong", "Copy details")
        await stage.presses("escape")
        await stage.presses("t")
        await stage.sees("The new client secret works", passing=0.5)
        assert stage.world.live_secrets == 1


async def test_leaving_without_the_secret_asks_first() -> None:
    async with credentials() as stage:
        await stage.presses("ctrl+q")
        await stage.sees("Leave without the client secret", "Stay")
        await stage.presses("enter")
        await stage.until(lambda: "Leave without" not in stage.screen, "the values")
        assert stage.app.is_running
        await stage.presses("ctrl+q")
        await stage.sees("Leave without the client secret")
        await stage.presses("tab", "enter")
        await stage.until(lambda: is_closing(stage.app), "the end")
        assert stage.app.exit_code == 1
        assert "neither copied nor revealed" in stage.app.receipt


@pytest.mark.parametrize("way", ["ctrl+q", "escape"])
@pytest.mark.parametrize(("keys", "left"), [(["enter"], ""), (["tab", "enter"], VALUE)], ids=["clear", "keep"])
async def test_leaving_while_the_clipboard_holds_it_asks_what_to_do(way: str, keys: list[str], left: str) -> None:
    clipboard = MemoryRunner({"xclip"})
    async with credentials(runner=clipboard) as stage:
        await stage.presses("1", "2", "3", "5", "4")
        await stage.sees("Client Secret copied")
        await stage.presses(way)
        await stage.sees("The clipboard still holds the client secret", "Clear it", "Keep it to paste")
        await stage.presses(*keys)
        await stage.until(lambda: is_closing(stage.app), "the end, without another question")
        assert clipboard.content == left
        assert stage.app.exit_code == 0


@pytest.mark.parametrize("way", ["ctrl+q", "escape"])
@pytest.mark.parametrize(("key", "question"), [("r", "Leave"), ("1", "Leave without"), ("4", "The clipboard still")])
async def test_every_way_out_asks_the_same_and_rests_on_staying(way: str, key: str, question: str) -> None:
    async with credentials(runner=MemoryRunner({"xclip"})) as stage:
        await stage.presses(key)
        await stage.sees("copied|s more")
        await stage.presses(way)
        await stage.sees(question, "Stay")
        await stage.presses("enter")
        await stage.until(lambda: question not in stage.screen, "the values")
        assert stage.app.is_running
        assert stage.app.screen.is_current
        await stage.presses(way)
        await stage.sees(question)
        await stage.presses("shift+tab", "enter")
        await stage.until(lambda: is_closing(stage.app), "the end, without another question")


async def test_after_all_five_another_copy_takes_nothing_back() -> None:
    async with credentials(runner=MemoryRunner({"xclip"})) as stage:
        await stage.presses(*"ccccc")
        await stage.sees("press Connect Account", " Finish ")
        await stage.presses("c")
        await stage.sees("2  Tenant ID .*next: c")
        await stage.presses("escape")
        screen = await stage.sees("Finish here", "All five values were copied")
        assert "Not all five" not in screen


async def test_a_value_that_was_left_out_comes_next_after_the_last_one() -> None:
    async with credentials(runner=MemoryRunner({"xclip"})) as stage:
        await stage.presses("1", "5")
        await stage.sees("2  Tenant ID .*next: c", "Subscription ID copied")
        assert "press Connect Account" not in stage.screen


async def test_after_all_as_one_text_no_row_is_next_and_the_form_is_explained() -> None:
    async with credentials(runner=MemoryRunner({"xclip"}), size=(110, 36)) as stage:
        await stage.presses("a")
        screen = await stage.sees("Copied as one text", "one value at a time: press c", " Finish ")
        assert "next: c" not in screen
        await stage.presses("c")
        await stage.sees("values go into", "2  Tenant ID .*next: c")


async def test_that_question_can_be_answered_with_staying() -> None:
    clipboard = MemoryRunner({"xclip"})
    async with credentials(runner=clipboard) as stage:
        await stage.presses("4")
        await stage.sees("Client Secret copied")
        await stage.presses("ctrl+q")
        await stage.sees("The clipboard still holds")
        await stage.presses("escape")
        await stage.until(lambda: "still holds" not in stage.screen, "the values")
        assert stage.app.is_running
        assert clipboard.content == VALUE


async def test_leaving_drops_the_secret_and_prints_everything_else() -> None:
    async with credentials() as stage:
        run = stage.app.journey.run
        assert run is not None
        held = run.credentials
        assert held is not None
        await stage.presses("r")
        await stage.sees(re.escape(VALUE))
        await stage.presses("ctrl+q")
        await stage.sees("Leave before all five values are copied")
        await stage.presses("tab", "enter")
        await stage.until(lambda: is_closing(stage.app), "the end")
        assert held.client_secret.forgotten
        assert VALUE not in stage.app.receipt
        for public in ("PipeOpsRG", stage.world.tenant_id, held.client_id, stage.world.subscription_id, "22 May 2027"):
            assert public in stage.app.receipt


async def test_escape_asks_to_finish_and_never_navigates() -> None:
    async with credentials() as stage:
        await stage.presses("escape")
        await stage.sees("Leave without the client secret", "neither copied nor revealed")
        await stage.presses("escape")
        await stage.until(lambda: "Leave without" not in stage.screen, "the values")
        assert stage.app.journey.wizard.step is Step.CREDENTIALS
        await stage.presses("a")
        await stage.sees("All five values copied")


async def test_undo_from_the_palette_takes_everything_back_and_ends() -> None:
    async with credentials() as stage:
        command = next(
            command for command in stage.app.get_system_commands(stage.app.screen) if "Undo" in command.title
        )
        command.callback()
        await stage.sees("Undo what was created", "Type PipeOps")
        await stage.presses(*"PipeOps", "enter")
        await stage.sees("Nothing that was created is left", passing=5)
        await stage.presses("enter")
        await stage.until(lambda: is_closing(stage.app), "the end")
        assert stage.world.living == []
        assert stage.app.exit_code == 1
        assert "Undone" in stage.app.receipt


async def test_it_opens_while_the_test_sign_in_goes_on_and_copying_is_never_held_up() -> None:
    clipboard = MemoryRunner({"xclip"})
    refusing = Fault(FaultKind.REFUSED, "read_group", 1, 3)
    async with at(Step.CREATE, secrets=(VALUE,), faults=[refusing], runner=clipboard) as stage:
        await stage.presses("enter")
        await stage.sees("Create now")
        await stage.presses("enter")
        await stage.sees("values go into", "Test sign-in", passing=0.3)
        await stage.until(lambda: "Signed in as" not in stage.screen, "not proved yet")
        await stage.presses("4")
        await stage.sees("Client Secret copied")
        assert clipboard.content == VALUE
        await stage.sees("✓ done +Test sign-in +Signed in and read PipeOpsRG", passing=2)


async def test_a_new_secret_is_to_be_had_while_the_test_sign_in_of_the_lost_one_goes_on() -> None:
    refusing = Fault(FaultKind.REFUSED, "read_group", 1, 3)
    async with at(Step.CREATE, secrets=(VALUE, NEXT_VALUE), faults=[refusing]) as stage:
        await stage.presses("enter")
        await stage.sees("Create now")
        await stage.presses("enter")
        await stage.sees("values go into", "Test sign-in", passing=0.3)
        await stage.until(lambda: "Signed in as" not in stage.screen, "not proved yet")
        await stage.presses("n")
        await stage.sees("Create a new client secret")
        await stage.presses("enter")
        await stage.sees("The new client secret works", passing=2)
        assert stage.world.live_secrets == 1


@pytest.mark.parametrize("size", [(60, 16), (76, 22), (80, 24), (104, 30), (250, 80)])
async def test_all_of_it_fits_every_terminal(size: tuple[int, int]) -> None:
    async with credentials(size=size) as stage:
        screen = stage.screen
        for text in ("PipeOpsRG", stage.world.tenant_id, stage.world.subscription_id, MASK, "expires 22 May 2027"):
            assert text in screen
        await stage.presses("r")
        await stage.sees(rf"(^|\s){re.escape(VALUE)}(\s|$)")


async def test_what_does_not_fit_the_smallest_screen_is_scrolled_to_and_what_is_next_comes_into_sight() -> None:
    async with credentials(size=(60, 16)) as stage:
        assert "Test sign-in" not in stage.screen
        await stage.presses("pagedown")
        screen = await stage.sees("Test sign-in")
        assert "Resource Group Name" not in screen
        await stage.presses("r")
        await stage.sees(rf"(^|\s){re.escape(VALUE)}(\s|$)")
        await stage.presses("r", "pageup", "c", "c", "c", "c")
        await stage.sees("5  Subscription ID .*next: c", stage.world.subscription_id)


async def test_resizing_loses_nothing() -> None:
    async with credentials() as stage:
        await stage.presses("c", "c")
        await stage.sees("Tenant ID copied")
        for size in ((60, 16), (30, 5), (200, 60), (1, 1), (80, 24)):
            await stage.pilot.resize_terminal(*size)
            await stage.pilot.pause()
        await stage.sees("3  Client ID .*next: c", "2  Tenant ID .*✓ copied")


async def test_a_reminder_of_the_new_client_secret_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"):
        monkeypatch.delenv(name, raising=False)
    async with credentials(size=(120, 36)) as stage:
        client_id = stage.world.living[0].application.app_id
        await stage.sees("i Remind me")
        await stage.presses("i")
        await stage.sees("Remind me before the client secret expires", "One event on 22 May 2027")
        await stage.presses("enter")
        await stage.sees("✓ Written")
        await stage.presses("escape")
        await stage.sees("Press c, paste it into PipeOps")
    written = (tmp_path / f"pipeops-{client_id[:8]}-2027-05-22.ics").read_text()
    assert f"Client ID: {client_id}" in written.replace("\n ", "")
    assert VALUE not in written


FORM = ("Name +optional", "Resource group +paste here", "Tenant", "Client", "Secret", "Subscription")


@pytest.mark.parametrize("size", [(120, 24), (120, 36), (200, 60)], ids=["120x24", "120x36", "200x60"])
async def test_the_form_is_drawn_beside_the_values_box_by_box(size: tuple[int, int]) -> None:
    async with credentials(size=size) as stage:
        screen = await stage.sees("PipeOps: Enter Access Credentials", r"\[ Connect Account \]")
        lines = screen.splitlines()
        for number, label in enumerate(FORM):
            (line,) = [line for line in lines if re.search(rf"│ {label} +│", line)]
            assert re.search(rf"^\W*([✓●] \w+ +)?▌? *{number}  ", line), "beside the value that goes into it"
        await stage.presses("c")
        await stage.sees("│ Resource group +✓ │", "│ Tenant +paste here │")


async def test_nothing_stands_beside_a_revealed_secret() -> None:
    async with credentials(size=(120, 36)) as stage:
        await stage.presses("r")
        await stage.sees(rf"^ *{re.escape(VALUE)} *$")


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (119, 36)])
async def test_where_there_is_no_room_for_the_form_one_sentence_says_where_to_begin(size: tuple[int, int]) -> None:
    async with credentials(size=size) as stage:
        screen = await stage.sees("Ignore the page on access keys, press Proceed, and start in the second box")
        assert "Enter Access Credentials" not in screen
        assert "Created: group PipeOpsRG (West Europe), application PipeOps (Contributor)" in screen
        assert re.search("0  Name .optional. +PipeOps", screen)


async def test_the_name_for_the_first_box_is_copied_with_0_and_nothing_else_changes() -> None:
    clipboard = MemoryRunner({"xclip"})
    async with credentials(runner=clipboard) as stage:
        await stage.presses("c", "0")
        await stage.sees("The name copied .* Tenant ID is next", "0  Name .optional. +PipeOps +✓ copied")
        assert clipboard.content == "PipeOps"
        await stage.presses("a")
        await stage.sees("All five values copied")
        assert not [line for line in clipboard.content.splitlines() if line.startswith("Name")]


async def test_the_help_describes_the_form() -> None:
    async with credentials(size=(120, 46)) as stage:
        await stage.presses("f1")
        said = " ".join((await stage.sees("six boxes")).replace("│", " ").split())
        assert "press Proceed" in said
        assert "Start in the second box" in said


async def test_the_server_comes_next_and_is_watched_once_the_secret_is_delivered() -> None:
    async with credentials(size=(120, 36)) as stage:
        screen = await stage.sees("✓ done +Test sign-in", "○ waiting +First server +Create it in PipeOps, press w")
        assert "w Watch" not in screen
        await stage.presses("w")
        await stage.sees("Copy the client secret into PipeOps first")
        await stage.presses("4")
        await stage.sees("w Watch")
