"""`pipeops-tui remind`: write a calendar file that reminds of the expiry of a connection's client secret."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from pipeops_tui.cli.arguments import SentenceParser, add_sign_in_options, check_demo, guid, sign_in_values
from pipeops_tui.cli.listing import DEFAULT_SCENARIO
from pipeops_tui.cli.state_folder import state_folder
from pipeops_tui.connections.connection import Connection
from pipeops_tui.connections.journaled import journaled_connections
from pipeops_tui.core.clock import SystemClock, spell_day, spell_expiry
from pipeops_tui.core.plain_text import plain
from pipeops_tui.core.settings import Settings
from pipeops_tui.plain.standard_output import print_safely, tell

_NOT_WRITTEN = 1
_SHOWN = 5
_DESCRIPTION = """\
Write a calendar file (.ics) with one event on the day on which a connection's client secret
expires, and alarms 30, 7 and 1 days before. The journals of this computer are read; Azure is not asked."""
_EPILOG = """\
exit codes:
  0  the file is written
  1  it is not: no such connection, no expiry date, or the file cannot be written
  2  the command line cannot be used, or it is not clear which connection is meant

  pipeops-tui remind --output pipeops.ics
  pipeops-tui remind 1b7e09cc-4a2e-4f2f-9d0a-6f6d1f0aa0c4 --output pipeops.ics"""


def remind(argv: Sequence[str]) -> int:
    """Parse `argv`, write the file, and return the exit code."""
    parser = remind_parser()
    given = parser.parse_args(argv)
    check_demo(parser, given)
    settings = Settings(**sign_in_values(given))
    wanted: str = given.connection or ""
    connections, complaints = _known(settings)
    matching = [
        one
        for one in connections
        if wanted in ("", one.client_id.lower()) and settings.tenant in (None, one.tenant_id.lower())
    ]
    different = {(one.tenant_id.lower(), one.client_id.lower()): one for one in reversed(matching)}
    if len(different) > 1:
        parser.error(_which(wanted, list(different.values())))
    for complaint in complaints:
        tell(f"{parser.prog}: {complaint}")
    if not matching:
        return _refuse(parser, _nothing_known(wanted))
    return _write(parser, matching[0], given.output)


def remind_parser() -> SentenceParser:
    """What the command takes."""
    parser = SentenceParser("pipeops-tui remind", _DESCRIPTION, _EPILOG)
    add = parser.add_argument
    add(
        "connection",
        nargs="?",
        type=guid,
        metavar="CLIENT_ID",
        help="the connection, by its client ID; not needed where only one is known",
    )
    add(
        "--output",
        type=Path,
        metavar="FILE.ics",
        help="write this file, over an existing one (default: a new file pipeops-….ics in this folder)",
    )
    add_sign_in_options(parser, DEFAULT_SCENARIO)
    return parser


def _known(settings: Settings) -> tuple[Sequence[Connection], Sequence[str]]:
    """The connections with a client id, and sentences about journals that cannot be used."""
    with state_folder(settings) as folder:
        now = SystemClock().now()
        if settings.demo is not None:
            from pipeops_tui.cli.azure_search import search_azure

            found = search_azure(
                settings, folder, lambda: journaled_connections(folder, now).connections, timedelta(), tell
            )
            connections, complaints = found.connections, found.refusals
        else:
            journaled = journaled_connections(folder, now)
            connections, complaints = journaled.connections, journaled.complaints
    return [one for one in connections if one.client_id], complaints


def _write(parser: SentenceParser, connection: Connection, output: Path | None) -> int:
    from pipeops_tui.connections.reminder import reminder_of

    reminder = reminder_of(connection)
    if reminder is None:
        return _refuse(parser, f"pipeops-tui does not know when the client secret of {connection.client_id} expires")
    now = SystemClock().now()
    path = output or Path(reminder.file_name)
    try:
        reminder.write(path, now, overwrite=output is not None)
    except FileExistsError:
        return _refuse(parser, f"{str(path)!r} is there already. To write over it, name it with --output")
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        return _refuse(parser, f"cannot write {str(path)!r}: {reason}")
    print_safely(plain(f"Wrote {path}: the client secret expires on {spell_day(reminder.expires)}."))
    if reminder.expires <= now:
        late = spell_expiry(reminder.expires, now)
        tell(f"{parser.prog}: it {late}, so no calendar will remind you of it.")
    return 0


def _refuse(parser: SentenceParser, sentence: str) -> int:
    tell(f"{parser.prog}: {sentence}.")
    return _NOT_WRITTEN


def _nothing_known(wanted: str) -> str:
    if not wanted:
        return "no connection is known on this computer. 'pipeops-tui list --check' looks in Azure"
    return f"{wanted} is no connection that this computer knows. 'pipeops-tui list --check' looks in Azure"


def _which(wanted: str, connections: Sequence[Connection]) -> str:
    if wanted:
        tenants = ", ".join(one.tenant_id for one in connections[:_SHOWN])
        return f"{wanted} is known in {len(connections)} tenants; choose one with --tenant: {tenants}"
    more = ", …" if len(connections) > _SHOWN else ""
    ids = ", ".join(f"{one.client_id} ({one.application_name})" for one in connections[:_SHOWN])
    return f"{len(connections)} connections are known; name one by its client ID: {ids}{more}"
