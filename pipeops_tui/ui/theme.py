"""Our two themes: the only place where colours are given as hexadecimal numbers.

PipeOps' violet is for marks; text in it or on it uses tints. Every text colour has a contrast of at least 4.5:1 (WCAG
2.2, success criterion 1.4.3) with every background, those of hovering, cursor and selection included.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Final

from textual.theme import Theme

_FILE: Final = "theme"
_LONGEST_NAME: Final = 100
VIOLET: Final = "#825dff"

DARK: Final = Theme(
    name="pipeops-dark",
    primary=VIOLET,
    secondary="#b7a6ff",
    accent="#b7a6ff",
    success="#5fd19b",
    warning="#e6b45c",
    error="#ff7b8b",
    foreground="#e9e6f4",
    background="#100f18",
    surface="#191724",
    panel="#232033",
    dark=True,
    variables={
        "text": "#e9e6f4",
        "text-muted": "#a8a3bb",
        "text-disabled": "#9a95ae",
        "text-primary": "#b7a6ff",
        "text-secondary": "#b7a6ff",
        "text-accent": "#b7a6ff",
        "text-success": "#5fd19b",
        "text-warning": "#e6b45c",
        "text-error": "#ff8b99",
        "foreground-muted": "#a8a3bb",
        "action": "#6a42f2",
        "action-text": "#ffffff",
        "row": "#242036",
        "hairline": "#2f2b45",
        "border": VIOLET,
        "border-blurred": "#35304c",
        "block-cursor-background": "#2f2850",
        "block-cursor-foreground": "#ffffff",
        "input-cursor-background": "#b7a6ff",
        "input-cursor-foreground": "#100f18",
        "input-selection-background": "#2f2850",
        "screen-selection-background": "#2f2850",
        "screen-selection-foreground": "#e9e6f4",
        "link-color": "#b7a6ff",
        "link-color-hover": "#ffffff",
        "link-background-hover": "#6a42f2",
        "footer-key-foreground": "#b7a6ff",
        "footer-description-foreground": "#a8a3bb",
        "footer-background": "#100f18",
        "scrollbar": "#35304c",
        "scrollbar-hover": "#4a4369",
        "scrollbar-active": VIOLET,
        "scrollbar-background": "#100f18",
        "scrollbar-background-hover": "#100f18",
        "scrollbar-background-active": "#100f18",
        "scrollbar-corner-color": "#100f18",
    },
)

LIGHT: Final = Theme(
    name="pipeops-light",
    primary=VIOLET,
    secondary="#5432cf",
    accent="#5432cf",
    success="#07643a",
    warning="#764a00",
    error="#a81f36",
    foreground="#1f1b2e",
    background="#fbfaff",
    surface="#f2effb",
    panel="#e9e4f8",
    dark=False,
    variables={
        "text": "#1f1b2e",
        "text-muted": "#575169",
        "text-disabled": "#5b556c",
        "text-primary": "#5432cf",
        "text-secondary": "#5432cf",
        "text-accent": "#5432cf",
        "text-success": "#07643a",
        "text-warning": "#764a00",
        "text-error": "#a81f36",
        "foreground-muted": "#575169",
        "action": "#6a42f2",
        "action-text": "#ffffff",
        "row": "#ece7fb",
        "hairline": "#d9d2f2",
        "border": VIOLET,
        "border-blurred": "#d6cff0",
        "block-cursor-background": "#ddd3ff",
        "block-cursor-foreground": "#1f1b2e",
        "input-cursor-background": "#5432cf",
        "input-cursor-foreground": "#ffffff",
        "input-selection-background": "#ddd3ff",
        "screen-selection-background": "#ddd3ff",
        "screen-selection-foreground": "#1f1b2e",
        "link-color": "#5432cf",
        "link-color-hover": "#ffffff",
        "link-background-hover": "#6a42f2",
        "footer-key-foreground": "#5432cf",
        "footer-description-foreground": "#575169",
        "footer-background": "#fbfaff",
        "scrollbar": "#d6cff0",
        "scrollbar-hover": "#b9adde",
        "scrollbar-active": VIOLET,
        "scrollbar-background": "#fbfaff",
        "scrollbar-background-hover": "#fbfaff",
        "scrollbar-background-active": "#fbfaff",
        "scrollbar-corner-color": "#fbfaff",
    },
)


def own_variables(theme: Theme) -> dict[str, str]:
    """Values of the variables that our stylesheets add, for themes that are not ours."""
    if theme.ansi:
        return dict.fromkeys(("action", "row", "hairline"), "ansi_default") | {"action-text": "ansi_magenta"}
    surface = theme.panel or theme.surface or ("#2a2a2a" if theme.dark else "#dcdcdc")
    return {"action": theme.primary, "action-text": "auto 95%", "row": surface, "hairline": surface}


def default_theme(folder: Path | None = None) -> str:
    """The theme to start in: `TEXTUAL_THEME` if set; the one chosen last, which `folder` remembers; light where the
    terminal says (`COLORFGBG`) that it is light."""
    if chosen := os.environ.get("TEXTUAL_THEME") or (_remembered(folder) if folder else ""):
        return chosen
    background = os.environ.get("COLORFGBG", "").rpartition(";")[2]
    return LIGHT.name if background in ("7", "15") else DARK.name


def remember_theme(name: str, folder: Path) -> None:
    """Start in the theme `name` from now on. Where that cannot be written down, it is forgotten at the end."""
    new = folder / f"{_FILE}.new"
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        new.unlink(missing_ok=True)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(name)
        new.replace(folder / _FILE)


def _remembered(folder: Path) -> str:
    path = folder / _FILE
    try:
        # What is no plain file could make the program wait for ever.
        return path.read_text("utf-8")[:_LONGEST_NAME].strip() if path.is_file() else ""
    except (OSError, UnicodeDecodeError):
        return ""
