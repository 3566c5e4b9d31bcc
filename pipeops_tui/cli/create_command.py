"""`pipeops-tui create`: everything that PipeOps needs, from a script. Without Textual."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeops_tui.cli.arguments import (
    SentenceParser,
    add_plan_options,
    add_sign_in_options,
    check_demo,
    check_quiet_sign_in,
    plan_values_from,
    sign_in_values,
)
from pipeops_tui.cli.creation_lines import (
    created_sentences,
    existing_sentences,
    existing_values,
    plan_sentences,
    plan_values,
)
from pipeops_tui.cli.script import Script, ScriptError
from pipeops_tui.cli.secret_delivery import add_delivery_options, deliver, has_way
from pipeops_tui.cli.state_folder import state_folder
from pipeops_tui.core.clock import Clock, SystemClock
from pipeops_tui.core.plain_text import plain_lines
from pipeops_tui.core.secret import forbid_core_dumps
from pipeops_tui.core.settings import Settings
from pipeops_tui.plain.standard_output import are_terminals, print_safely

if TYPE_CHECKING:
    from pipeops_tui.cli.scripted_creation import ScriptedCreation
    from pipeops_tui.core.model import Plan
    from pipeops_tui.journey.journey import Journey
    from pipeops_tui.plain.scripted_run import ScriptedSecret

EXISTS: Final = 6
_DESCRIPTION = """\
Create what PipeOps needs: resource group, application, client secret, and access to the group.
With --yes nothing is asked: everything is created and tested, and the client secret goes where you say."""
_EPILOG = """\
exit codes:
  0    the client secret was delivered (with --dry-run: nothing speaks against it)
  1    it was not
  2    the command line cannot be used, or there is no way to sign in without asking
  6    an application of this name has access to this group already; nothing was changed
  130  interrupted

With --yes, --subscription, --resource-group and a way for the client secret are needed, and
--location where the resource group is new. After an interruption the same command continues.

  pipeops-tui create --dry-run --subscription 1b7e09cc-4a2e-4f2f-9d0a-6f6d1f0aa0c4 \\
      --resource-group PipeOpsRG --location westeurope
  pipeops-tui create --yes --subscription 1b7e09cc-4a2e-4f2f-9d0a-6f6d1f0aa0c4 \\
      --resource-group PipeOpsRG --location westeurope --secret-to 'gh secret set AZURE_CLIENT_SECRET'"""


def create(argv: Sequence[str], clock: Clock | None = None) -> int:
    """Parse `argv`, create, and return the exit code. `clock` is for tests."""
    parser = create_parser()
    given = parser.parse_args(argv)
    check_demo(parser, given)
    settings = Settings(**sign_in_values(given), **plan_values_from(given))
    if not (given.yes or given.dry_run):
        return _on_screen(parser, given, settings)
    _check_script(parser, given, settings)
    forbid_core_dumps()
    used = clock or SystemClock()
    script = Script(parser.prog, settings, used)
    with state_folder(settings) as folder:
        return asyncio.run(script.run(folder, _Creation(script, given, folder, used).work))


def create_parser() -> SentenceParser:
    """What the command takes."""
    parser = SentenceParser("pipeops-tui create", _DESCRIPTION, _EPILOG)
    add = parser.add_argument
    add("--yes", action="store_true", help="ask nothing")
    add("--dry-run", action="store_true", help="only check, and print what would be created")
    add("--again", action="store_true", help="make another one where one exists already")
    add("--output", choices=["text", "json"], default="text", metavar="FORMAT", help="text or json (default: text)")
    add_delivery_options(parser, clipboard=True)
    add_plan_options(parser)
    add_sign_in_options(parser, "happy")
    return parser


def _on_screen(parser: SentenceParser, given: argparse.Namespace, settings: Settings) -> int:
    """Open the interface with these values."""
    if not are_terminals(sys.stdin, sys.stdout, sys.stderr):
        parser.error(f"this needs a terminal. In a script, give {_listed(['--yes', *_missing(given)])}")
    if has_way(given) or given.again or given.output != "text":
        parser.error("--secret-to, --secret-fd, --secret-clipboard, --print-secret, --again and --output go with --yes")
    from pipeops_tui.cli.launch import launch

    return launch(settings)


def _check_script(parser: SentenceParser, given: argparse.Namespace, settings: Settings) -> None:
    """End with one sentence that names all that is missing, or what cannot go together."""
    if given.dry_run and has_way(given):
        parser.error("--dry-run creates no client secret, so it takes no way for one")
    if missing := _missing(given):
        parser.error(f"nothing is asked, so give {_listed(missing)}")
    if given.print_secret and sys.stdout is None:
        parser.error("--print-secret needs standard output, which is closed")
    if given.secret_clipboard and not are_terminals(sys.stdin, sys.stderr):
        parser.error("--secret-clipboard needs a terminal")
    check_quiet_sign_in(parser, given, "--yes" if given.yes else "--dry-run")


def _missing(given: argparse.Namespace) -> list[str]:
    missing = [] if given.subscription else ["--subscription"]
    missing += [] if given.resource_group else ["--resource-group"]
    if not (given.dry_run or has_way(given)):
        ways = "--secret-to, --secret-fd, --secret-clipboard or --print-secret"
        missing.append(f"where the client secret goes ({ways})")
    return missing


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


class _Creation:
    """One call with --yes or --dry-run."""

    def __init__(self, script: Script, given: argparse.Namespace, folder: Path, clock: Clock) -> None:
        self._script = script
        self._given = given
        self._folder = folder
        self._clock = clock

    async def work(self, journey: Journey) -> int:
        """The exit code; raises `ScriptError`, `CloudError` and `JournalUnavailable`."""
        from pipeops_tui.cli.scripted_creation import ScriptedCreation, undelivered

        creation = ScriptedCreation(journey, self._script.tell)
        self._script.stop = creation.stop
        await creation.choose()
        existing = None if self._given.again else await creation.existing(self._folder)
        if existing is not None:
            self._print(existing_values(existing), existing_sentences(existing))
            if existing.undelivered:
                self._script.tell(f"{undelivered(existing.connection.client_id)}.")
            return EXISTS
        interrupted = None if self._given.again else await creation.unfinished()
        if interrupted is not None and not self._given.dry_run:
            await self._deliver(creation, await creation.go_on(interrupted))
            return 0
        plan = interrupted.state.plan if interrupted is not None else await creation.plan()
        if self._given.dry_run:
            self._print_plan(plan)
        else:
            await self._deliver(creation, await creation.create(plan))
        return 0

    def _print_plan(self, plan: Plan) -> None:
        from pipeops_tui.provisioning import planned_rows

        rows = planned_rows(plan, self._clock.now())
        self._print(plan_values(plan, rows), plan_sentences(plan, rows))

    async def _deliver(self, creation: ScriptedCreation, created: ScriptedSecret) -> None:
        from pipeops_tui.cli.scripted_creation import undelivered
        from pipeops_tui.plain.secret_command import DeliveryError

        try:
            await deliver(
                self._given,
                created.secret,
                values=created.values,
                sentences=created_sentences(created),
                mark=creation.mark_delivered,
                tell=self._script.tell,
                clock=self._clock,
            )
        except DeliveryError as error:
            raise ScriptError(f"{error}. Everything is created. {undelivered(created.client_id)}") from None
        except asyncio.CancelledError:
            self._script.tell(f"Everything is created. {undelivered(created.client_id)}.")
            raise

    def _print(self, values: dict[str, object], sentences: str) -> None:
        print_safely(json.dumps(values, indent=2) if self._given.output == "json" else plain_lines(sentences))
