"""What doctor does with the person's own account over its screen: signing in, and giving a role that is missing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

from textual.app import App

from pipeops_tui.core.clock import Clock
from pipeops_tui.core.model import SignInMethod
from pipeops_tui.core.problem import CloudError
from pipeops_tui.doctor.finding import Diagnosis
from pipeops_tui.doctor.five_values import FiveValues
from pipeops_tui.ui.dialogs.confirm import ConfirmDialog
from pipeops_tui.ui.dialogs.sign_in_again import SignInGivenUpError, with_codes
from pipeops_tui.ui.doctor.account_dialog import AccountDialog
from pipeops_tui.ui.doctor.persons_account import PersonsAccount
from pipeops_tui.ui.services import Services
from pipeops_tui.ui.widgets.status_line import StatusLine

_GIVES: Final = (
    "{application} ({client}) gets the role Contributor on the resource group {group} in {subscription}. It can then "
    "create, change and delete everything in that group. Give it only to an application that you know.",
    "It takes up to 10 minutes until the role is in effect.",
)


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
        role, values = diagnosis.role_to_give, diagnosis.values
        if role is None:
            return False
        words = {
            "application": role.application_name,
            "client": role.client_id,
            "group": values.group_name,
            "subscription": role.subscription.display_name,
        }
        paragraphs = [paragraph.format(**words) for paragraph in _GIVES]
        dialog = ConfirmDialog("Give the role Contributor?", paragraphs, yes="Give the role", no="Not now", safe=False)
        return await self._ask_and_do(dialog, status, "Giving the role", lambda: self._account.give_role(diagnosis))

    async def register_providers(self, diagnosis: Diagnosis, status: StatusLine) -> bool:
        """Ask once more, naming them, and begin to register them. True once done."""
        missing = diagnosis.providers_to_register
        if missing is None:
            return False
        paragraphs = [
            f"{', '.join(missing.namespaces)} will be registered in {missing.subscription.display_name}. It takes some "
            "minutes, costs nothing and gives access to nothing."
        ]
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
