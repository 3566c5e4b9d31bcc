"""Copies to the clipboard, and says what really happened: read back and equal, only sent, or failed."""

from pipeops_tui.clipboard.clipboard import CLEAR_AFTER_SECONDS, Clipboard, Copied, CopyOutcome
from pipeops_tui.clipboard.runner import ProcessRunner, Runner
from pipeops_tui.clipboard.terminal import TerminalEnvironment

__all__ = [
    "CLEAR_AFTER_SECONDS",
    "Clipboard",
    "Copied",
    "CopyOutcome",
    "ProcessRunner",
    "Runner",
    "TerminalEnvironment",
]
