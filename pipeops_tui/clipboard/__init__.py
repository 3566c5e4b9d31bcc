"""The clipboard, told truthfully: what was read back, what was only sent, what failed. Free of Textual."""

from pipeops_tui.clipboard.clipboard import CLEAR_AFTER_SECONDS, Clipboard, Copied, Outcome
from pipeops_tui.clipboard.runner import ProcessRunner, Runner
from pipeops_tui.clipboard.surroundings import Surroundings

__all__ = ["CLEAR_AFTER_SECONDS", "Clipboard", "Copied", "Outcome", "ProcessRunner", "Runner", "Surroundings"]
