"""Prints on the standard streams, whatever their encoding is, and also where they are closed or have no reader."""

from __future__ import annotations

import sys
from typing import TextIO

from pipeops_tui.core.plain_text import plain

_NOT_PRINTED = 1


def are_terminals(*streams: TextIO | None) -> bool:
    """Whether all of these are terminals; Python has no stream where the descriptor was closed."""
    return all(stream is not None and stream.isatty() for stream in streams)


def print_safely(text: str) -> bool:
    """Print `text` on standard output, also where its encoding lacks a character, and where it has no reader. False,
    after a sentence on stderr, where it cannot be written."""
    if sys.stdout is None:  # the descriptor was closed
        return True
    try:
        write_line(text)
    except BrokenPipeError:
        drop_output()
    except OSError as error:
        drop_output()
        _tell_why(error)
        return False
    return True


def write_line(text: str) -> None:
    """As `print_safely`, but raises `OSError` where it cannot be written, and where it has no reader."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
    sys.stdout.flush()


def tell(line: str) -> None:
    """Print one line on stderr; nothing depends on whether anyone reads it."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(f"{plain(line, 4_000)}\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        _drop(sys.stderr)


def finish_output(code: int) -> int:
    """Write what argparse has printed, before Python ends: it would tell of a failure with a traceback and exit code
    120. Returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError) as error:
            _drop(stream)
            if stream is sys.stdout and code == 0 and not isinstance(error, BrokenPipeError):
                _tell_why(error)
                code = _NOT_PRINTED
    return code


def drop_output() -> None:
    """Discard what could not be written on standard output."""
    _drop(sys.stdout)


def _drop(stream: TextIO) -> None:
    """Otherwise it is written again when Python ends (library/signal.html, "Note on SIGPIPE")."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _tell_why(error: OSError | ValueError) -> None:
    reason = error.strerror if isinstance(error, OSError) else ""
    tell(f"pipeops-tui: standard output cannot be written: {reason or type(error).__name__}.")
