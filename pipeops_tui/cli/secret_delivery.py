"""Where a client secret goes in a script: the options, and handing it over."""

from __future__ import annotations

import argparse
import json
import os
import select
from collections.abc import Awaitable, Callable, Mapping

from pipeops_tui.core.clock import Clock
from pipeops_tui.core.plain_text import plain_lines
from pipeops_tui.core.secret import Secret
from pipeops_tui.plain.secret_command import words_of
from pipeops_tui.plain.secret_ways import (
    Delivery,
    ToClipboard,
    ToCommand,
    ToDescriptor,
    ToStandardOutput,
    events_of,
    reason_of,
)
from pipeops_tui.plain.standard_output import print_safely, write_line


def add_delivery_options(parser: argparse.ArgumentParser, *, clipboard: bool = False) -> None:
    """Let `parser` take the ways for the secret; at most one can be given."""
    add = parser.add_mutually_exclusive_group().add_argument
    if clipboard:
        add("--secret-clipboard", action="store_true", help="copy the client secret to the clipboard for a minute")
    add(
        "--secret-to",
        type=_command,
        metavar="COMMAND",
        help="run COMMAND (without a shell) with the client secret on its standard input",
    )
    add(
        "--secret-fd",
        type=_descriptor,
        metavar="N",
        help="write the client secret to the open file descriptor N, 3 or more",
    )
    add("--print-secret", action="store_true", help="print the client secret on standard output")


def has_way(given: argparse.Namespace) -> bool:
    """Whether a way for the secret was given."""
    return (
        given.secret_to is not None
        or given.secret_fd is not None
        or given.print_secret
        or getattr(given, "secret_clipboard", False)
    )


async def deliver(
    given: argparse.Namespace,
    secret: Secret,
    *,
    values: Callable[[str], Mapping[str, object]],
    sentences: str,
    mark: Callable[[], Awaitable[None]],
    tell: Callable[[str], None],
    clock: Clock,
) -> None:
    """Hand `secret` over by the way that was given, journal that with `mark`, and print what was done: as JSON the
    `values` for the name of the way, or `sentences`. `tell` shows a line to the person. Raises `DeliveryError` where it
    was not taken."""
    is_json = given.output == "json"

    def write(shown: Secret) -> None:
        if is_json:
            write_line(json.dumps({**values(ToStandardOutput.name), "client_secret": shown.reveal()}, indent=2))
            return
        write_line(plain_lines(sentences))
        write_line(shown.reveal())

    delivery = _delivery(given, write, tell)
    await delivery.deliver(secret, clock)
    await mark()
    if not isinstance(delivery, ToStandardOutput):
        print_safely(json.dumps(values(delivery.name), indent=2) if is_json else plain_lines(sentences))


def _delivery(given: argparse.Namespace, write: Callable[[Secret], None], tell: Callable[[str], None]) -> Delivery:
    """The way that was given. `write` as in `ToStandardOutput`."""
    if given.secret_to is not None:
        return ToCommand(given.secret_to)
    if given.secret_fd is not None:
        return ToDescriptor(given.secret_fd)
    if getattr(given, "secret_clipboard", False):
        return ToClipboard(tell)
    return ToStandardOutput(write)


def _command(text: str) -> tuple[str, ...]:
    try:
        return words_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _descriptor(text: str) -> int:
    """The number of an open file descriptor that can be written."""
    if not (text.isascii() and text.isdigit()) or not 2 < int(text[:10]) < 2**31:
        raise argparse.ArgumentTypeError(f"{text!r} is not the number of a file descriptor, 3 or more")
    number = int(text)
    try:
        os.write(number, b"")  # fails where it is not open, or only for reading
        is_deserted = _is_deserted(number)
    except OSError as error:
        raise argparse.ArgumentTypeError(f"file descriptor {number} cannot be written: {reason_of(error)}") from None
    if is_deserted:
        raise argparse.ArgumentTypeError(f"file descriptor {number} cannot be written: it is not being read")
    return number


def _is_deserted(descriptor: int) -> bool:
    """Whether it is a pipe or a socket without a reader."""
    return hasattr(select, "poll") and bool(events_of(descriptor, 0) & select.POLLERR)
