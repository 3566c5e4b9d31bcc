"""What is drawn where the terminal's encoding lacks a character: the same layout, in plain characters."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from pipeops_tui.core.wizard import Step
from pipeops_tui.ui.base.terminal_glyphs import GlyphTable, terminal_encoding
from pipeops_tui.ui.widgets.key_names import key_in_words, shown_key
from pipeops_tui.ui.widgets.status_line import SPINNER
from tests.ui.memory import at


@pytest.mark.parametrize("encoding", ["ascii", "iso8859-1", "cp1252", "koi8-r"])
def test_every_character_keeps_its_width_and_can_be_written(encoding: str) -> None:
    drawn = f"✓✗●○·–…→⏎×▌▏█“”’┌┐└┘─│▅▁ é ü ß 日本 🙂 \x1b[1m{SPINNER}"
    plain = GlyphTable(encoding).plain(drawn)
    assert cell_len(plain) == cell_len(drawn)
    plain.encode(encoding)


def test_what_the_terminal_has_stays() -> None:
    assert GlyphTable("utf-8").plain("✓ é 日") == "✓ é 日"
    assert GlyphTable("iso8859-1").plain("✓ é · ×") == "+ é · ×"
    assert GlyphTable("ascii").plain("✓ ok ✗ no ● now ○ then") == "+ ok x no * now o then"
    assert GlyphTable("ascii").key("⏎") == "Enter"
    assert GlyphTable("utf-8").key("⏎") == "⏎"


@pytest.mark.parametrize("step", [Step.SUBSCRIPTION, Step.ACCESS, Step.CREATE, Step.APPLICATION])
async def test_our_own_screens_have_a_glyph_for_everything(step: Step) -> None:
    async with at(step) as stage:
        await stage.pilot.pause(0.2)
        drawn = stage.screen.replace("?", "").replace("⏎", "Enter")
        assert "?" not in GlyphTable("ascii").plain(drawn)


@pytest.mark.parametrize(
    ("locale", "encoding"),
    [
        ({"LC_ALL": "de_DE.ISO-8859-1"}, "iso8859-1"),
        ({"LANG": "de_DE.ISO-8859-15@euro"}, "iso8859-15"),
        ({"LANG": "de_DE.ISO-8859-1", "LC_ALL": "C.UTF-8"}, "utf-8"),
        ({"LANG": "en_US.UTF-8"}, "utf-8"),
        ({"LANG": "C"}, "utf-8"),
        ({"LANG": "xx.nonsense"}, "utf-8"),
        ({}, "utf-8"),
    ],
)
def test_the_locale_names_the_encoding(locale: dict[str, str], encoding: str) -> None:
    assert terminal_encoding(locale) == encoding


def test_in_vs_code_the_keys_are_shown_that_arrive_there() -> None:
    names = ("F1", "^p", "^q", "F5", "esc", "⏎")
    assert [shown_key(name, {"TERM_PROGRAM": "vscode"}) for name in names] == ["F9", "^o", "^c", "^r", "esc", "⏎"]
    assert [shown_key(name, {"TERM_PROGRAM": "iTerm.app"}) for name in names] == list(names)


def test_sentences_name_the_keys_that_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM_PROGRAM", "vscode")
    assert [key_in_words(name) for name in ("F5", "^p", "esc")] == ["Ctrl+R", "Ctrl+O", "esc"]
    monkeypatch.setenv("TERM_PROGRAM", "iTerm.app")
    assert [key_in_words(name) for name in ("F5", "^p", "esc")] == ["F5", "Ctrl+P", "esc"]
