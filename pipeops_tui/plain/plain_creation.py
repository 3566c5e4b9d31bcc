"""The last two steps: create what was reviewed, and hand over the five values."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from pipeops_tui.core.wizard import plan
from pipeops_tui.plain.conversation import Conversation, GoBack, InputEndedError, Quit
from pipeops_tui.plain.scripted_run import ScriptedRun
from pipeops_tui.plain.secret_command import DeliveryError, give_to_command, words_of
from pipeops_tui.plain.told_problem import tell_problem
from pipeops_tui.provisioning import Extent, JournalUnavailable, Leftover, RowState, Run

if TYPE_CHECKING:
    from pipeops_tui.core.model import Credentials
    from pipeops_tui.journey.journey import Journey

_WAYS: Final = ("copy", "show", "send", "done")
_STAYS: Final = "What was created stays. The next start of pipeops-tui can continue or undo it."


class PlainCreation:
    """Creates, and asks where the secret is to go. Raises as `Conversation.ask` does."""

    def __init__(self, journey: Journey, talk: Conversation) -> None:
        self._journey = journey
        self._talk = talk
        self._scripted: ScriptedRun | None = None

    def stop(self) -> bool:
        """Let the running request finish and start no other; False where nothing is running."""
        return self._scripted is not None and self._scripted.stop()

    def at_work(self, run: Run) -> ScriptedRun:
        """`run` as the one that `stop` stops; its events are told."""
        if self._scripted is None or self._scripted.run is not run:
            self._scripted = ScriptedRun(run, self._talk.say, waits_for_owner=self._tell_owner)
        return self._scripted

    async def review(self) -> bool:
        """Show the plan, ask, and create it; False when the person does not want it. Raises `GoBack`, `CloudError`."""
        new = plan(self._journey.choices)
        from pipeops_tui.provisioning import planned_rows

        rows = planned_rows(new, self._journey.clock.now())
        writes = [row for row in rows if row.writes]
        self._talk.say(f"In {new.tenant_name}, subscription {new.subscription_name}, this will be created:")
        for number, row in enumerate(writes, 1):
            self._talk.say(f"{number:>3}  {row.title}: {row.detail}")
        self._talk.say("Then a test sign-in. It takes about 10 seconds, and can be undone.")
        if not await self._talk.confirm(
            "Create this in Azure now?", explain="Nothing has been created yet. Each change is told when it is made."
        ):
            self._talk.say("Nothing was created.")
            raise GoBack
        try:
            await (await self._journey.earlier_runs()).check_writable()
        except JournalUnavailable as unavailable:
            tell_problem(self._talk, unavailable.problem)
            raise GoBack from None
        workspace = await self._journey.open_workspace()
        return await self.perform(await self._journey.begin_run(new, workspace))

    async def perform(self, run: Run) -> bool:
        """Create what is left of `run`; whether there are credentials. What fails can be tried again or undone. Raises
        `GoBack` when nothing is left behind, and `Quit`."""
        scripted = self.at_work(run)
        while True:
            ending = await scripted.perform(run.execute)
            if run.credentials is not None:
                if ending.why:
                    self._talk.say(f"{ending.why}.")
                return True
            self._talk.say(f"{ending.why}." if ending.why else "It has ended without a client secret.")
            if ending.rolled_back or run.state.empty:
                self._talk.say("Nothing is left behind.")
                self._journey.end_run()
                raise GoBack
            if not ending.why and not run.state.unfinished:
                self._talk.say("Everything is done.")
                return False
            match await self._after_failure(run):
                case "later":
                    self._talk.say(_STAYS)
                    return False
                case "undo":
                    await self.undo(run)
                    return False

    async def _after_failure(self, run: Run) -> str:
        can = {"again": "continues", "undo": "removes what was created", "later": "leaves it"}
        if run.state.renewed and run.state.retiring:
            del can["undo"]  # PipeOps works with what was added
        words = ", ".join(f'"{word}" {what}' for word, what in can.items())
        while True:
            try:
                return await self._talk.pick(
                    f"What now? {words}",
                    tuple(can),
                    "again",
                    explain="What was created is journaled: the next start of pipeops-tui can continue or undo it.",
                )
            except GoBack:
                self._talk.say("What was created stays as it is: there is no way back from here.")
            except Quit:
                self._talk.say(_STAYS)
                raise

    def _tell_owner(self, run: Run) -> None:
        step = run.owner_step
        if step is not None:
            self._talk.say("An Owner has to assign the role now. This command does it:")
            self._talk.write(step.command)

    async def undo(self, run: Run) -> bool:
        """Remove what `run` has created, of a renewal only its client secret; whether nothing is left. Raises as
        `Conversation.ask` does."""
        extent = Extent.NEW_SECRET if run.discards else Extent.EVERYTHING
        rows = run.undo_rows(extent)
        self._talk.say("This will be removed:")
        for number, row in enumerate(rows, 1):
            self._talk.say(f"{number:>3}  {row.title}: {row.detail}")
        if not await self._talk.confirm("Remove this from Azure now?", explain="Only what this run has created."):
            return False
        left: Sequence[Leftover] = await self.at_work(run).undo(extent)
        for one in left:
            self._talk.say(f"Still there: {one.what}{f' ({one.why})' if one.why else ''}.")
            if one.command:
                self._talk.write(one.command)
        self._talk.say("Not everything was removed." if left else "Nothing that was created is left.")
        return not left

    # The five values

    async def hand_over(self, run: Run) -> None:
        """Show the public values, and give the secret where the person says. Raises `Quit` when it was given up."""
        credentials = run.credentials
        if credentials is None:
            return
        proved = any(row.key == "test-sign-in" and row.state is RowState.DONE for row in run.rows)
        done = "The new client secret is added." if run.state.renewed else "Everything is created."
        self._talk.say(done + (" The test sign-in worked." if proved else " It was not tested."))
        self._talk.say("In PipeOps: Integrations, Azure, Connect, Proceed. Of the six boxes, the first is optional.")
        for label, value in _public(credentials):
            self._talk.say(f"{label}:")
            self._talk.write(value)
        self._talk.say(
            'The Client Secret is not shown. "copy" copies it, "show" writes it once, "send" gives it to a command, '
            '"done" ends.'
        )
        await self._give(run, credentials)

    async def _give(self, run: Run, credentials: Credentials) -> None:
        while True:
            try:
                answer = await self._talk.pick(
                    "Client Secret: copy, show, send or done",
                    _WAYS,
                    "done" if self._journey.delivered else "copy",
                    explain="PipeOps needs it. Azure shows it only now; a new one can be made at any time.",
                )
            except GoBack:
                self._talk.say("What was created stays as it is: there is no way back from here.")
                continue
            except Quit:
                answer = "done"
            match answer:
                case "copy":
                    await self._copy(run, credentials)
                case "show":
                    await self._show(run, credentials)
                case "send":
                    await self._send(run, credentials)
                case _:
                    if self._journey.delivered or await self._gives_up():
                        return

    async def _gives_up(self) -> bool:
        self._talk.say("The client secret was not copied, shown or sent, and it is lost when pipeops-tui ends.")
        with suppress(GoBack, Quit):
            return await self._talk.confirm("End without it?", explain="The next start can make a new one.")
        return False

    async def _delivered(self, run: Run) -> None:
        await run.mark_delivered()
        self._journey.secret_delivered()

    async def _copy(self, run: Run, credentials: Credentials) -> None:
        from pipeops_tui.clipboard import Clipboard, CopyOutcome
        from pipeops_tui.plain.secret_ways import write_to_terminal

        clipboard = Clipboard(write_to_terminal, clock=self._journey.clock)
        copied = await clipboard.copy(credentials.client_secret)
        if copied.outcome is CopyOutcome.FAILED:
            self._talk.say(f"It was not copied. {copied.hint}".rstrip())
            return
        unsure = "" if copied.outcome is CopyOutcome.COPIED else " It could not be checked: paste it to make sure."
        self._talk.say(f"The client secret is in the clipboard.{unsure}")
        await self._delivered(run)
        with suppress(GoBack, Quit, InputEndedError):
            await self._talk.ask(
                "Press Enter when you have pasted it", "clear", explain="Then the clipboard is cleared."
            )
        cleared = await clipboard.clear_if_ours()
        self._talk.say("The clipboard is cleared." if cleared else "The clipboard was not cleared.")

    async def _show(self, run: Run, credentials: Credentials) -> None:
        self._talk.say("It is written on its own line, and stays in the scrollback of your terminal.")
        with suppress(GoBack, Quit):
            if await self._talk.confirm("Show it?", explain="Anyone who can see or scroll this terminal can read it."):
                self._talk.write(credentials.client_secret.reveal())
                await self._delivered(run)

    async def _send(self, run: Run, credentials: Credentials) -> None:
        def wrong(answer: str) -> str:
            try:
                words_of(answer)
            except ValueError as error:
                return f"{str(error)[:1].upper()}{str(error)[1:]}."
            return ""

        try:
            command = await self._talk.ask(
                "Command that gets it on its standard input",
                explain="It is run without a shell, for example: gh secret set AZURE_CLIENT_SECRET",
                wrong=wrong,
            )
            await give_to_command(words_of(command), credentials.client_secret, self._journey.clock)
        except (GoBack, Quit):
            return
        except DeliveryError as error:
            self._talk.say(f"It was not taken: {error}.")
            return
        self._talk.say("The command has taken it.")
        await self._delivered(run)


def _public(credentials: Credentials) -> Sequence[tuple[str, str]]:
    return (
        ("Resource Group Name", credentials.resource_group_name),
        ("Tenant ID", credentials.tenant_id),
        ("Client ID", credentials.client_id),
        ("Subscription ID", credentials.subscription_id),
    )
