"""Pauses before Azure is asked again, as lines."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from pipeops_tui.core.retry import Wait
from pipeops_tui.plain.conversation import Conversation, InputEndedError


class ToldWaits:
    """Tells each reason to wait once: when the first pause for it begins, and not again before Azure has answered
    another question."""

    def __init__(self, talk: Conversation) -> None:
        self._talk = talk
        self._told = ""

    def note(self, waits: Sequence[Wait]) -> None:
        """These pauses are under way now."""
        reason = waits[0].reason if waits else self._told
        if reason != self._told:
            self._told = reason
            with suppress(InputEndedError):  # the next question raises it
                self._talk.say(f"{reason}. Waiting.")
