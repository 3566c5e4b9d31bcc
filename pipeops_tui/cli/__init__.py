"""The command: parse the arguments, then run what they ask for.

This is the composition root, the one place that knows every room. Rooms are imported only when needed, so that
`--help` and `--version` answer without loading Textual or an SDK.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

FAILED = 1
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv` (default: the process's own) and return its exit code.

    0 delivered (or help, version), 1 not delivered, 2 usage, no terminal or `simulate` could not start,
    130 interrupted; `list` also 3, 4 and 5 (see `listing`), `doctor` also 4 and 5 (see `diagnosing`), `create`
    also 6 (see `create_command`).
    """
    code = _run(list(sys.argv[1:] if argv is None else argv))
    from pipeops_tui.plain.standard_output import finish_output

    return finish_output(code)


def _run(arguments: list[str]) -> int:
    try:
        if arguments[:1] == ["simulate"]:
            from pipeops_tui.cli.simulate import simulate

            return simulate(arguments[1:])
        if arguments[:1] == ["list"]:
            from pipeops_tui.cli.listing import list_connections

            return list_connections(arguments[1:])
        if arguments[:1] == ["remind"]:
            from pipeops_tui.cli.reminding import remind

            return remind(arguments[1:])
        if arguments[:1] == ["renew"]:
            from pipeops_tui.cli.renewing import renew

            return renew(arguments[1:])
        if arguments[:1] == ["remove"]:
            from pipeops_tui.cli.removing import remove

            return remove(arguments[1:])
        if arguments[:1] == ["completion"]:
            from pipeops_tui.cli.completion import completion

            return completion(arguments[1:])
        if arguments[:1] == ["create"]:
            from pipeops_tui.cli.create_command import create

            return create(arguments[1:])
        if arguments[:1] == ["doctor"]:
            from pipeops_tui.cli.diagnosing import diagnose

            return diagnose(arguments[1:])
        from pipeops_tui.cli.arguments import settings_from

        settings = settings_from(arguments)
        from pipeops_tui.cli.plain_mode import converse

        return converse(settings)
    except SystemExit as exit_:
        # argparse ends this way after help, version and usage errors; tests and callers get the code instead.
        return exit_.code if isinstance(exit_.code, int) else 1
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        # Neither a traceback nor the error's own words: either may quote a secret.
        from pipeops_tui.plain.standard_output import tell

        tell(f"pipeops-tui: stopped by an unexpected error ({_spot(error)}). Please report this line.")
        return FAILED


def _spot(error: BaseException) -> str:
    """The kind of `error` and the place in the code where it arose, for a report."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" at {trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}{place}"
