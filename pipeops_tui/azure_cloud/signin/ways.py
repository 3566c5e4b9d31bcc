"""The rows of the Sign in screen: four ways, each with what speaks for or against it here. Imports no SDK."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pipeops_tui.azure_cloud.signin.azure_cli import CliSession
from pipeops_tui.azure_cloud.signin.surroundings import Machine, environment_principal, no_browser
from pipeops_tui.model import CloudEndpoints, SignInMethod, SignInWay


def this_machine(environ: Mapping[str, str]) -> Machine:
    """The facts about the machine this runs on."""
    return Machine(
        platform=sys.platform,
        environ=environ,
        which=shutil.which,
        kernel=platform.release(),
        in_container=Path("/.dockerenv").exists() or Path("/run/.containerenv").exists(),
    )


def sign_in_ways(
    endpoints: CloudEndpoints | None, machine: Machine, session: CliSession | None
) -> tuple[SignInWay, ...]:
    """All four ways, the best available one recommended once all is known. `endpoints` is None while the cloud is being
    looked for, `session` while the Azure CLI is being asked."""
    ways = (_azure_cli(session), _browser(machine), _device_code(), _environment(machine.environ, endpoints))
    best = None if session is None else next((way.method for way in ways if way.available), None)
    return tuple(replace(way, recommended=way.method is best) for way in ways)


def _azure_cli(session: CliSession | None) -> SignInWay:
    title = "Azure CLI"
    if session is None:
        return SignInWay(SignInMethod.AZURE_CLI, title, "looking for a session of az login …", available=False)
    if session.reason:
        return SignInWay(SignInMethod.AZURE_CLI, title, f"not offered: {session.reason}", available=False)
    return SignInWay(SignInMethod.AZURE_CLI, title, f"continue as {session.account}", available=True)


def _browser(machine: Machine) -> SignInWay:
    reason = no_browser(machine)
    detail = f"not offered: {reason}" if reason else "opens the sign-in page in your browser"
    return SignInWay(SignInMethod.BROWSER, "Browser", detail, available=not reason)


def _device_code() -> SignInWay:
    detail = "enter a code on any device that has a browser"
    return SignInWay(SignInMethod.DEVICE_CODE, "Device code", detail, available=True)


def _environment(environ: Mapping[str, str], endpoints: CloudEndpoints | None) -> SignInWay:
    title = "Environment"
    if endpoints is None:
        return SignInWay(SignInMethod.ENVIRONMENT, title, "looking which cloud this is …", available=False)
    client_id, reason = environment_principal(environ, endpoints)
    detail = f"not offered: {reason}" if reason else f"service principal {client_id}"
    return SignInWay(SignInMethod.ENVIRONMENT, title, detail, available=not reason)
