"""What holds on each of the eight screens: words, help, keys, mouse, focus, reading order, buttons, dates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

import pytest
from rich.cells import cell_len
from textual.binding import Binding
from textual.dom import DOMNode
from textual.widget import Widget
from textual.widgets import Button, Static

from pipeops_tui.core.problem import GUIDE
from pipeops_tui.core.wizard import STEPS, Step
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from pipeops_tui.ui import theme
from pipeops_tui.ui.base.frame import HeaderLine
from pipeops_tui.ui.base.step_screen import StepScreen
from pipeops_tui.ui.dialogs.help import HelpScreen
from pipeops_tui.ui.palette import Palette
from pipeops_tui.ui.widgets.key_bar import KeyBar, KeyHint
from pipeops_tui.ui.widgets.showing import Facts
from tests.support.contrast import hard_to_read
from tests.support.inside import drawn_strips, keys_shown
from tests.support.person import Person, person_at

SIZES = ((60, 16), (120, 36))
LANDS_ON: Final = {
    Step.SIGN_IN: "#methods",
    Step.SUBSCRIPTION: "FilterEntry",
    Step.RESOURCE_GROUP: "#name",
    Step.TENANT: "#continue",
    Step.APPLICATION: "#application-name TextEntry",
    Step.ACCESS: "#continue",
    Step.CREATE: "#continue",
    Step.CREDENTIALS: "#continue",
}
VERBS = frozenset(
    {"Sign", "Continue", "Create", "Copy", "Reveal", "Make", "Remove", "Finish", "Look", "Stop…", "Watch"}
)
JARGON = re.compile(r"service principal|RBAC|scope|blade|Graph|ARM\b|SDK", re.IGNORECASE)
DATE = re.compile(r"\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December)")
SPELLED = re.compile(DATE.pattern + r" \d{4}(?:, \d\d:\d\d UTC| \(UTC\))")


@pytest.fixture
def azure() -> Iterator[RunningSimulator]:
    with start_simulator(SimulatorConfig(auto_approve_device_codes=True)) as running:
        yield running


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name.lower())
async def test_a_screen_keeps_every_rule(azure: RunningSimulator, step: Step) -> None:
    async with person_at(azure) as person:
        person.app.animation_level = "none"
        await (person.accepts_everything() if step is Step.CREDENTIALS else person.walks_to(step))
        await behaves(person, step)


async def behaves(person: Person, step: Step) -> None:
    screen = person.app.screen
    assert isinstance(screen, StepScreen)
    explains_in_one_sentence(screen)
    await explains_more_on_f1(person, screen)
    lands_where_hands_expect_it(screen, step)
    await reads_well_in_both_themes(person)
    for size in SIZES:
        await person.pilot.resize_terminal(*size)
        await person.pilot.pause()
        await person.settles()
        tells_state_and_dates_in_words(person, screen)
        await shows_only_keys_that_work(person, screen)
        await offers_everything_in_the_palette(person, screen)
        names_buttons_by_verbs(screen)
        await shows_the_focus_in_reading_order(person, screen)


def explains_in_one_sentence(screen: StepScreen) -> None:
    sentence = text_of(screen.query_one("#sentence", Static))
    assert sentence.endswith("."), sentence
    assert 40 < len(sentence) < 2 * 76, "more than two lines"
    assert not JARGON.search(sentence), sentence


async def explains_more_on_f1(person: Person, screen: StepScreen) -> None:
    await person.presses("f1")
    await person.waits_until(lambda _screen: isinstance(person.app.screen, HelpScreen), "the help")
    card = person.app.screen
    texts = [text_of(static) for static in card.query(Static)]
    about = screen.about()
    assert set(about.paragraphs) < set(texts)
    assert len("".join(about.paragraphs)) > 2 * len(text_of(screen.query_one("#sentence", Static)))
    assert GUIDE in texts
    assert about.command in texts
    assert "az " in about.command
    assert f"In the Azure portal: {about.portal_page}" in texts
    assert about.portal_link in texts
    assert about.portal_link.startswith("https://portal.azure.com")
    keys = dict(card.query_one(Facts).facts)
    assert {"F1", "^p", "^q"} < keys.keys()
    await person.presses("f1")
    await person.waits_until(lambda _screen: person.app.screen is screen, "the help has gone")


def lands_where_hands_expect_it(screen: StepScreen, step: Step) -> None:
    assert screen.focused is screen.query_one(LANDS_ON[step])


def tells_state_and_dates_in_words(person: Person, screen: StepScreen) -> None:
    assert re.match(r"[✓!✗● ] \w", str(screen.status.render()))
    number = STEPS.index(screen.STEP) + 1
    assert f"● {screen.STEP}" in person.screen or f"Step {number} of 8 · {screen.STEP}" in person.screen
    assert len(SPELLED.findall(person.screen)) == len(DATE.findall(person.screen)), person.screen


async def reads_well_in_both_themes(person: Person) -> None:
    for of in (theme.LIGHT, theme.DARK):
        person.app.theme = of.name
        await person.pilot.pause()
        await person.pilot.pause()
        assert hard_to_read(person.app) == []


async def shows_only_keys_that_work(person: Person, screen: StepScreen) -> None:
    """Each does its action, whether it is pressed or clicked, wherever the focus rests on arrival."""
    bar = screen.query_one(KeyBar)
    shown = keys_shown(bar)
    assert all(hint.enabled for hint in shown), shown
    assert re.sub(" +", " ", bar.render_line(0).text.rstrip()) == " ".join(
        f"{hint.shown} {hint.description}" for hint in shown
    )
    start = 0
    for hint in shown:
        did = stand_in(screen, hint)
        await person.presses(hint.key)
        await person.waits_until(lambda _screen, did=did: did() == 1, f"{hint} pressed")  # type: ignore[misc]
        await person.pilot.click(bar, offset=(start, 0))
        await person.waits_until(lambda _screen, did=did: did() == 2, f"{hint} clicked")  # type: ignore[misc]
        start += cell_len(f"{hint.shown} {hint.description}") + 3
        undo_stand_in(screen, hint)


async def offers_everything_in_the_palette(person: Person, screen: StepScreen) -> None:
    titles = {command.title for command in person.app.get_system_commands(screen)}
    for active in screen.active_bindings.values():
        if active.enabled and active.binding.show and active.binding.action != "command_palette":
            assert active.binding.tooltip or active.binding.description in titles, active.binding
    assert {"What is this?", "Open the portal page", "Copy the Azure CLI command", "Theme and colours"} < titles
    await person.pilot.click(HeaderLine, offset=(3, 0))
    await person.waits_until(lambda _screen: isinstance(person.app.screen, Palette), "the palette")
    await person.presses("escape")
    await person.waits_until(lambda _screen: person.app.screen is screen, "the palette has gone")


def names_buttons_by_verbs(screen: StepScreen) -> None:
    for button in screen.query(Button):
        assert str(button.label).split()[0] in VERBS, button.label


async def shows_the_focus_in_reading_order(person: Person, screen: StepScreen) -> None:
    chain = [widget for widget in screen.focus_chain if widget.region]
    places = [(widget.region.y, widget.region.x) for widget in chain]
    assert places == sorted(places), chain
    at_first = screen.focused
    for widget in chain:
        screen.set_focus(None)
        widget.scroll_visible(animate=False)
        await person.pilot.pause()
        await person.pilot.pause()
        before = drawn(widget)
        screen.set_focus(widget, scroll_visible=False)
        await person.waits_until(lambda _screen, w=widget, b=before: drawn(w) != b, f"the focus on {widget}")  # type: ignore[misc]
    screen.set_focus(at_first)
    await person.pilot.pause()


def drawn(widget: Widget) -> list[object]:
    """What stands in the place of `widget`, with all its styles."""
    region = widget.region
    strips = drawn_strips(widget.screen)[region.y : region.bottom]
    return [list(strip.crop(region.x, region.right)) for strip in strips]


def text_of(static: Static) -> str:
    return str(static.render())


def node_of(screen: StepScreen, hint: KeyHint) -> tuple[DOMNode, str]:
    active = screen.active_bindings[hint.key]
    name = active.binding.action.partition("(")[0]
    node: DOMNode = screen.app if name.startswith("app.") else active.node
    return node, f"action_{name.removeprefix('app.')}"


def stand_in(screen: StepScreen, hint: KeyHint) -> Callable[[], int]:
    """Have the action of `hint` count how often it is called, instead of what it does."""
    node, name = node_of(screen, hint)
    calls: list[tuple[object, ...]] = []
    setattr(node, name, lambda *parameters: calls.append(parameters))
    return lambda: len(calls)


def undo_stand_in(screen: StepScreen, hint: KeyHint) -> None:
    delattr(*node_of(screen, hint))


def test_every_binding_that_is_shown_has_words() -> None:
    for screen in StepScreen.__subclasses__():
        assert all(binding.description for binding in screen.BINDINGS if isinstance(binding, Binding) and binding.show)
