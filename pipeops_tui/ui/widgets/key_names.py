"""Names of keys on screen: where the terminal keeps a key for itself, that of another key which does the same."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final

_IN_VS_CODE: Final = {"F1": "F9", "^p": "^o", "^q": "^c", "F5": "^r"}
"""VS Code keeps the keys of the commands in its setting `terminal.integrated.commandsToSkipShell`: Show All
Commands, Go to File, Quit, Start Debugging
(https://code.visualstudio.com/docs/terminal/advanced, "Keybindings and the shell")."""


_WORDS: Final = {"^p": "Ctrl+P", "^o": "Ctrl+O", "^q": "Ctrl+Q", "^c": "Ctrl+C", "^r": "Ctrl+R"}


def key_in_words(name: str) -> str:
    """The key to press for `name` in this terminal, as a sentence calls it: `F5`, `Ctrl+P`."""
    shown = shown_key(name, os.environ)
    return _WORDS.get(shown, shown)


def shown_key(name: str, environment: Mapping[str, str]) -> str:
    """The key to press for `name` (as the key line calls it) in the terminal that `environment` describes."""
    if environment.get("TERM_PROGRAM") == "vscode":
        return _IN_VS_CODE.get(name, name)
    return name
