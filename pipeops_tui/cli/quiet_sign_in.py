"""Chooses a way to sign in that asks no question, and shows a device code where that is the way."""

from __future__ import annotations

from collections.abc import Callable

from pipeops_tui.core.model import DeviceCode, SignInMethod
from pipeops_tui.core.option_values import CHOSEN_WITHOUT_ASKING
from pipeops_tui.core.ports import Connector
from pipeops_tui.core.settings import Settings


class SignInWouldAskError(Exception):
    """There is no way to sign in without asking; the text says why, as a clause without a period."""


async def quiet_method(connector: Connector, settings: Settings) -> SignInMethod:
    """The way that `settings` name, else the first that is available. Raises `SignInWouldAskError`, and `CloudError`
    where the cloud cannot be reached."""
    if settings.demo is not None:
        return settings.auth or SignInMethod.DEVICE_CODE  # which the demo approves by itself
    if settings.auth is SignInMethod.MANAGED_IDENTITY:
        return settings.auth  # whether this machine has one is only known when it is asked for a token
    wanted = (settings.auth,) if settings.auth else CHOSEN_WITHOUT_ASKING
    options = [option async for found in connector.sign_in_options() for option in (found,)][-1]
    for option in options:
        if option.method in wanted and option.available:
            return option.method
    reasons = "; ".join(f"{one.title}: {one.detail}" for one in options if one.method in wanted)
    raise SignInWouldAskError(f"cannot sign in without asking. {reasons}. Run 'az login' first")


def code_shower(settings: Settings, tell: Callable[[str], None]) -> Callable[[DeviceCode], None]:
    """What shows a device code, by `tell`. In a demo it shows nothing: that approves its own."""

    def show(code: DeviceCode) -> None:
        if settings.demo is None:
            tell(f"To sign in, open {code.verification_uri} on any device and enter the code {code.user_code}.")

    return show
