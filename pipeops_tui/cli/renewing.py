"""`pipeops-tui renew`: give a connection a new client secret. With --yes from a script, without Textual."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeops_tui.cli.arguments import (
    SentenceParser,
    add_plain_option,
    add_sign_in_options,
    check_demo,
    check_quiet_sign_in,
    days,
    guid,
    sign_in_values,
)
from pipeops_tui.cli.plain_mode import converse
from pipeops_tui.cli.renewal_lines import sentences_of, values_of
from pipeops_tui.cli.script import Script
from pipeops_tui.cli.secret_delivery import add_delivery_options, deliver, has_way
from pipeops_tui.cli.state_folder import state_folder
from pipeops_tui.core.clock import Clock, SystemClock
from pipeops_tui.core.plain_text import plain
from pipeops_tui.core.secret import forbid_core_dumps
from pipeops_tui.core.settings import ConnectionToOpen, Settings
from pipeops_tui.plain.standard_output import are_terminals, print_safely

if TYPE_CHECKING:
    from pipeops_tui.cli.scripted_renewal import ScriptedRenewal
    from pipeops_tui.connections.connection import Connection
    from pipeops_tui.journey.journey import Journey

DEFAULT_SCENARIO: Final = "six-months-later"
_DESCRIPTION = """\
Give a connection a new client secret. The one in use stays until you remove it.
With --yes nothing is asked: the secret is added, tested, and goes where you say.
With --plain it asks line by line."""
_EPILOG = """\
exit codes:
  0    the new client secret was delivered (with --remove-old: the old one is removed)
  1    it was not; the old one stays
  2    the command line cannot be used, or there is no way to sign in without asking
  130  interrupted

  pipeops-tui renew 1b7e09cc-4a2e-4f2f-9d0a-6f6d1f0aa0c4 --yes --secret-to 'gh secret set AZURE_CLIENT_SECRET'
  pipeops-tui renew 1b7e09cc-4a2e-4f2f-9d0a-6f6d1f0aa0c4 --yes --remove-old KEY_ID"""


def renew(argv: Sequence[str], clock: Clock | None = None) -> int:
    """Parse `argv`, renew, and return the exit code. `clock` is for tests."""
    parser = renew_parser()
    given = parser.parse_args(argv)
    check_demo(parser, given)
    opens = ConnectionToOpen("renew", given.connection or "")
    settings = Settings(**sign_in_values(given), expires_in=given.expires_in, opens=opens, plain=given.plain)
    if not given.yes:
        return _on_screen(parser, given, settings)
    _check_script(parser, given, settings)
    forbid_core_dumps()
    used = clock or SystemClock()
    script = Script(parser.prog, settings, used)
    with state_folder(settings) as folder:
        return asyncio.run(script.run(folder, _Renewal(script, given, folder, used).work))


def renew_parser() -> SentenceParser:
    """What the command takes."""
    parser = SentenceParser("pipeops-tui renew", _DESCRIPTION, _EPILOG)
    add = parser.add_argument
    add("connection", nargs="?", type=guid, metavar="CLIENT_ID", help="the connection, by its application's client ID")
    add("--yes", action="store_true", help="ask nothing")
    add("--expires-in", type=days, metavar="DAYS", help="lifetime of the client secret, 1-730 (default: 180)")
    add_delivery_options(parser)
    add_plain_option(parser)
    add("--remove-old", type=guid, metavar="KEY_ID", help="remove this older client secret, and add none")
    add("--output", choices=["text", "json"], default="text", metavar="FORMAT", help="text or json (default: text)")
    add_sign_in_options(parser, DEFAULT_SCENARIO)
    return parser


def _on_screen(parser: SentenceParser, given: argparse.Namespace, settings: Settings) -> int:
    """Open the interface, or talk line by line, at the connection, or at the list where it is not clear which."""
    if not (given.plain or are_terminals(sys.stdin, sys.stdout, sys.stderr)):
        parser.error("this needs a terminal. In a script, give --yes, the CLIENT_ID, and where the client secret goes")
    if has_way(given) or given.remove_old is not None:
        parser.error("--secret-to, --secret-fd, --print-secret and --remove-old go with --yes")
    return converse(settings)


def _check_script(parser: SentenceParser, given: argparse.Namespace, settings: Settings) -> None:
    """End with one sentence that names all that is missing, or what cannot go together."""
    if given.plain:
        parser.error("--yes asks nothing and --plain asks, so they cannot go together")
    if given.remove_old is not None and (has_way(given) or given.expires_in is not None):
        parser.error("--remove-old adds no client secret, so it is a call of its own")
    missing = [] if given.connection else ["the CLIENT_ID"]
    if given.remove_old is None and not has_way(given):
        missing.append("where the client secret goes: --secret-to, --secret-fd or --print-secret")
    if missing:
        parser.error(f"--yes asks nothing, so give {' and '.join(missing)}")
    if given.print_secret and sys.stdout is None:
        parser.error("--print-secret needs standard output, which is closed")
    check_quiet_sign_in(parser, given, "--yes")


class _Renewal:
    """One call with --yes."""

    def __init__(self, script: Script, given: argparse.Namespace, folder: Path, clock: Clock) -> None:
        self._script = script
        self._given = given
        self._folder = folder
        self._clock = clock

    async def work(self, journey: Journey) -> int:
        """Renew, or remove an old client secret; raises `ScriptError`, `CloudError` and `JournalUnavailable`."""
        from pipeops_tui.cli.scripted_renewal import ScriptedRenewal

        connection = await self._connection(journey, self._folder)
        renewal = ScriptedRenewal(journey, connection, self._script.tell)
        self._script.stop = renewal.stop
        if self._given.remove_old is not None:
            await self._remove_old(renewal, connection)
        else:
            await self._renew(renewal)
        return 0

    async def _connection(self, journey: Journey, folder: Path) -> Connection:
        from pipeops_tui.cli.named_connection import named_connection
        from pipeops_tui.connections.journaled import journaled_connections

        here = journey.session.endpoints.resource_manager if journey.session is not None else ""
        # An unusable journal is set aside: it may have the name that the journal of this renewal gets.
        survey = await (await journey.earlier_runs()).survey(here)
        journaled = journaled_connections(folder, self._clock.now())
        for complaint in survey.set_aside or journaled.complaints:
            self._script.tell(complaint)
        return await named_connection(journey, journaled.connections, self._given.connection)

    async def _remove_old(self, renewal: ScriptedRenewal, connection: Connection) -> None:
        key_id: str = self._given.remove_old
        is_new = await renewal.remove_old(key_id)
        values = {
            "resource_group_name": connection.group_name,
            "tenant_id": connection.tenant_id,
            "client_id": connection.client_id,
            "subscription_id": connection.subscription_id,
            "removed": key_id,
        }
        how = "is removed" if is_new else "was removed before"
        done = f"The client secret {key_id} of {connection.application_name} {how}."
        print_safely(json.dumps(values, indent=2) if self._given.output == "json" else plain(done))

    async def _renew(self, renewal: ScriptedRenewal) -> None:
        from pipeops_tui.cli.scripted_renewal import RenewalError, undelivered
        from pipeops_tui.plain.secret_command import DeliveryError

        added = await renewal.add(self._given.expires_in)
        try:
            await deliver(
                self._given,
                added.secret,
                values=partial(values_of, added),
                sentences=sentences_of(added),
                mark=renewal.mark_delivered,
                tell=self._script.tell,
                clock=self._clock,
            )
        except DeliveryError as error:
            left = undelivered(added.client_id, added.key_id)
            raise RenewalError(
                f"{error}. The new client secret was not delivered, and the old one stays. {left}"
            ) from None
