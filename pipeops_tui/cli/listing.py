"""`pipeops-tui list`: what was made before, and when it expires. Offline it loads neither Textual nor an SDK."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import datetime, timedelta

from pipeops_tui.cli.arguments import (
    SentenceParser,
    add_sign_in_options,
    check_demo,
    check_quiet_sign_in,
    days,
    sign_in_values,
)
from pipeops_tui.cli.connection_lines import as_json, as_text
from pipeops_tui.cli.state_folder import state_folder
from pipeops_tui.connections.connection import Connection, ConnectionState
from pipeops_tui.connections.journaled import journaled_connections
from pipeops_tui.core.clock import SystemClock
from pipeops_tui.core.option_values import RESOURCE_MANAGERS
from pipeops_tui.core.settings import ConnectionToOpen, Settings
from pipeops_tui.plain.standard_output import print_safely, tell

DEFAULT_SCENARIO = "six-months-later"
FAILED, EXPIRING, BROKEN, REFUSED = 1, 3, 4, 5
_BROKEN_STATES = frozenset(
    {ConnectionState.EXPIRED, ConnectionState.DELETED, ConnectionState.NO_GROUP, ConnectionState.NO_ROLE}
)
_UNDECIDED_STATES = frozenset({ConnectionState.UNFINISHED, ConnectionState.UNKNOWN})
_DESCRIPTION = """\
List the connections that were made for PipeOps, and when their client secrets expire.
Without --check only the journals of this computer are read: no network, no sign-in.
With --plain it signs in, and asks line by line what to do: renew, check, remove and the like."""
_EPILOG = """\
exit codes:
  0    nothing is due
  1    the list cannot be printed
  2    the command line cannot be used, or --check has no way to sign in without asking
  3    a client secret expires within --expiring days
  4    a connection is expired, or its application, resource group or role is gone
       (wins over 5 and 3)
  5    --check: Azure or the network refused (wins over 3)
  130  interrupted
  With --plain: 0 when you end it, 1 when the input has ended or Azure cannot be reached.
  unfinished connections, two secrets and unknown states change no code.

  pipeops-tui list --expiring 14 || echo "look at PipeOps' connections"
  pipeops-tui list --check --output json"""


def list_connections(argv: Sequence[str]) -> int:
    """Parse `argv`, print the connections, and return the exit code."""
    parser = list_parser()
    given = parser.parse_args(argv)
    check_demo(parser, given)
    if given.plain:
        return _converse(parser, given)
    settings = Settings(**sign_in_values(given))
    is_check = given.check or settings.demo is not None
    if is_check:
        check_quiet_sign_in(parser, given, "--check")
    soon = timedelta(days=given.expiring)
    now = SystemClock().now()
    complaints: list[str] = []
    is_refused = False
    known: Sequence[Connection]
    with state_folder(settings) as folder:

        def journaled() -> Sequence[Connection]:
            read = journaled_connections(folder, now, soon)
            complaints[:] = read.complaints
            return _of_the_cloud(read.connections, settings)

        if is_check:
            from pipeops_tui.cli.azure_search import search_azure
            from pipeops_tui.cli.quiet_sign_in import SignInWouldAskError

            try:
                found = search_azure(settings, folder, journaled, soon, lambda line: tell(f"{parser.prog}: {line}"))
            except SignInWouldAskError as error:
                parser.error(f"--check {error}, or leave out --check")
            known, now, is_refused = found.connections, found.now, bool(found.refusals)
            complaints += (*found.refusals, *found.notes)
        else:
            known = journaled()
    for complaint in complaints:
        tell(f"{parser.prog}: {complaint}")
    text = as_json(known, now) if given.output == "json" else as_text(known, now, is_check=is_check)
    if not print_safely(text):
        return FAILED
    return _exit_code(known, now, soon, is_refused=is_refused)


def list_parser() -> SentenceParser:
    """What the command takes."""
    parser = SentenceParser("pipeops-tui list", _DESCRIPTION, _EPILOG)
    add = parser.add_argument
    add("--check", action="store_true", help="sign in without asking, and look in Azure too")
    add("--expiring", type=days, default=30, metavar="DAYS", help="what counts as soon, 1-730 (default: 30)")
    add("--output", choices=["text", "json"], default="text", metavar="FORMAT", help="text or json (default: text)")
    add("--plain", action="store_true", help="sign in, and ask line by line what to do with which connection")
    add_sign_in_options(parser, DEFAULT_SCENARIO)
    return parser


def _converse(parser: SentenceParser, given: argparse.Namespace) -> int:
    """Talk about the connections line by line."""
    if given.check or given.output != "text":
        parser.error("--plain asks, so --check and --output json cannot go with it")
    from pipeops_tui.cli.plain_mode import converse

    return converse(Settings(**sign_in_values(given), opens=ConnectionToOpen("list"), plain=True))


def _of_the_cloud(connections: Sequence[Connection], settings: Settings) -> Sequence[Connection]:
    """Those of the cloud that was named; all where none was."""
    wanted = settings.resource_manager or RESOURCE_MANAGERS.get(settings.cloud or "", "")
    if not wanted:
        return connections
    return tuple(one for one in connections if one.resource_manager.rstrip("/").lower() == wanted.lower())


def _exit_code(connections: Sequence[Connection], now: datetime, soon: timedelta, *, is_refused: bool) -> int:
    if any(one.state in _BROKEN_STATES for one in connections):
        return BROKEN
    if is_refused:
        return REFUSED
    dated = (one.expires for one in connections if one.state not in _UNDECIDED_STATES)
    return EXPIRING if any(expires <= now + soon for expires in dated if expires is not None) else 0
