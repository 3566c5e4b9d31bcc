"""`pipeops-tui doctor` without a screen: five values in, the reason out. Loads no Textual, and an SDK only to ask."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from pipeops_tui.cli.arguments import (
    SentenceParser,
    add_plain_option,
    add_sign_in_options,
    check_demo,
    sign_in_values,
)
from pipeops_tui.core.option_values import WITHOUT_ASKING, SignInMethod
from pipeops_tui.plain.standard_output import are_terminals, tell

if TYPE_CHECKING:
    from pipeops_tui.core.ports import Connector
    from pipeops_tui.core.settings import Settings
    from pipeops_tui.doctor.finding import Diagnosis
    from pipeops_tui.doctor.five_values import FiveValues, Pasted

DEFAULT_SCENARIO: Final = "six-months-later"
_NOT_PRINTED: Final = 1
_INTERRUPTED: Final = 130
_STANDARD_INPUT: Final = "-"
_PROGRAM: Final = "pipeops-tui doctor"
_DESCRIPTION = """\
Find out why PipeOps refuses five values: what is wrong, how it is known, what to do.
The client secret is sent to the sign-in of its tenant and nowhere else, and is not printed."""
_EPILOG = """\
exit codes:
  0    the five values work from here
  1    the findings cannot be printed
  2    the command line or the input cannot be used
  4    the five values do not work
  5    it could not be decided
  130  interrupted

The input holds the values in any form: the labels of PipeOps' form, .env, JSON, YAML, a table.
--from-env reads AZURE_RESOURCE_GROUP, AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET
and AZURE_SUBSCRIPTION_ID. Addresses in the input are never used.
With --auth azure-cli, environment, managed-identity or, on a terminal, device-code, your own
account is asked too: which client secret it is, whose ID it is, where the role is, what Azure
has refused to PipeOps.

what is found (the codes of --output json):
  values-missing          one of the five is missing
  values-swapped          values are in each other's places, or the same
  secret-is-its-id        the Client Secret is the secret's ID, not its value
  secret-malformed        the Client Secret was not copied as it is
  tenant-unknown          there is no such tenant, or not in this cloud
  client-is-object-id     the Client ID is an object ID
  client-unknown          the tenant has no such application
  client-disabled         the application is disabled
  secret-expired          the client secret has expired
  secret-wrong            it is not a client secret of the application
  sign-in-refused         Microsoft Entra refused the sign-in for another reason
  subscription-unknown    there is no such subscription
  subscription-elsewhere  the subscription belongs to another tenant
  subscription-disabled   the subscription is disabled or deleted
  group-name-differs      the resource group has another name
  group-missing           there is no such resource group
  role-elsewhere          the role Contributor is on another group or in another subscription
  role-missing            the application does not have the role
  locked                  a lock forbids changes
  policy                  a policy of the organization refuses something
  provider-missing        resource providers are not registered
  room                    the quota is used up, or the region or the size is not open
  server-failed           Azure has refused something else to PipeOps
  works                   the five values work from here
Each has the outcome ok, warning, blocked or unknown (it could not be checked).

  pipeops-tui doctor --input values.txt
  az ad sp create-for-rbac ... | pipeops-tui doctor --input - --output json"""


def diagnose(argv: Sequence[str]) -> int:
    """Parse `argv`, examine the values, print what was found, and return the exit code."""
    parser = doctor_parser()
    given = parser.parse_args(argv)
    check_demo(parser, given)
    if given.input is not None and given.from_env:
        parser.error("--input and --from-env cannot go together")
    if given.plain and (given.input is not None or given.from_env):
        parser.error("--plain asks for the five values, so --input and --from-env cannot go with it")
    if given.input is None and not given.from_env:
        return _on_screen(parser, given)
    from pipeops_tui.core.secret import forbid_core_dumps
    from pipeops_tui.core.settings import Settings

    forbid_core_dumps()
    pasted = _read(parser, given)
    settings = Settings(**sign_in_values(given))
    diagnosis = _examine(settings, pasted, is_text=given.output == "text", is_from_env=given.from_env)
    return _print(diagnosis, is_json=given.output == "json")


def _on_screen(parser: SentenceParser, given: argparse.Namespace) -> int:
    """Open the interface at doctor, or ask for the values line by line."""
    if not (given.plain or are_terminals(sys.stdin, sys.stdout, sys.stderr)):
        parser.error("without a terminal, say where the five values are: --input FILE, --input - or --from-env")
    if given.output != "text":
        parser.error("--output json goes with --input or --from-env")
    from pipeops_tui.cli.plain_mode import converse
    from pipeops_tui.core.settings import Settings

    return converse(Settings(**sign_in_values(given), doctor=True, plain=given.plain))


def doctor_parser() -> SentenceParser:
    """What the command takes."""
    parser = SentenceParser(_PROGRAM, _DESCRIPTION, _EPILOG)
    add = parser.add_argument
    add("--input", metavar="FILE", help="file with the five values; - is standard input, at most 1 MiB")
    add("--from-env", action="store_true", help="read the five values from the environment")
    add("--output", choices=["text", "json"], default="text", metavar="FORMAT", help="text or json (default: text)")
    add_plain_option(parser)
    add_sign_in_options(parser, DEFAULT_SCENARIO)
    return parser


def _read(parser: SentenceParser, given: argparse.Namespace) -> Pasted:
    """The values from where they are; ends with a sentence where there is no reading them."""
    from pipeops_tui.doctor.paste_cleaning import TOO_LONG
    from pipeops_tui.doctor.pasted import read_bytes, read_environment

    if given.from_env:
        return read_environment(os.environ)
    try:
        pasted = read_bytes(_content(parser, given.input))
    except (OSError, ValueError, RuntimeError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
        parser.error(f"--input: cannot read {given.input!r}: {reason}")
    if pasted.unreadable == TOO_LONG:
        parser.error(f"--input: {pasted.unreadable}")
    return pasted


def _content(parser: SentenceParser, name: str) -> bytes:
    if name != _STANDARD_INPUT:
        with Path(name).expanduser().open("rb") as file:
            return _most_of(file)
    if sys.stdin is None:
        parser.error("--input - needs standard input, which is closed")
    if sys.stdin.isatty():
        parser.error("--input - reads from a file or a pipe: on a terminal the client secret would be shown")
    return _most_of(sys.stdin.buffer)


def _most_of(file: BinaryIO) -> bytes:
    """One byte more than is allowed, so that it is known whether there is more."""
    from pipeops_tui.doctor.paste_cleaning import MOST_BYTES

    return file.read(MOST_BYTES + 1)


def _examine(settings: Settings, pasted: Pasted, *, is_text: bool, is_from_env: bool) -> Diagnosis:
    """`is_text`: what was read is told before anything is sent."""
    from pipeops_tui.core.process import or_interrupted
    from pipeops_tui.doctor.examining import without_azure
    from pipeops_tui.plain.finding_lines import taken_lines
    from pipeops_tui.plain.standard_output import tell

    if is_text:
        for line in taken_lines(pasted):
            tell(line)
    values = pasted.values
    if not (values.tenant_id or values.client_id or values.subscription_id):
        return without_azure(values)
    is_own = _asks_account(settings, values, is_from_env=is_from_env)
    return asyncio.run(or_interrupted(_ask(settings, values, is_own=is_own), _INTERRUPTED))


def _asks_account(settings: Settings, values: FiveValues, *, is_from_env: bool) -> bool:
    """Whether the account that --auth names is asked too: one that asks nothing, and is not the application itself."""
    if settings.auth is SignInMethod.DEVICE_CODE and settings.demo is None:
        return are_terminals(sys.stderr)
    if settings.auth not in WITHOUT_ASKING:
        return False
    if settings.auth is not SignInMethod.ENVIRONMENT or settings.demo is not None:
        return True
    named = os.environ.get("AZURE_CLIENT_ID", "").strip().casefold()
    if is_from_env or named == values.client_id.casefold():
        tell(f"{_PROGRAM}: --auth environment is the application under examination, so your account is not asked.")
        return False
    return True


async def _ask(settings: Settings, values: FiveValues, *, is_own: bool) -> Diagnosis:
    from pipeops_tui.cli.launch import azure_connector
    from pipeops_tui.cli.state_folder import state_folder
    from pipeops_tui.core.problem import CloudError
    from pipeops_tui.doctor.examining import examine, without_azure

    with state_folder(settings) as folder:
        connector = azure_connector(settings, folder)
        try:
            endpoints = await connector.prepare()
            diagnosis = await examine(await connector.examiner(), values, endpoints.name, lambda _change: None)
            return await _closer(connector, settings, diagnosis) if is_own else diagnosis
        except CloudError as error:
            return without_azure(values, error)
        finally:
            await connector.close()


async def _closer(connector: Connector, settings: Settings, diagnosis: Diagnosis) -> Diagnosis:
    """What the person's own account knows more. Where it cannot be asked, that is said, and nothing is lost."""
    from pipeops_tui.cli.quiet_sign_in import SignInWouldAskError, code_shower, quiet_method
    from pipeops_tui.core.clock import SystemClock
    from pipeops_tui.core.problem import CloudError
    from pipeops_tui.doctor.own_account import look_closer, needs_account

    if not needs_account(diagnosis):
        return diagnosis
    try:
        is_demo = settings.demo is not None  # which approves a device code by itself, and has no az
        method = SignInMethod.DEVICE_CODE if is_demo else await quiet_method(connector, settings)
        shower = code_shower(settings, lambda line: tell(f"{_PROGRAM}: {line}"))
        session = await connector.sign_in(method, shower)
        seen = [one async for page in session.subscriptions() for one in page.subscriptions]
    except SignInWouldAskError as error:
        tell(f"{_PROGRAM}: {error}. Your account was not asked.")
    except CloudError as error:
        tell(f"{_PROGRAM}: {error.problem.title}. Your account was not asked.")
    else:
        return await look_closer(session, seen, diagnosis, SystemClock().now(), lambda _change: None)
    return diagnosis


def _print(diagnosis: Diagnosis, *, is_json: bool) -> int:
    from pipeops_tui.plain.finding_lines import findings_as_json, findings_as_text
    from pipeops_tui.plain.standard_output import print_safely

    if not print_safely(findings_as_json(diagnosis) if is_json else findings_as_text(diagnosis)):
        return _NOT_PRINTED
    return diagnosis.verdict.exit_code
