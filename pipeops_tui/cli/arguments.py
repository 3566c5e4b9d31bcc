"""The command line of the journey, to `Settings`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeops_tui import __version__
from pipeops_tui.cli import parser as types
from pipeops_tui.sign_in_method import SignInMethod

if TYPE_CHECKING:
    from pipeops_tui.settings import Settings

CLOUDS = ("AzureCloud", "AzureUSGovernment", "AzureChinaCloud")
AUTO = "auto"

_DESCRIPTION = """\
Everything PipeOps needs to deploy into your Azure subscription, from one terminal:
Resource Group Name, Tenant ID, Client ID, Client Secret, Subscription ID."""

_EPILOG = """\
Values given here prefill their screens; everything can still be changed, and nothing is
written before you confirm the last screen.

  pipeops-tui --demo       try it on a simulated Azure, without an account
  pipeops-tui simulate     serve that simulated Azure to other clients"""


def settings_from(argv: Sequence[str]) -> Settings:
    """Parse `argv`. Raises `SystemExit` with code 2 after one sentence on stderr, or 0 for --help and --version."""
    parser = _parser()
    given = parser.parse_args(argv)
    _check_demo(parser, given)
    # Not before help and version were answered: dataclasses take a quarter of the time that these do.
    from pipeops_tui.settings import Settings

    return Settings(
        demo=given.demo,
        faults=tuple(given.fault),
        auth=None if given.auth == AUTO else SignInMethod(given.auth),
        client_id=given.client_id,
        tenant=given.tenant,
        subscription=given.subscription,
        resource_group=given.resource_group,
        location=given.location,
        app_name=given.app_name,
        expires_in=given.expires_in,
        cloud=given.cloud,
        resource_manager=given.resource_manager,
        ca_file=given.ca_file,
        log_file=given.log_file,
    )


def _parser() -> types.SentenceParser:
    parser = types.SentenceParser("pipeops-tui", _DESCRIPTION, _EPILOG)
    add = parser.add_argument
    add("--demo", nargs="?", const="happy", metavar="SCENARIO", help="run on the simulated Azure (default: happy)")
    add(
        "--auth",
        choices=[AUTO, *(way.value for way in SignInMethod)],
        default=AUTO,
        metavar="WAY",
        help=f"how to sign in: {', '.join([AUTO, *SignInMethod])}",
    )
    add(
        "--client-id",
        type=types.guid,
        metavar="ID",
        help="public client to sign in with, where Azure CLI's is disabled",
    )
    add("--tenant", type=types.guid, metavar="ID", help="directory to sign in to")
    add("--subscription", type=types.guid, metavar="ID", help="subscription to preselect")
    add("--resource-group", type=types.group_name, metavar="NAME", help="resource group, existing or new")
    add("--location", type=types.location, metavar="NAME", help="region of a new resource group")
    add("--app-name", type=types.app_name, metavar="NAME", help="name of the application (default: PipeOps)")
    add("--expires-in", type=types.days, metavar="DAYS", help="lifetime of the client secret, 1-730 (default: 180)")
    cloud = parser.add_mutually_exclusive_group()
    cloud.add_argument("--cloud", choices=CLOUDS, metavar="CLOUD", help=f"one of {', '.join(CLOUDS)}")
    cloud.add_argument(
        "--resource-manager", type=types.https_url, metavar="URL", help="Resource Manager of a private cloud"
    )
    add("--ca-file", type=types.ca_file, metavar="PEM", help="trust this certificate authority too")
    add("--fault", action="append", default=[], metavar="FAULT", help="with --demo: OPERATION[@N|@*|@pP]:KIND[=ARG]")
    add("--log-file", type=types.writable_file, metavar="FILE", help="write one line a request, never a secret")
    add("--version", action="version", version=f"%(prog)s {__version__}")
    return parser


def _check_demo(parser: types.SentenceParser, given: argparse.Namespace) -> None:
    """What only makes sense together with --demo, or only without it."""
    if given.demo is None:
        if given.fault:
            parser.error("--fault goes with --demo or simulate")
        return
    for option in ("cloud", "resource_manager", "ca_file"):
        if getattr(given, option):
            parser.error(f"--demo brings its own cloud, so --{option.replace('_', '-')} cannot go with it")
    check_world(parser, given.demo, given.fault)


def check_world(parser: types.SentenceParser, scenario: str, faults: Sequence[str]) -> None:
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
