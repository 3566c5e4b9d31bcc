"""Prints on standard output, whatever its encoding is, and also after its reader has gone."""

from __future__ import annotations

import sys


def print_safely(text: str) -> None:
    """Print `text` on standard output, also where its encoding lacks a character, and where it has no reader."""
    try:
        write_line(text)
    except BrokenPipeError:
        drop_output()


def write_line(text: str) -> None:
    """As `print_safely`, but raises `OSError` where it has no reader."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
    sys.stdout.flush()


def drop_output() -> None:
    """Discard what could not be written. Otherwise it is written again when Python ends (library/signal.html, "Note on
    SIGPIPE")."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
