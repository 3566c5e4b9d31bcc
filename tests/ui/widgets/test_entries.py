"""Things a person types into or chooses from: fields, choices, checks, the problem card, big letters."""

from __future__ import annotations

import string
from dataclasses import replace

import pytest
from textual.color import Color
from textual.events import Paste
from textual.widgets import Button

from pipeops_tui.core import names
from pipeops_tui.core.model import Check, CheckOutcome
from pipeops_tui.core.problem import Problem
from pipeops_tui.ui import theme
from pipeops_tui.ui.widgets.action_buttons import Action
from pipeops_tui.ui.widgets.check_rows import CheckRows
from pipeops_tui.ui.widgets.choice_list import Choice, ChoiceList
from pipeops_tui.ui.widgets.device_code import BigText, big_lines
from pipeops_tui.ui.widgets.fields import TextEntry, TextField
from pipeops_tui.ui.widgets.problem_card import ProblemCard
from pipeops_tui.ui.widgets.showing import Facts
from tests.support.inside import keys_bound_by, set_internal_clipboard
from tests.ui.widgets.host import Host, until


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("\u200d\u200d" + "漢" * 9, "\u200d" + "漢" * 9 + "\u200d" + "漢" * 9),
        ("漢\u200d\u200d\u200d漢", "漢\u200d漢漢\u200d漢"),
        ("a\tb\x07c", "a b ca b c"),
    ],
)
async def test_what_cannot_be_seen_or_measured_is_not_kept(pasted: str, kept: str) -> None:
    host = Host(entry := TextEntry())
    async with host.run_test(size=(12, 4)) as pilot:
        entry.focus()
        for _ in range(2):
            host.post_message(Paste(pasted))
        await until(pilot, lambda: entry.value == kept)
        await pilot.press("home", "right", "end")
        assert entry.render_line(0).text.strip(), "it can be drawn"


async def test_what_was_cut_comes_back_as_any_other_paste() -> None:
    host = Host(entry := TextEntry())
    async with host.run_test(size=(40, 4), message_hook=host.keep) as pilot:
        entry.focus()
        host.post_message(Paste("x" * 999))
        await until(pilot, lambda: len(entry.value) == 999)
        set_internal_clipboard(host, "yy")
        await pilot.press("ctrl+v")
        await until(pilot, lambda: entry.value.endswith("xy"))
        (cut,) = host.of_kind(TextEntry.PasteCut)
        assert cut.sentence == "Too long: only the first character was pasted."


CHOICES = (
    Choice("cli", "Azure CLI", "not installed", enabled=False, badge="not offered"),
    Choice("browser", "Browser", "opens your browser"),
    Choice("code", "Device code", "a code for any device", badge="recommended"),
)


async def test_a_field_judges_every_character_and_names_the_offending_one() -> None:
    host = Host()
    async with host.run_test(size=(70, 6), message_hook=host.keep) as pilot:
        field = TextField("Name", "PipeOps", rule=names.group_name_error)
        await host.mount(field)
        field.entry.focus()
        await pilot.press("exclamation_mark")
        assert "✗ “!” is not allowed" in host.lines()[2]
        await pilot.press("backspace")
        assert "✗" not in host.lines()[2]
        field.remark("free", good=True)
        await pilot.pause()
        assert host.lines()[2].strip() == "✓ free"
        changes = host.of_kind(TextField.Changed)
        assert [(change.value, bool(change.error)) for change in changes[-2:]] == [
            ("PipeOps!", True),
            ("PipeOps", False),
        ]


async def test_an_entry_leaves_enter_and_ctrl_c_to_its_screen() -> None:
    host = Host()
    async with host.run_test(size=(40, 4)) as pilot:
        entry = TextEntry("text")
        await host.mount(entry)
        entry.focus()
        await pilot.pause()
        keys = keys_bound_by(entry)
        assert keys.isdisjoint({"enter", "ctrl+c"})
        assert {"left", "backspace", "ctrl+v", "home", "end"} <= keys
        assert entry.cursor_blink is False


EVERYTHING = "invisible characters and blanks and quotes"
OF_TWO = "Only one line fits here: the first of 2 was pasted"
TOO_LONG = "Too long: only the first 1,000 characters were pasted."


@pytest.mark.parametrize(
    ("pasted", "value", "said"),
    [
        ("one\n", "one", []),
        ("one\ntwo\r\nthree", "one", ["Only one line fits here: the first of 3 was pasted."]),
        ("\r\n  \none", "one", []),
        ("\n", "", []),
        (" ", " ", []),
        ('"PipeOpsRG"', "PipeOpsRG", ["Pasted without the quotes around it."]),
        ("\u201cPipeOpsRG\u201d", "PipeOpsRG", ["Pasted without the quotes around it."]),
        (" \u00a0PipeOpsRG\t", "PipeOpsRG", ["Pasted without the blanks around it."]),
        ("\ufeffPipeOpsRG\u200b\r\n", "PipeOpsRG", ["Pasted without the invisible characters around it."]),
        ("\u2066 'PipeOpsRG' \u2069", "PipeOpsRG", [f"Pasted without the {EVERYTHING} around it."]),
        ("' one'\ntwo", "one", [f"{OF_TWO}, without the quotes and blanks around it."]),
        ('it\'s "so"', 'it\'s "so"', []),
        ("''", "''", []),
        ("\u200b", "\u200b", []),
        ("\u2764\ufe0f", "\u2764\ufe0f", []),
        ("x" * 1001, "x" * 1000, [TOO_LONG]),
        ("x" * 1000, "x" * 1000, []),
        (
            "x" * 1001 + "\ny",
            "x" * 1000,
            [TOO_LONG],
        ),
    ],
    ids=[
        "one line",
        "three lines",
        "blank lines first",
        "nothing",
        "a blank",
        "quotes",
        "quotes of a text",
        "blanks",
        "a mark of the byte order, a blank without width",
        "all of them",
        "quotes around the first of two lines",
        "quotes inside",
        "nothing but quotes",
        "nothing that can be seen",
        "an emoji",
        "too long",
        "as long as can be",
        "too long, and another line",
    ],
)
async def test_what_an_entry_does_not_take_of_a_paste_is_said(pasted: str, value: str, said: list[str]) -> None:
    host = Host(entry := TextEntry())
    async with host.run_test(size=(40, 4), message_hook=host.keep) as pilot:
        entry.focus()
        host.post_message(Paste(pasted))
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: entry.value == f"{value}!")
        await until(pilot, lambda: [cut.sentence for cut in host.of_kind(TextEntry.PasteCut)] == said)


async def test_what_is_pasted_into_a_text_stays_as_it_is() -> None:
    host = Host(entry := TextEntry())
    async with host.run_test(size=(40, 4), message_hook=host.keep) as pilot:
        entry.focus()
        await pilot.press("a", "b")
        host.post_message(Paste(" 'c' "))
        await until(pilot, lambda: entry.value == "ab 'c' ")
        await pilot.press("shift+home")
        host.post_message(Paste(" 'c' "))
        await until(pilot, lambda: entry.value == "c")
        await until(pilot, lambda: len(host.of_kind(TextEntry.PasteCut)) == 1)


async def test_keys_reach_every_choice_also_those_that_cannot_be_taken() -> None:
    choices = ChoiceList(CHOICES)
    host = Host(choices)
    async with host.run_test(size=(50, 12), message_hook=host.keep) as pilot:
        choices.focus()
        choices.selected_key = "browser"
        moves = {"down": "code", "pagedown": "code", "up": "browser", "home": "cli", "end": "code"}
        for key, expected in moves.items():
            await pilot.press(key)
            assert choices.selected_key == expected
            assert (choices.selected is None) == (expected == "cli")
        assert next(line for line in host.lines() if "▌" in line) == "▌ Device code  recommended"
        assert "  Azure CLI  not offered" in host.lines()


async def test_choices_are_taken_with_the_mouse() -> None:
    choices = ChoiceList(CHOICES)
    host = Host(choices)
    async with host.run_test(size=(50, 12), message_hook=host.keep) as pilot:
        await pilot.pause()
        for offset, expected in ((0, "cli"), (3, "browser"), (5, "browser"), (7, "code")):
            await pilot.click(ChoiceList, offset=(5, offset))
            assert choices.selected_key == expected, offset
        await pilot.click(ChoiceList, offset=(5, 3), times=2)
        selected = host.of_kind(ChoiceList.Selected)
        assert selected[-1].twice
        assert choices.selected == CHOICES[1]


async def test_choices_give_up_blank_lines_then_details_where_there_is_no_room() -> None:
    choices = ChoiceList(CHOICES)
    choices.styles.height = "1fr"
    host = Host(choices)
    async with host.run_test(size=(50, 7)) as pilot:
        await pilot.pause()
        assert [line.strip() for line in host.lines()[:6]] == [
            "Azure CLI  not offered",
            "not installed",
            "Browser",
            "opens your browser",
            "Device code  recommended",
            "a code for any device",
        ]
        await pilot.resize_terminal(50, 3)
        await pilot.pause()
        assert host.lines()[1] == "  Browser  opens your browser"
        await pilot.click(ChoiceList, offset=(5, 2))
        assert choices.selected_key == "code"


async def test_a_selection_that_cannot_be_taken_is_none() -> None:
    choices = ChoiceList(CHOICES)
    host = Host(choices)
    async with host.run_test(size=(50, 12)):
        choices.selected_key = "cli"
        assert choices.selected is None


async def test_checks_say_their_outcome_in_glyph_and_word() -> None:
    rows = CheckRows()
    host = Host(rows)
    async with host.run_test(size=(60, 16)) as pilot:
        rows.show(
            [
                Check("a", "Alpha", CheckOutcome.OK, "fine"),
                "Epsilon",
                Check("b", "Beta", CheckOutcome.WARNING, "a detail that is too long to stand beside its own title"),
                Check("c", "Gamma", CheckOutcome.BLOCKED, ""),
                Check("d", "Delta", CheckOutcome.UNKNOWN, "refused"),
            ],
        )
        await pilot.pause()
        assert host.lines()[:7] == [
            "✓ ok       Alpha  fine",
            "● checking Epsilon",
            "! warning  Beta",
            "           a detail that is too long to stand beside its own",
            "           title",
            "✗ blocked  Gamma",
            "? unknown  Delta  refused",
        ]


PROBLEM = Problem(
    title="You may not assign roles here",
    what="Azure refused.",
    why="You are Contributor.",
    remedy="Ask an Owner.",
    who="an Owner of the subscription",
    link="https://learn.microsoft.com/azure",
    command="az role assignment create --role Contributor",
    details=(("Status", "403"), ("Code", "AuthorizationFailed")),
)


async def test_a_problem_says_everything_it_knows_and_offers_its_actions() -> None:
    card = ProblemCard()
    host = Host(card)
    done: list[str] = []
    async with host.run_test(size=(70, 30)) as pilot:
        await card.present(PROBLEM, [Action("Try again", lambda: done.append("again")), Action("Quit", lambda: None)])
        await pilot.pause()
        shown = "\n".join(host.lines())
        for text in (
            "✗ You may not assign roles here",
            "Azure refused.",
            "You are Contributor.",
            "Ask an Owner.",
            "Who can fix it: an Owner of the subscription",
            "az role assignment create --role Contributor",
            "https://learn.microsoft.com/azure",
        ):
            assert text in shown
        assert "Code: AuthorizationFailed" not in shown, "details are folded"
        await pilot.press("d")
        await until(pilot, lambda: "Code: AuthorizationFailed" in "\n".join(host.lines()))
        await pilot.press("d")
        await until(pilot, lambda: "Code: AuthorizationFailed" not in "\n".join(host.lines()))
        assert isinstance(host.focused, Button)
        await pilot.press("enter")
        assert done == ["again"]


async def test_markup_in_a_problem_is_text() -> None:
    card = ProblemCard()
    host = Host(card)
    async with host.run_test(size=(70, 12)) as pilot:
        await card.present(Problem("[red]title[/]", "[b]"), [])
        await pilot.pause()
        assert "[red]title[/]" in "\n".join(host.lines())


async def test_facts_stand_in_two_columns() -> None:
    facts = Facts()
    host = Host(facts)
    async with host.run_test(size=(60, 5)) as pilot:
        facts.facts = (("Name", "Contoso"), ("Tenant ID", "3f0d"))
        await pilot.pause()
        assert host.lines()[:2] == ["Name       Contoso", "Tenant ID  3f0d"]


@pytest.mark.parametrize("character", [*string.ascii_uppercase, *string.digits])
def test_every_letter_of_a_device_code_has_a_shape_of_its_own(character: str) -> None:
    others = [other for other in string.ascii_uppercase + string.digits if other != character]
    assert big_lines(character) not in [big_lines(other) for other in others]
    assert all(len(line) == 3 for line in big_lines(character))


async def test_big_letters_leave_out_what_they_do_not_know() -> None:
    big = BigText()
    host = Host(big)
    async with host.run_test(size=(60, 5)) as pilot:
        big.text = "a é-7"
        await pilot.pause()
        assert [line.rstrip() for line in big_lines("A-7")] == host.lines()[:3]


@pytest.mark.parametrize("width", [30, 47, 90])
async def test_the_buttons_of_a_problem_always_fit(width: int) -> None:
    card = ProblemCard()
    host = Host(card)
    labels = ("Try again", "Undo…", "Back", "Copy details", "Quit")
    async with host.run_test(size=(90, 30)) as pilot:
        await card.present(PROBLEM, [Action(label, lambda: None) for label in labels])
        await pilot.resize_terminal(width, 30)
        await until(pilot, lambda: all(label in "\n".join(host.lines()) for label in labels))
        await until(pilot, lambda: all(0 < button.region.right <= width for button in card.query(Button)))
        await until(pilot, lambda: isinstance(host.focused, Button) and str(host.focused.label) == "Try again")


@pytest.mark.parametrize("size", [(46, 17), (56, 10)])
async def test_a_long_problem_begins_with_its_headline_and_keeps_its_buttons_in_sight(size: tuple[int, int]) -> None:
    long = replace(PROBLEM, why="Because of this. " * 20, details=tuple((f"Detail {n}", "x" * 40) for n in range(20)))
    card = ProblemCard()
    host = Host(card)
    labels = ("Try again", "Undo…", "Go back", "Copy details", "Details", "Quit")
    async with host.run_test(size=size) as pilot:
        await card.present(long, [Action(label, lambda: None) for label in labels if label != "Details"])
        await until(pilot, lambda: all(label in "\n".join(host.lines()) for label in labels))
        assert host.lines()[0].startswith(f"✗ {PROBLEM.title}")
        assert "Detail 1:" not in "\n".join(host.lines())
        await pilot.press("d")
        await until(pilot, lambda: "Detail 0:" in "\n".join(host.lines()))
        assert host.lines()[0].startswith(f"✗ {PROBLEM.title}")
        assert all(label.replace("Details", "Hide details") in "\n".join(host.lines()) for label in labels)


async def test_the_link_of_a_problem_can_be_clicked() -> None:
    visited: list[str] = []

    class Visiting(Host):
        def action_visit(self, url: str) -> None:
            visited.append(url)

    card = ProblemCard()
    host = Visiting(card)
    async with host.run_test(size=(70, 30)) as pilot:
        await card.present(PROBLEM, [])
        await pilot.pause()
        line = next(y for y, text in enumerate(host.lines()) if text.startswith("https://"))
        await pilot.click(offset=(5, line))
        assert visited == [PROBLEM.link]


async def test_an_entry_shows_the_focus_in_the_colours_of_the_theme() -> None:
    host = Host()
    async with host.run_test(size=(70, 6)) as pilot:
        host.register_theme(theme.LIGHT)
        one, other = TextEntry(), TextEntry()
        await host.mount(one, other)
        one.focus()
        await pilot.pause()
        for shown in (theme.LIGHT.name, theme.DARK.name, "nord"):
            host.theme = shown
            await until(pilot, lambda: one.styles.background == Color.parse(host.theme_variables["row"]))
            assert one.visual_style.background != other.visual_style.background
        await pilot.press("tab")
        await until(pilot, lambda: other.styles.background == Color.parse(host.theme_variables["row"]))
        assert one.visual_style.background != other.visual_style.background
