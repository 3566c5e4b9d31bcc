"""Signing in anew in the middle of the journey, the way the person did before."""

from __future__ import annotations

from asyncio import current_task

from pipeops_tui.model import DeviceCode
from pipeops_tui.screens.code_dialog import CodeDialog
from pipeops_tui.screens.step_screen import StepScreen


async def sign_in_again(screen: StepScreen, tenant_id: str, claims: str) -> None:
    """Renew the session's sign-in to one tenant, with the claims that Azure asked for (or none).

    Raises `CloudError`; giving up in the dialog cancels the task that called.
    """
    journey, app, task = screen.journey, screen.pipeops, current_task()
    dialogs: list[CodeDialog] = []

    def give_up() -> None:
        if task is not None:
            task.cancel()

    def show(code: DeviceCode) -> None:
        dialog = CodeDialog("Sign in again", code, journey.clock, copy=app.copy_code, give_up=give_up)
        dialogs.append(dialog)
        app.push_screen(dialog)

    if journey.session is None:
        return
    try:
        await journey.session.renew(tenant_id, claims, show)
    finally:
        for dialog in dialogs:
            if dialog in app.screen_stack:
                await dialog.dismiss()
