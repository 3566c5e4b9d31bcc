"""Carries out what was decided about a connection, once its run was taken up: renew, restore, remove, continue."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from pipeops_tui.connections.connection import Connection, old_secret
from pipeops_tui.connections.connection_actions import ConnectionAction, ConnectionDecision
from pipeops_tui.connections.connection_words import old_secret_sentence
from pipeops_tui.connections.group_contents import GroupContents, group_contents
from pipeops_tui.connections.removal_words import RemovalWords, nothing_added, removal_words
from pipeops_tui.connections.renewal_checks import renewal_checks
from pipeops_tui.connections.renewal_words import NAMED, is_made_by_hand, renewal_sentence
from pipeops_tui.connections.restoring import Restorers, allowed_days, restorers
from pipeops_tui.connections.searched_tenant import asked
from pipeops_tui.core.model import Check, DirectoryMember, SecretPolicy, Subscription
from pipeops_tui.core.ports import Topic
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.core.wizard import Step, choices_of
from pipeops_tui.provisioning import Event, Extent, Origin, RetriesExhausted, RowChanged, RowState, Run, RunEnded
from pipeops_tui.ui.base.checking import run_checks
from pipeops_tui.ui.base.run_driver import undo_dialog
from pipeops_tui.ui.base.step_screen import StepScreen
from pipeops_tui.ui.connections.renew_dialog import RenewDialog, Show
from pipeops_tui.ui.connections.restore_dialog import RestoreDialog
from pipeops_tui.ui.dialogs.add_owner_dialog import AddOwnerDialog
from pipeops_tui.ui.dialogs.confirm import ConfirmDialog, KeepWaitingDialog, UnfinishedDialog, what_stays
from pipeops_tui.ui.dialogs.old_secret_dialog import OldSecretDialog
from pipeops_tui.ui.widgets.expiry_choice import RECOMMENDED


class ConnectionWork:
    """Belongs to the Sign in screen, over which its dialogs are shown."""

    def __init__(self, screen: StepScreen, *, changed: Callable[[], None]) -> None:
        """`changed` is called when the journals have changed."""
        self._screen = screen
        self._changed = changed
        self._failed: Run | None = None
        """The run of an attempt that has failed: *Try again* goes on with it."""
        self._removed: Run | None = None
        """The run of the dialog that removes it, while that is open."""
        self._removing: Callable[[], bool] = lambda: False

    def begin(self, decision: ConnectionDecision, run: Run, subscription: Subscription) -> None:
        """Carry `decision` out with the signed-in account."""
        match decision.action:
            case ConnectionAction.CONTINUE:
                self._show_run(run, subscription)
            case ConnectionAction.NEW_SECRET:
                self._ask_to_renew(decision.connection, run, subscription)
            case ConnectionAction.REMOVE_OLD:
                self._ask_about_old(decision.connection, run, subscription)
            case ConnectionAction.RESTORE:
                self._ask_to_restore(decision.connection, run, subscription)
            case ConnectionAction.ADD_OWNER:
                self._ask_for_owner(decision.connection, run, subscription)
            case ConnectionAction.REMOVE:
                self._screen.work.begin(lambda: self._ask_to_remove(run, subscription), group="contents")
            case _:
                self._remove(run)

    def release(self) -> bool:
        """Close the run of a failed attempt, so that it can be taken up again; False where there is none."""
        failed, self._failed = self._failed, None
        if failed is not None:
            failed.close()
        return failed is not None

    def _attempt(self, run: Run, work: Callable[[], Awaitable[None]], group: str) -> None:
        """Do `work` with `run` in the background."""

        async def attempt() -> None:
            try:
                await work()
            except BaseException:
                self._failed = run
                raise
            self._failed = None

        self._screen.work.begin(attempt, group=group)

    def _show_run(self, run: Run, subscription: Subscription) -> None:
        self._screen.journey.adopt(run, subscription)
        self._screen.services.rebuild_other_steps()
        self._screen.services.show_step(Step.CREATE)

    def _leave(self, run: Run, said: str) -> None:
        run.close()
        self._screen.status.say(said)
        self._changed()

    # Renewing

    def _ask_to_renew(self, connection: Connection, run: Run, subscription: Subscription) -> None:
        journey = self._screen.journey
        lookups, choices = journey.lookups, choices_of(run.plan, subscription, journey.choices.sign_in)

        async def check(show: Show) -> Sequence[Check]:
            return await run_checks(renewal_checks(connection), lookups.reads, choices, show)

        async def policy() -> SecretPolicy:
            return (await lookups.secret_policy(subscription.tenant_id)).value

        def answered(days: int | None) -> None:
            if days is None:
                self._leave(run, "Nothing was renewed.")
            else:
                self._attempt(run, lambda: self._renew(run, subscription, days), "renew")

        dialog = RenewDialog(
            f"Renew the client secret of {connection.application_name}?",
            renewal_sentence(connection),
            journey.clock,
            check=check,
            policy=policy,
            copy=self._screen.services.copy,
            days=journey.settings.expires_in or RECOMMENDED,
            typed=connection.client_id[:NAMED] if is_made_by_hand(connection) else "",
        )
        self._screen.app.push_screen(dialog, answered)

    async def _renew(self, run: Run, subscription: Subscription, days: int, *, restores: bool = False) -> None:
        await run.begin_renewal(run.plan.secret_description, days, restores=restores)
        self._show_run(run, subscription)

    def _ask_to_restore(self, connection: Connection, run: Run, subscription: Subscription) -> None:
        lookups, tenant_id = self._screen.journey.lookups, subscription.tenant_id
        wished = self._screen.journey.settings.expires_in or run.plan.secret_days

        async def restore() -> None:
            policy, _ = await asked(lookups.secret_policy(tenant_id))
            days = allowed_days(wished, policy.value if policy is not None else None)
            await self._renew(run, subscription, days, restores=True)

        def answered(yes: bool | None) -> None:
            if yes:
                self._attempt(run, restore, "renew")
            else:
                self._leave(run, "Nothing was restored.")

        async def who_can() -> Restorers:
            return await restorers(lookups.reads, tenant_id)

        foreign = connection.recorded is None
        dialog = RestoreDialog(connection, who_can, typed=connection.client_id[:NAMED] if foreign else "")
        self._screen.app.push_screen(dialog, answered)

    # The old secret

    def _ask_about_old(self, connection: Connection, run: Run, subscription: Subscription) -> None:
        now = self._screen.journey.clock.now()
        old = old_secret(connection.secrets, now)
        if old is None:
            self._leave(run, f"{connection.application_name} has no old client secret.")
            return
        key_id = old.key_id

        def answered(yes: bool | None) -> None:
            if yes:
                self._attempt(run, lambda: self._remove_old(run, subscription, key_id), "old-secret")
            else:
                self._leave(run, "The old client secret stays.")

        self._screen.app.push_screen(OldSecretDialog(old_secret_sentence(connection, now)), answered)

    async def _remove_old(self, run: Run, subscription: Subscription, key_id: str) -> None:
        screen, session, ends = self._screen, self._screen.journey.session, list[RunEnded]()
        if session is None:
            return

        def hear(event: Event) -> None:
            match event:
                case RowChanged(row) if row.state in (RowState.RUNNING, RowState.RETRYING, RowState.LOOKING):
                    reason = f": {row.reason}" if row.reason else ""
                    screen.status.running(f"Removing the old client secret{reason}")
                case RetriesExhausted():
                    KeepWaitingDialog.ask(screen.app, run, event)
                case RunEnded():
                    ends.append(event)

        screen.busy = True
        screen.status.running("Removing the old client secret")
        unsubscribe = run.subscribe(hear)
        try:
            run.use(await session.workspace(subscription))  # after a failure, that of a new sign-in
            await run.remove_old_secret(key_id)
        finally:
            unsubscribe()
            screen.busy = False
        self._old_removed(run, ends[-1])

    def _old_removed(self, run: Run, ended: RunEnded) -> None:
        if ended.failed is not None:
            raise ended.error or CloudError(FailureKind.REFUSED, ended.failed)
        self._screen.journey.lookups.forget(Topic.CONNECTIONS)
        run.close()
        self._changed()
        name, status = run.plan.application_name, self._screen.status
        if ended.stopped:
            status.warn(f"Stopped. The old client secret of {name} can still be there.")
        elif shown := [row.reason for row in ended.rows if row.state is RowState.ACCEPTED]:
            status.warn(f"The old client secret of {name}: {shown[0]}.")
        else:
            status.done(f"The old client secret of {name} is removed.")

    # A second owner

    def _ask_for_owner(self, connection: Connection, run: Run, subscription: Subscription) -> None:
        reads, tenant_id = self._screen.journey.lookups.reads, subscription.tenant_id

        async def find(name: str) -> DirectoryMember | None:
            return await reads.member(tenant_id, name)

        def answered(member: DirectoryMember | None) -> None:
            if member is None:
                self._leave(run, "No owner was added.")
            else:
                run.close()  # nothing about an owner is journaled, and Azure can refuse it
                self._screen.work.begin(lambda: self._add_owner(run, subscription, member), group="owner")

        run_name = connection.application_name
        self._screen.app.push_screen(AddOwnerDialog(run_name, find), answered)

    async def _add_owner(self, run: Run, subscription: Subscription, member: DirectoryMember) -> None:
        session = self._screen.journey.session
        if session is None:
            return
        self._screen.status.running(f"Adding {member.display_name} as an owner")
        workspace = await session.workspace(subscription)
        await workspace.add_owner(run.state.application.id, member.object_id)
        self._screen.journey.lookups.forget(Topic.CONNECTIONS)
        self._changed()
        self._screen.status.done(f"{member.display_name} is now an owner of {run.plan.application_name}.")

    # Removing

    async def _ask_to_remove(self, run: Run, subscription: Subscription) -> None:
        self._screen.status.running(f"Reading what is in {run.plan.group_name}")
        contents: GroupContents | None = None
        try:
            contents = await group_contents(self._screen.journey.lookups.reads, subscription, run.plan.group_name)
        except CloudError:
            contents = None  # the dialog says so
        if run.state.origin is Origin.ADOPTED and not run.undo_rows(Extent.EVERYTHING):
            self._show_nothing_added(run, contents)
            return
        self._remove(run, removal_words(run, contents, self._screen.journey.clock.now()))

    def _show_nothing_added(self, run: Run, contents: GroupContents | None) -> None:
        title, paragraphs, commands = nothing_added(run, contents)
        self._screen.status.say("")

        def answered(copies: bool | None) -> None:
            if copies:
                self._screen.services.copy(commands, "Commands")
            self._leave(run, "Nothing was removed.")

        dialog = ConfirmDialog(title, paragraphs, yes="Copy commands", no="Close")
        self._screen.app.push_screen(dialog, answered)

    def _remove(self, run: Run, words: RemovalWords | None = None) -> None:
        self._removed, dialog = run, undo_dialog(self._screen, run, words)
        self._removing = lambda: dialog.running
        self._screen.status.say("")
        self._screen.app.push_screen(dialog, lambda nothing_left: self._dialog_closed(nothing_left, dialog.words))

    def _dialog_closed(self, nothing_left: bool | None, words: RemovalWords) -> None:
        run, self._removed = self._removed, None
        if run is None:
            return
        status = self._screen.status
        if nothing_left is None:
            status.say("Nothing was removed." if words.extent is not None else "Nothing was undone.")
        else:
            self._screen.services.receipt = self._screen.journey.receipt(run)
            if nothing_left:
                status.done(f"{words.done}.")
            else:
                status.warn("Part of it still exists. Press l to remove the rest.")
        run.close()
        self._changed()

    async def may_quit(self) -> bool:
        """Whether to quit now; asks while something is being removed."""
        if self._removed is None or not self._removing():
            return True
        dialog = UnfinishedDialog(what_stays(self._screen.journey, self._removed))
        self._screen.services.receipt = self._screen.journey.receipt(self._removed)
        return await self._screen.app.push_screen_wait(dialog) is False
