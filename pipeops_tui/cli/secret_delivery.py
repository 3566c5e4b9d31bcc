"""The options that say where a client secret goes in a script."""

from __future__ import annotations

import argparse
import os
import select
from collections.abc import Callable

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


def delivery_from(
    given: argparse.Namespace, write: Callable[[Secret], None], tell: Callable[[str], None]
) -> Delivery | None:
    """The way that was given; None for none. `write` as in `ToStandardOutput`; `tell` shows a line to the person."""
    if given.secret_to is not None:
        return ToCommand(given.secret_to)
    if given.secret_fd is not None:
        return ToDescriptor(given.secret_fd)
    if getattr(given, "secret_clipboard", False):
        return ToClipboard(tell)
    return ToStandardOutput(write) if given.print_secret else None


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
