"""What every step has: sizes, keys, help, palette, leaving, and problems instead of tracebacks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest
from textual.containers import Vertical
from textual.events import Click, MouseDown, Paste, Resize
from textual.geometry import Offset, Size
from textual.widgets import Input

from pipeops_tui.core.problem import CloudError, FailureKind, Problem, Section, where_to_read
from pipeops_tui.core.wizard import Step
from pipeops_tui.simulator import RunningSimulator
from pipeops_tui.ui.base.background_work import problem_of
from pipeops_tui.ui.base.step_screen import StepScreen
from pipeops_tui.ui.dialogs.section_dialog import readme, section_of
from pipeops_tui.ui.palette import Palette
from pipeops_tui.ui.widgets.fields import TextEntry
from tests.core.test_problem_report import SECRET
from tests.support.inside import crash_of, exit_messages, is_closing, pretend_size
from tests.support.person import Person, person_at
from tests.ui.memory import START, MemorySession, at
from tests.ui.ways import on_resource_group, to_resource_group, to_subscription, to_tenant

STEPS = ("Sign in", "Subscription", "Resource group", "Tenant", "Application", "Access", "Create", "Credentials")


def step_of(person: Person) -> StepScreen:
    screen = person.app.screen
    assert isinstance(screen, StepScreen)
    return screen


async def at_rest(person: Person) -> str:
    """The screen once it has stopped changing."""
    shown = ""
    while shown != person.screen:
        shown = person.screen
        for _ in range(3):
            await person.pilot.pause()
    return shown


async def test_rail_slip_status_and_keys_fit_into_80_by_24(azure: RunningSimulator) -> None:
    async with person_at(azure, size=(80, 24)) as person:
        screen = await to_tenant(person)
        lines = screen.splitlines()
        assert all(any(step in line for line in lines) for step in STEPS)
        assert list("✓✓✓●○○○○") == [line[2] for line in lines[2:10]]
        for label in ("For PipeOps", "Resource group  PipeOpsRG", "Tenant ID ", "Client ID       –", "Subscription "):
            assert any(label in line for line in lines), label
        assert lines[-2].startswith("  ✓ Contoso: ")
        assert lines[-1] == "  ⏎ Continue   esc Back   F1 What is this?   ^p Palette   ^q Quit"
        assert not any(bar.display for bar in step_of(person).query("ScrollBar"))


@pytest.mark.parametrize("size", [(75, 24), (100, 21), (60, 16)])
async def test_small_terminals_have_one_line_of_progress_and_a_slip_on_demand(
    azure: RunningSimulator, size: tuple[int, int]
) -> None:
    async with person_at(azure, size=size) as person:
        screen = await to_resource_group(person)
        assert "Step 3 of 8 · Resource group" in screen
        assert "For PipeOps" not in screen
        await person.presses("f2")
        await person.sees("For PipeOps", "Client secret")
        await person.presses("f2")
        await person.waits_until(lambda screen: "For PipeOps" not in screen, "the slip has gone")


async def test_a_terminal_that_is_too_small_says_so_and_loses_nothing(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await to_resource_group(person)
        await person.types("-x")
        await person.sees("PipeOpsRG-x")
        for size in ((59, 30), (100, 15), (1, 1), (20, 5)):
            await person.pilot.resize_terminal(*size)
            await person.waits_until(lambda screen: "PipeOpsRG" not in screen, f"nothing but the notice at {size}")
        assert "larger" in person.screen
        await person.presses("enter", "y", "escape")
        await person.pilot.resize_terminal(80, 24)
        await person.sees("Name +PipeOpsRG-x", "● Resource group")
        await person.types("y")
        await person.sees("Name +PipeOpsRG-xy")


async def test_a_terminal_that_shrinks_while_the_application_closes_is_no_error(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await to_resource_group(person)
        small = Size(50, 10)
        pretend_size(person.app, small)
        person.app.screen.post_message(Resize(small, small))
        person.app.exit()
    assert crash_of(person.app) is None


async def test_text_is_selected_by_the_terminal_alone(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await to_resource_group(person)
        before = await at_rest(person)
        question = person.app.screen.query_one("#question").region
        await person.pilot.mouse_down(offset=question.offset)
        await person.pilot.hover(offset=question.offset + Offset(9, 1))
        await person.pilot.mouse_up(offset=question.offset + Offset(9, 1))
        assert person.app.screen.get_selected_text() is None
        assert await at_rest(person) == before


async def test_a_click_on_what_has_just_gone_does_nothing(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await to_resource_group(person)
        sentence = person.app.screen.query_one("#sentence")
        at = sentence.region.offset
        with person.app.batch_update():
            await sentence.remove()
            assert person.app.screen.get_widget_at(*at)[0] is sentence, "the layout is made anew a moment later"
            person.app.post_message(MouseDown(None, at.x, at.y, 0, 0, 1, False, False, False, at.x, at.y))
            await person.pilot.pause()
        await at_rest(person)


async def test_no_key_acts_unseen(azure: RunningSimulator) -> None:
    async with person_at(azure, size=(80, 24)) as person:
        await person.walks_to(Step.SUBSCRIPTION)
        before = await at_rest(person)
        await person.pilot.resize_terminal(50, 10)
        await person.sees("make the terminal larger")
        await person.presses("tab", "x", "tab", "enter", "f1", "escape")
        person.app.post_message(Paste("unseen"))
        await person.pilot.resize_terminal(80, 24)
        assert await at_rest(person) == before
        assert isinstance(person.app.focused, TextEntry)


async def test_nothing_is_confirmed_unseen(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await person.walks_to(Step.CREATE)
        await person.presses("enter")
        await person.sees("Create this in Azure now")
        await person.pilot.resize_terminal(50, 10)
        await person.sees("make the terminal larger")
        await person.presses("enter")
        await person.pilot.resize_terminal(80, 24)
        await person.sees("Create this in Azure now", "Review again", "Nothing has been created yet")
        await person.presses("escape")
        await person.waits_until(lambda screen: "Review again" not in screen, "the dialog has gone")


async def test_a_paste_that_was_not_meant_for_one_line_is_cut_to_what_can_be_drawn(azure: RunningSimulator) -> None:
    async with person_at(azure, size=(80, 24)) as person:
        await to_resource_group(person)
        person.app.post_message(Paste("-x" * 500_000 + "\nthe next line"))
        told = "only the first 991 characters were pasted"
        await person.sees("-x-x-x", "Too long by 910", f"! Too long: {told}")
        entry = person.app.focused
        assert isinstance(entry, TextEntry)
        assert entry.value == "PipeOpsRG" + "-x" * 495 + "-"
        person.app.post_message(Paste("once more"))
        await person.sees("This field is full: nothing was pasted")
        assert len(entry.value) == TextEntry.MOST_PASTED


@pytest.mark.parametrize("there", [False, True], ids=["before it is there", "open"])
async def test_a_palette_gives_way_to_a_step_that_comes(azure: RunningSimulator, there: bool) -> None:
    async with person_at(azure) as person:
        await to_subscription(person)
        await person.settles()
        person.app.action_command_palette()
        palette = person.app.screen
        assert isinstance(palette, Palette)
        if there:
            await person.waits_until(lambda _screen: bool(palette.query("CommandInput")), "the palette")
        person.app.forward()
        palette.dismiss()
        await person.sees("Choose the resource group")
        assert not any(isinstance(screen, Palette) for screen in person.app.screen_stack)


async def test_a_screen_looks_as_before_once_the_palette_has_been_open(azure: RunningSimulator) -> None:
    async with person_at(azure, size=(80, 24)) as person:
        await to_subscription(person)
        before = await at_rest(person)
        await person.presses("ctrl+p")
        await person.sees("Search for commands")
        await person.presses("escape")
        assert await at_rest(person) == before


async def test_nothing_is_said_of_a_long_paste_that_no_entry_took(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await to_subscription(person)
        step_of(person).set_focus(None)
        before = await at_rest(person)
        person.app.post_message(Paste("x" * 5_000))
        assert await at_rest(person) == before


async def test_a_long_paste_into_the_palette_is_refused(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await person.presses("ctrl+p")
        await person.sees("Change the colours")
        person.app.post_message(Paste("x" * 1_000_000))
        await person.presses("t", "h", "e")
        entry = person.app.focused
        assert isinstance(entry, Input)
        assert entry.value == "the"
        await person.presses("escape")
        person.app.action_change_theme()
        await person.sees("pipeops-light")
        person.app.post_message(Paste("x" * 1_000_000))
        await person.presses("n", "o", "r")
        entry = person.app.focused
        assert isinstance(entry, Input)
        assert entry.value == "nor"


async def test_resizing_back_and_forth_leaves_no_debris(azure: RunningSimulator) -> None:
    async with person_at(azure, size=(80, 24)) as person:
        await to_subscription(person)
        before = await at_rest(person)
        for size in ((200, 60), (60, 16), (40, 10), (120, 36), (80, 24)):
            await person.pilot.resize_terminal(*size)
            await person.pilot.pause()
        await person.waits_until(lambda screen: screen == before, "the same picture as before")


async def test_a_screen_that_was_left_fits_when_it_is_shown_again_in_another_size(azure: RunningSimulator) -> None:
    async with person_at(azure, size=(120, 36)) as person:
        await to_resource_group(person)
        await person.pilot.resize_terminal(60, 16)
        await person.presses("escape")
        await person.sees("Step 2 of 8 · Subscription", "14 of 14 shown")
        assert "Step 2 of 8" in person.screen.splitlines()[1]


async def test_help_explains_and_leads_to_guide_portal_and_command(azure: RunningSimulator) -> None:
    opened: list[str] = []
    async with person_at(azure, size=(100, 40), opened=opened) as person:
        await to_subscription(person)
        await person.presses("f1")
        await person.sees("What is a subscription", "docs.pipeops.io", "In the Azure portal", "az account list")
        await person.presses("g")
        await person.presses("p")
        await person.waits_until(lambda _screen: len(opened) == 2, "both pages opened")
        assert any("generate-azure-credentials" in url for url in opened)
        await person.presses("f1")
        await person.waits_until(lambda screen: "What is a subscription" not in screen, "the help is closed")
        await person.presses("enter")
        await on_resource_group(person)


async def test_a_question_mark_is_help_only_where_nothing_is_typed(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await to_subscription(person)
        await person.presses("question_mark")
        await person.sees(r"0 of 14 shown")
        await person.presses("escape", "tab", "question_mark")
        await person.sees("What is a subscription")


async def test_the_palette_offers_our_own_commands(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await to_subscription(person)
        await person.presses("ctrl+p")
        await person.sees("Search for commands")
        for name in ("What is this", "Open the portal page", "Screenshot", "Theme", "Quit"):
            await person.types(name)
            await person.sees(rf"^.*  {name}")
            await person.presses(*["backspace"] * len(name))


async def test_the_palette_survives_a_terminal_of_almost_nothing(azure: RunningSimulator) -> None:
    async with person_at(azure, size=(7, 4)) as person:
        await person.presses("ctrl+p")
        await person.pilot.pause()
        await person.pilot.resize_terminal(80, 24)
        await person.sees("What is this", "Quit")


async def test_a_click_into_a_window_that_has_shrunk_leaves_the_palette_alone(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await person.presses("ctrl+p")
        await person.sees("Search for commands")
        palette = person.app.screen
        palette.post_message(Click(palette, 300, 4, 0, 0, 1, False, False, False, 300, 4))
        await person.pilot.pause()
        assert person.app.screen is palette
        await person.sees("Search for commands")


async def test_a_page_key_that_comes_before_the_palette_s_list_is_drawn_does_nothing(azure: RunningSimulator) -> None:
    async with person_at(azure, size=(20, 2)) as person:
        await person.presses("ctrl+p")
        await person.pilot.pause()
        await person.presses("pagedown", "down", "pagedown", "pageup")
        await person.pilot.resize_terminal(80, 24)
        await person.sees("What is this", "Quit")


async def test_the_palette_takes_no_picture_while_a_secret_is_in_sight(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await to_subscription(person)
        screen = step_of(person)
        screen.secret_visible = True
        titles = [command.title for command in person.app.get_system_commands(screen)]
        assert "Screenshot" not in titles
        concealed: list[bool] = []
        screen.conceal = lambda: concealed.append(True)  # type: ignore[method-assign]
        person.app.export_screenshot()
        assert concealed == [True]


@pytest.mark.parametrize(("key", "code"), [("ctrl+q", 1), ("ctrl+c", 130)])
async def test_it_can_be_left_from_everywhere(azure: RunningSimulator, key: str, code: int) -> None:
    async with person_at(azure) as person:
        await to_subscription(person)
        await person.types("dev")
        await person.presses(key)
        await person.waits_until(lambda _screen: not person.app.is_running or is_closing(person.app), "the end")
    assert person.app.exit_code == code
    assert person.app.receipt == ""


async def test_enter_does_nothing_while_busy_and_is_not_kept_for_later(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await to_subscription(person)
        step_of(person).busy = True
        await person.presses("enter", "enter", "enter")
        step_of(person).busy = False
        await person.pilot.pause()
        assert person.app.journey.wizard.step is Step.SUBSCRIPTION
        await person.presses("enter")
        await on_resource_group(person)


async def test_steps_that_were_reached_can_be_clicked_in_the_rail(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await to_resource_group(person)
        await person.pilot.click("#rail", offset=(4, 4))
        await person.pilot.pause()
        assert person.app.journey.wizard.step is Step.RESOURCE_GROUP
        await person.pilot.click("#rail", offset=(4, 1))
        await person.sees("● Subscription", "✓ Sign in")
        await person.pilot.click("#rail", offset=(4, 2))
        await person.sees("● Resource group", "✓ Subscription")


async def test_a_blocked_step_is_marked_in_the_rail_at_once(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await to_subscription(person)
        person.app.journey.step_blocked(Step.ACCESS, "You may not assign roles here")
        person.app.refresh_frame()
        await person.sees("! Access")


async def test_earlier_steps_can_be_read_but_not_changed_once_create_was_pressed(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await to_resource_group(person)
        wizard = person.app.journey.wizard
        wizard.reached = wizard.step = Step.TENANT
        wizard.locked = True
        person.app.show_step(Step.SUBSCRIPTION)
        await person.waits_until(lambda _screen: step_of(person).query_one("#body", Vertical).disabled, "a fixed step")
        await person.sees("● Subscription")
        await person.presses("escape")
        await person.presses("enter")
        await person.sees("● Tenant")


class Failing(StepScreen):
    """A step whose work fails, three times over."""

    STEP = Step.SIGN_IN
    QUESTION = "Will it work?"
    SENTENCE = "No."
    failures: list[Exception]

    def compose_body(self) -> Iterable[Vertical]:
        return ()

    def opened(self) -> None:
        self.failures = [
            CloudError(FailureKind.REFUSED, Problem("Azure refused", "It said no.", remedy="Ask an Owner.")),
            ZeroDivisionError("division by zero"),
        ]
        self.work.begin(self._work, group="work")

    async def _work(self) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.status.done("Worked")


async def test_what_fails_is_a_problem_whatever_it_was_and_trying_again_does_the_same_again(
    azure: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeops_tui.ui.steps.build", lambda _step, journey, services: Failing(journey, services))
    async with person_at(azure) as person:
        await person.sees("✗ Azure refused", "It said no.", "Ask an Owner.", "Try again", "Quit")
        assert "Will it work?" not in person.screen
        await person.presses("enter")
        await person.sees("✗ Something unexpected happened", "d Details")
        await person.presses("d")
        screen = await person.sees("ZeroDivisionError: division by zero", "Hide details")
        assert "Traceback" not in screen
        await person.presses("enter")
        await person.sees("Will it work?", "✓ Worked")


def test_an_unexpected_error_becomes_a_decent_problem() -> None:
    problem = problem_of(KeyError("x"), START)
    assert problem.remedy
    details = dict(problem.details)
    assert details["Error"] == "KeyError: 'x'"
    assert details["Time (UTC)"] == "2026-11-23 09:14:00"
    assert details["Version"].startswith("pipeops-tui ")
    assert SECRET not in problem_of(ValueError(f"client_secret={SECRET}"), START).as_text()


async def test_a_crash_says_one_sentence_without_the_values_of_variables(azure: RunningSimulator) -> None:
    marker = "value-that-nobody-may-see"

    def crash() -> None:
        private = marker
        raise RuntimeError(f"it broke after {len(private)} characters")

    said = ""

    async def until_the_crash() -> None:
        nonlocal said
        async with person_at(azure) as person:
            await person.sees("Ready")
            person.app.call_later(crash)
            left = exit_messages(person.app)
            await person.waits_until(lambda _screen: bool(left), "the crash")
            said = "".join(segment.text for one in left for segment in getattr(one, "segments", ()))
            assert person.app.exit_code == 1

    with pytest.raises(RuntimeError, match="it broke"):
        await until_the_crash()
    assert said.startswith("pipeops-tui: ")
    assert "RuntimeError" in said
    assert marker not in said


@pytest.mark.parametrize("name", ["pipeops-light", "textual-dark", "nord", "ansi-dark", "ansi-light"])
async def test_every_theme_shows_the_same_words(azure: RunningSimulator, name: str) -> None:
    async with person_at(azure) as person:
        await to_subscription(person)
        before = await at_rest(person)
        person.app.theme = name
        await person.pilot.pause()
        await person.waits_until(lambda screen: screen == before, "the same words")


async def test_without_colours_every_state_is_still_told_by_glyph_and_word(
    azure: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with person_at(azure) as person:
        assert person.app.no_color
        screen = await to_subscription(person)
        assert all(text in screen for text in ("✓ Sign in", "● Subscription", "○ Tenant", "▌ ", "✓ 14 subscriptions"))


@pytest.mark.parametrize("step", [Step.SIGN_IN, Step.SUBSCRIPTION, Step.APPLICATION])
async def test_escape_closes_the_values_before_it_leads_back(step: Step) -> None:
    async with at(step, size=(60, 16)) as stage:
        await stage.presses("f2")
        await stage.sees("For PipeOps")
        await stage.presses("escape")
        await stage.until(lambda: "For PipeOps" not in stage.screen, "the step without the values")
        assert stage.app.journey.wizard.step is step


@pytest.mark.parametrize("section", Section)
def test_every_section_that_a_problem_names_comes_with_the_program(section: Section) -> None:
    heading, text = section_of(readme(), section)
    assert section == f"README.md#{heading.lower().replace(' ', '-')}"
    assert len(text) > 100
    assert heading.lower() in where_to_read(section).lower()
    assert "#" not in where_to_read(section)


async def test_more_about_a_problem_is_on_screen() -> None:
    error = CloudError(FailureKind.REFUSED, Problem("Azure refused", "It said no.", link=Section.RIGHTS))

    async def refused(*_: object) -> None:
        raise error

    def prepare(session: MemorySession) -> None:
        session.regions = refused  # type: ignore[assignment]

    async with at(Step.RESOURCE_GROUP, prepare=prepare, size=(80, 24)) as stage:
        await stage.sees("✗ Azure refused", "Read more")
        assert "README.md#" not in stage.screen
        await stage.presses("tab", "enter")
        await stage.sees("Rights and policies", "what to do")
        await stage.presses("escape")
        await stage.sees("✗ Azure refused")


async def test_a_change_of_the_journey_reaches_a_step_that_is_not_composed_yet(azure: RunningSimulator) -> None:
    async with person_at(azure) as person:
        await to_tenant(person)
        person.app.forward()
        for _ in range(20):  # while the parts of the next step are mounted one after the other
            assert step_of(person).STEP is Step.APPLICATION
            person.app.refresh_frame()
            await asyncio.sleep(0)
        screen = await person.sees("Name the application|Application name")
        assert "● Application" in screen
