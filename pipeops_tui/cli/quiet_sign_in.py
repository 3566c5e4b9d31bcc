"""Chooses a way to sign in that asks the person nothing."""

from __future__ import annotations

from pipeops_tui.cli.arguments import WITHOUT_ASKING
from pipeops_tui.core.model import DeviceCode, SignInMethod
from pipeops_tui.core.ports import Connector
from pipeops_tui.core.settings import Settings


class SignInWouldAskError(Exception):
    """There is no way to sign in without asking; the text says why, as a clause without a period."""


async def quiet_method(connector: Connector, settings: Settings) -> SignInMethod:
    """The way that `settings` name, else the first that is available. Raises `SignInWouldAskError`, and `CloudError`
    where the cloud cannot be reached."""
    if settings.demo is not None:
        return settings.auth or SignInMethod.DEVICE_CODE  # which the demo approves by itself
    wanted = (settings.auth,) if settings.auth else WITHOUT_ASKING
    options = [option async for found in connector.sign_in_options() for option in (found,)][-1]
    for option in options:
        if option.method in wanted and option.available:
            return option.method
    reasons = "; ".join(f"{one.title}: {one.detail}" for one in options if one.method in wanted)
    raise SignInWouldAskError(f"cannot sign in without asking. {reasons}. Run 'az login' first")


def show_nothing(_code: DeviceCode) -> None:
    """No code is shown: these ways of signing in have none, and the demo approves its own."""
