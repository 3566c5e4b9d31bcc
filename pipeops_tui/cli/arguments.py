"""The command line of the journey, to `Settings`."""

from __future__ import annotations

import argparse
import errno
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from pipeops_tui import __version__
from pipeops_tui.core import names
from pipeops_tui.core.option_values import CLOUDS, WITHOUT_ASKING, SignInMethod
from pipeops_tui.core.plain_text import plain
from pipeops_tui.core.private_files import open_log
from pipeops_tui.plain.standard_output import are_terminals

if TYPE_CHECKING:
    from pipeops_tui.core.settings import Settings

USAGE_ERROR = 2
AUTO = "auto"
_PLAN_OPTIONS = ("subscription", "resource_group", "location", "app_name", "expires_in")
_DESCRIPTION = """\
Everything PipeOps needs to deploy into your Azure subscription, from one terminal:
Resource Group Name, Tenant ID, Client ID, Client Secret, Subscription ID."""
_EXAMPLE_URL = "https://management.azure.com"
_EPILOG = """\
Values given here prefill their screens; everything can still be changed, and nothing is
created in Azure before you confirm it on the screen Create.

  pipeops-tui create       the same from a script, without a screen
  pipeops-tui list         connections made before, and when their client secrets expire
  pipeops-tui renew        a new client secret for one of them, also from a script
  pipeops-tui remove       remove one of them from Azure
  pipeops-tui remind       a calendar file that reminds you of the expiry
  pipeops-tui doctor       find out why PipeOps refuses five values
  pipeops-tui completion   words for the completion of your shell
  pipeops-tui --demo       try it on a simulated Azure, without an account
  pipeops-tui simulate     serve that simulated Azure to other clients"""


class SentenceParser(argparse.ArgumentParser):
    """Ends a usage error with one sentence on stderr and exit code 2, without the usage block."""

    def __init__(self, prog: str, description: str, epilog: str = "") -> None:
        super().__init__(
            prog=prog,
            description=description,
            epilog=epilog or None,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    def error(self, message: str) -> NoReturn:
        sentence = plain(re.sub(r"^argument ([^:]+): ", r"\1: ", message)).rstrip(".")
        self.exit(USAGE_ERROR, f"{self.prog}: {sentence}. Try '{self.prog} --help'.\n")


def guid(text: str) -> str:
    """A GUID, lower-cased."""
    if not names.is_guid(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a GUID like 1b7e09cc-4a2e-4f2f-9d0a-6f6d1f0aa0c4")
    return text.lower()


def group_name(text: str) -> str:
    """A resource group name that Azure would accept."""
    if error := names.group_name_error(text):
        raise argparse.ArgumentTypeError(error)
    return text


def app_name(text: str) -> str:
    """An application display name."""
    if error := names.application_name_error(text):
        raise argparse.ArgumentTypeError(error)
    return text.strip()


def days(text: str) -> int:
    """A client secret's lifetime in days, 1 to 730."""
    if error := names.secret_days_error(text):
        raise argparse.ArgumentTypeError(error)
    return int(text)


def location(text: str) -> str:
    """A region's name or display name; its screen says whether it exists."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ]{0,63}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a region name like westeurope")
    return text


def https_url(text: str) -> str:
    """An https URL without path, query or trailing slash, as Resource Manager endpoints are written."""
    from pipeops_tui.azure.addresses import BadAddressError, read_address

    try:
        address = read_address(text)
    except BadAddressError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not an address like {_EXAMPLE_URL}. {error}") from None
    if not text.lower().startswith("https://") or address.path:
        raise argparse.ArgumentTypeError(f"{text!r} is not an address like {_EXAMPLE_URL}")
    return address.url


def ca_file(text: str) -> Path:
    """A readable PEM file with at least one certificate."""
    path = Path(text).expanduser()
    try:
        if path.is_fifo() or path.is_char_device():  # reading it could wait for ever
            raise OSError(errno.EPERM, "it is not a regular file")
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"cannot read {text!r}: {_reason(error)}") from None
    if b"-----BEGIN CERTIFICATE-----" not in content:
        raise argparse.ArgumentTypeError(f"{text!r} holds no PEM certificate")
    return path.resolve()


def log_file(text: str) -> Path:
    """A file that only its owner can read and that can be appended to; it is created if it is not there."""
    path = Path(text).expanduser().absolute()
    try:
        os.close(open_log(path))
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"cannot write {text!r}: {_reason(error)}") from None
    return path


def _reason(error: Exception) -> str:
    """Why a file cannot be used; `ValueError` is Python's word for a name with a null character."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def settings_from(argv: Sequence[str]) -> Settings:
    """Parse `argv`. Raises `SystemExit` with code 2 after one sentence on stderr, or 0 for --help and --version."""
    parser = journey_parser()
    given = parser.parse_args(argv)
    check_demo(parser, given)
    # Not before help and version were answered: dataclasses take a quarter of the time that these do.
    from pipeops_tui.core.settings import Settings

    return Settings(**sign_in_values(given), **plan_values_from(given), plain=given.plain)


def plan_values_from(given: argparse.Namespace) -> dict[str, Any]:
    """What `add_plan_options` has parsed, as the fields of `Settings`."""
    return {name: getattr(given, name) for name in _PLAN_OPTIONS}


def sign_in_values(given: argparse.Namespace) -> dict[str, Any]:
    """What `add_sign_in_options` has parsed, as the fields of `Settings`."""
    return {
        "demo": given.demo,
        "faults": tuple(given.fault),
        "auth": None if given.auth == AUTO else SignInMethod(given.auth),
        "client_id": given.client_id,
        "tenant": given.tenant,
        "cloud": given.cloud,
        "resource_manager": given.resource_manager,
        "ca_file": given.ca_file,
        "log_file": given.log_file,
    }


def journey_parser() -> SentenceParser:
    """What the command itself takes, without a word behind it."""
    parser = SentenceParser("pipeops-tui", _DESCRIPTION, _EPILOG)
    add = parser.add_argument
    add_sign_in_options(parser, "happy")
    add_plan_options(parser)
    add_plain_option(parser)
    add("--version", action="version", version=f"%(prog)s {__version__}")
    return parser


def add_plain_option(parser: SentenceParser) -> None:
    """Let `parser` take the wish for lines instead of a screen."""
    parser.add_argument(
        "--plain", action="store_true", help="ask line by line, without a screen (also with TERM=dumb, ACCESSIBLE=1)"
    )


def add_plan_options(parser: SentenceParser) -> None:
    """Let `parser` take what is to be created."""
    add = parser.add_argument
    add("--subscription", type=guid, metavar="ID", help="subscription to use")
    add("--resource-group", type=group_name, metavar="NAME", help="resource group, existing or new")
    add("--location", type=location, metavar="NAME", help="region of a new resource group")
    add("--app-name", type=app_name, metavar="NAME", help="name of the application (default: PipeOps)")
    add("--expires-in", type=days, metavar="DAYS", help="lifetime of the client secret, 1-730 (default: 180)")


def add_sign_in_options(parser: SentenceParser, scenario: str) -> None:
    """Let `parser` take what says how and where to sign in, and the demo, whose default is `scenario`."""
    add = parser.add_argument
    add(
        "--demo",
        nargs="?",
        const=scenario,
        metavar="SCENARIO",
        help=f"run on the simulated Azure (default: {scenario})",
    )
    add(
        "--auth",
        choices=[AUTO, *(way.value for way in SignInMethod)],
        default=AUTO,
        metavar="WAY",
        help=f"how to sign in: {', '.join([AUTO, *SignInMethod])}",
    )
    add(
        "--client-id",
        type=guid,
        metavar="ID",
        help="public client to sign in with, where Azure CLI's is disabled; or the managed identity to use",
    )
    add(
        "--tenant",
        type=guid,
        metavar="ID",
        help="tenant to sign in to (your organization's Microsoft Entra directory)",
    )
    cloud = parser.add_mutually_exclusive_group()
    cloud.add_argument("--cloud", choices=CLOUDS, metavar="CLOUD", help=f"one of {', '.join(CLOUDS)}")
    cloud.add_argument("--resource-manager", type=https_url, metavar="URL", help="Resource Manager of a private cloud")
    add("--ca-file", type=ca_file, metavar="PEM", help="trust this certificate authority too")
    add("--fault", action="append", default=[], metavar="FAULT", help="with --demo: OPERATION[@N|@*|@pP]:KIND[=ARG]")
    add("--log-file", type=log_file, metavar="FILE", help="write one line for each request, never a secret")


def check_quiet_sign_in(parser: SentenceParser, given: argparse.Namespace, why: str) -> None:
    """End with a sentence where `--auth` names a way to sign in that asks what cannot be asked here. A device code is
    shown on a terminal. `why` is the option by which nothing is asked."""
    if given.demo is not None or given.auth in (AUTO, *WITHOUT_ASKING):
        return
    if given.auth != SignInMethod.DEVICE_CODE:
        ways = f"{', '.join(WITHOUT_ASKING)} or {SignInMethod.DEVICE_CODE}"
        parser.error(f"{why} signs in without a question, so --auth must be {ways}")
    if not are_terminals(sys.stderr):
        parser.error(
            f"--auth device-code shows a code on standard error, which must be a terminal. Without one, use "
            f"{', '.join(WITHOUT_ASKING[:-1])} or {WITHOUT_ASKING[-1]}"
        )


def check_demo(parser: SentenceParser, given: argparse.Namespace) -> None:
    """What only makes sense together with --demo, or only without it."""
    if given.demo is None:
        if given.fault:
            parser.error("--fault goes with --demo or simulate")
        return
    for option in ("cloud", "resource_manager", "ca_file"):
        if getattr(given, option):
            parser.error(f"--demo brings its own cloud, so --{option.replace('_', '-')} cannot go with it")
    check_world(parser, given.demo, given.fault)


def check_world(parser: SentenceParser, scenario: str, faults: Sequence[str]) -> None:
    """End with a sentence when the simulated Azure knows no such scenario or fault."""
    from pipeops_tui.simulator import parse_fault, scenario_names

    known = scenario_names()
    if scenario not in known:
        parser.error(f"there is no scenario {scenario!r}; known are {', '.join(known)}")
    for fault in faults:
        try:
            parse_fault(fault)
        except ValueError as error:
            parser.error(f"--fault: {error}")
