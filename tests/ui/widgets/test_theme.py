"""Contrast, computed as WCAG 2.2 defines it, for every text on every ground it can stand on."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from textual.theme import Theme

import pipeops_tui
from pipeops_tui.ui import theme
from tests.support.contrast import contrast

TEXTS = ("text", "text-muted", "text-disabled", "text-primary", "text-success", "text-warning", "text-error")
GROUNDS = (
    *("background", "surface", "panel", "row", "hairline", "block-cursor-background"),
    *("input-selection-background", "screen-selection-background"),
)
THEMES = [theme.DARK, theme.LIGHT]


def variables(of: Theme) -> dict[str, str]:
    return {**of.to_color_system().generate(), **of.variables}


@pytest.mark.parametrize("of", THEMES, ids=lambda of: of.name)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
def test_text_can_be_read_on_every_ground(of: Theme, ground: str, text: str) -> None:
    known = variables(of)
    assert contrast(known[text], known[ground]) >= 4.5


@pytest.mark.parametrize("of", THEMES, ids=lambda of: of.name)
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("action-text", "action"),
        ("block-cursor-foreground", "block-cursor-background"),
        ("input-cursor-foreground", "input-cursor-background"),
        ("footer-key-foreground", "footer-background"),
        ("footer-description-foreground", "footer-background"),
        ("foreground", "background"),
        ("foreground", "block-cursor-background"),
        ("screen-selection-foreground", "screen-selection-background"),
        ("input-selection-foreground", "input-selection-background"),
        ("link-color", "panel"),
        ("link-color-hover", "link-background-hover"),
    ],
)
def test_text_can_be_read_on_its_own_ground(of: Theme, text: str, ground: str) -> None:
    known = variables(of)
    assert contrast(known[text], known[ground]) >= 4.5


@pytest.mark.parametrize("of", THEMES, ids=lambda of: of.name)
def test_marks_stand_out(of: Theme) -> None:
    """Graphics need 3:1 (success criterion 1.4.11)."""
    known = variables(of)
    assert all(contrast(theme.VIOLET, known[ground]) >= 3 for ground in ("background", "surface", "panel", "row"))


def test_colours_are_spelled_in_one_place() -> None:
    package = Path(pipeops_tui.__file__).parent
    sources = [
        path for path in (package / "ui").rglob("*") if path.suffix in (".py", ".tcss") and path.name != "theme.py"
    ]
    spelled = [path.name for path in sources if re.search(r"#[0-9a-fA-F]{6}\b", path.read_text(encoding="utf-8"))]
    assert spelled == []


def test_the_terminal_s_own_word_decides_between_dark_and_light(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEXTUAL_THEME", raising=False)
    for said, expected in (("15;0", theme.DARK), ("0;15", theme.LIGHT), ("0;default;7", theme.LIGHT), ("", theme.DARK)):
        monkeypatch.setenv("COLORFGBG", said)
        assert theme.default_theme() == expected.name
    monkeypatch.setenv("TEXTUAL_THEME", "nord")
    assert theme.default_theme() == "nord"


def test_the_theme_chosen_last_is_remembered(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TEXTUAL_THEME", raising=False)
    monkeypatch.setenv("COLORFGBG", "15;0")
    folder = tmp_path / "not" / "there"
    theme.remember_theme(theme.LIGHT.name, folder)
    assert theme.default_theme(folder) == theme.LIGHT.name
    assert [path.stat().st_mode & 0o777 for path in (folder, folder / "theme")] == [0o700, 0o600]
    monkeypatch.setenv("TEXTUAL_THEME", "nord")
    assert theme.default_theme(folder) == "nord", "what is asked for now comes first"


def test_what_is_no_file_of_ours_is_neither_waited_for_nor_followed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("TEXTUAL_THEME", raising=False)
    monkeypatch.delenv("COLORFGBG", raising=False)
    os.mkfifo(tmp_path / "theme")
    assert theme.default_theme(tmp_path) == theme.DARK.name
    (tmp_path / "theme").unlink()
    (tmp_path / "theme").write_bytes(b"\xff\xfe")
    assert theme.default_theme(tmp_path) == theme.DARK.name
    other = tmp_path / "other"
    other.write_text("kept")
    for name in ("theme", "theme.new"):
        (tmp_path / name).unlink(missing_ok=True)
        (tmp_path / name).symlink_to(other)
    theme.remember_theme(theme.LIGHT.name, tmp_path)
    assert other.read_text() == "kept"
    assert theme.default_theme(tmp_path) == theme.LIGHT.name
    theme.remember_theme(theme.LIGHT.name, other)  # where nothing can be written, nothing happens
