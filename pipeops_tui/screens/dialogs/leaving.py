"""What is asked before something is left behind, stopped or replaced."""

from __future__ import annotations

from pipeops_tui.clipboard import Clipboard
from pipeops_tui.journey import Journey
from pipeops_tui.provisioning.run import Run
from pipeops_tui.screens.dialogs.confirm import ConfirmDialog
from pipeops_tui.screens.run_screen import RunScreen


async def may_leave(screen: RunScreen, copier: Clipboard) -> bool:
    """Whether the credentials may be left: asks while a new secret is being made, when nobody has the secret, and
    when the clipboard still holds it (clearing it if so told). Call it in a worker."""
    app = screen.app
    if screen.working and screen.drives:
        if await app.push_screen_wait(StopDialog(quitting=True)) is not False:
            return False
        await screen.stop_driving()
    undelivered = screen.run is not None and screen.run.credentials is not None and not screen.journey.delivered
    if undelivered and await app.push_screen_wait(NeverCopiedDialog(_a_new_one(screen))) is not False:
        return False
    if await copier.holds_ours():
        clear = await app.push_screen_wait(ClearDialog())
        if clear is None:
            return False
        if clear and not await copier.clear_if_ours() and await copier.holds_ours():
            screen.status.failed("The clipboard could not be cleared: copy something else.")
            return False
    return True


def _a_new_one(screen: RunScreen) -> str:
    """Where another secret is to be had."""
    if screen.run is not None and screen.run.journaled and screen.journey.settings.demo is None:
        return "If you leave, the next start can make a new one."
    return "n makes a new one as long as you are here."


class NeverCopiedDialog(ConfirmDialog):
    """Leaving although nobody has the secret. False leaves."""

    def __init__(self, a_new_one: str) -> None:
        super().__init__(
            "Leave without the client secret?",
            (
                "It was neither copied nor revealed, and Azure never shows it again.",
                a_new_one,
            ),
            yes="Stay",
            no="Leave without it",
        )


class ClearDialog(ConfirmDialog):
    """Leaving while the clipboard still holds the secret. None stays."""

    def __init__(self) -> None:
        super().__init__(
            "The clipboard still holds the client secret",
            (
                "Clear it if you have pasted it; kept, it stays there until something else is copied.",
                "A clipboard manager may have kept a copy of its own.",
            ),
            yes="Clear it",
            no="Keep it to paste",
        )


class FinishDialog(ConfirmDialog):
    """Escape on the last screen. True finishes."""

    def __init__(self, *, all_copied: bool) -> None:
        sentence = "All five values were copied." if all_copied else "Not all five values were copied yet."
        super().__init__(
            "Finish here?", (f"{sentence} The client secret cannot be shown again later.",), yes="Finish", no="Stay"
        )


class NewSecretDialog(ConfirmDialog):
    """Before the secret is replaced. True replaces it."""

    def __init__(self) -> None:
        super().__init__(
            "Make a new client secret?",
            (
                "For when you have lost this one. The new one is proved first, then this one stops working.",
                "If PipeOps has this one already, give it the new one afterwards.",
            ),
            yes="Make a new one",
            no="Keep this one",
        )


class StopDialog(ConfirmDialog):
    """Escape or Ctrl+Q while Azure is being written to. False stops."""

    def __init__(self, *, quitting: bool = False) -> None:
        super().__init__(
            "Stop creating?",
            (
                "The request that runs now is finished, then nothing else starts.",
                "What exists by then stays. You can go on later, or undo it.",
            ),
            yes="Keep creating",
            no="Stop and quit" if quitting else "Stop",
        )


class UnfinishedDialog(ConfirmDialog):
    """Ctrl+Q on a run that is neither finished nor undone. False leaves."""

    def __init__(self, what_stays: str) -> None:
        super().__init__("Quit with the run unfinished?", (what_stays,), yes="Stay", no="Quit")


def what_stays(journey: Journey, run: Run) -> str:
    """What becomes of an unfinished `run` when the program ends."""
    if journey.settings.demo is not None:
        return "This Azure is simulated: all of it goes when you quit. In a real one the next start offers to go on."
    if run.journaled:
        return "What was created stays in Azure. The next start offers to finish it or to undo it."
    return "What was created stays in Azure. Without a journal it can only be undone now, or by hand later."
