"""What doctor does with the person's own account over its screen: signing in, and giving a role that is missing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from textual.app import App

from pipeops_tui.core.clock import Clock
from pipeops_tui.core.model import SignInMethod
from pipeops_tui.core.problem import CloudError
from pipeops_tui.doctor.cures import provider_words, role_words
from pipeops_tui.doctor.finding import Diagnosis
from pipeops_tui.doctor.five_values import FiveValues
from pipeops_tui.doctor.persons_account import PersonsAccount
from pipeops_tui.ui.dialogs.confirm import ConfirmDialog
from pipeops_tui.ui.dialogs.sign_in_again import SignInGivenUpError, with_codes
from pipeops_tui.ui.doctor.account_dialog import AccountDialog
from pipeops_tui.ui.services import Services
from pipeops_tui.ui.widgets.status_line import StatusLine


class AccountWork:
    """Each coroutine belongs in a worker of the screen, and says on the status line what went wrong."""

    def __init__(self, app: App[Any], account: PersonsAccount, services: Services, clock: Clock) -> None:
        self._app = app
        self._account = account
        self._services = services
        self._clock = clock

    async def sign_in(self, values: FiveValues, status: StatusLine, before: Callable[[], object]) -> bool:
        """Let the person choose how, and sign in. `before` restores the status where they do not. True once done."""
        try:
            dialog = AccountDialog(await self._account.methods(values))
            method: SignInMethod | None = await self._app.push_screen_wait(dialog)
            if method is None:
                before()
                return False
            status.running("Signing in")
            sign_in = partial(self._account.sign_in, method)
            await with_codes(self._app, self._clock, self._services.copy_code, "Sign in", sign_in)
        except SignInGivenUpError:
            status.say("Sign-in cancelled.")
            return False
        except CloudError as error:
            status.failed(_in_one_line(error))
            return False
        return True

    async def give_role(self, diagnosis: Diagnosis, status: StatusLine) -> bool:
        """Ask once more, naming the application, and give it the role. True once done."""
        paragraphs = role_words(diagnosis)
        if not paragraphs:
            return False
        dialog = ConfirmDialog("Give the role Contributor?", paragraphs, yes="Give the role", no="Not now", safe=False)
        return await self._ask_and_do(dialog, status, "Giving the role", lambda: self._account.give_role(diagnosis))

    async def register_providers(self, diagnosis: Diagnosis, status: StatusLine) -> bool:
        """Ask once more, naming them, and begin to register them. True once done."""
        missing = diagnosis.providers_to_register
        if missing is None:
            return False
        paragraphs = [provider_words(missing)]
        dialog = ConfirmDialog("Register resource providers?", paragraphs, yes="Register them", no="Not now")
        work = partial(self._account.register_providers, diagnosis)
        return await self._ask_and_do(dialog, status, "Registering resource providers", work)

    async def _ask_and_do(
        self, dialog: ConfirmDialog, status: StatusLine, doing: str, work: Callable[[], Awaitable[None]]
    ) -> bool:
        if not await self._app.push_screen_wait(dialog):
            return False
        status.running(doing)
        try:
            await work()
        except CloudError as error:
            status.failed(_in_one_line(error))
            return False
        return True


def _in_one_line(error: CloudError) -> str:
    return f"{error.problem.title}. {error.problem.what}".strip()
