"""Looks at the Azure CLI's session from outside: who is signed in, and to which cloud. Imports no SDK."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from pipeops_tui.azure_cloud.clouds import same_address
from pipeops_tui.model import CloudEndpoints

PROBE_SECONDS = 30
"""`az` may need this long on a cold start (Windows, WSL)."""


@dataclass(frozen=True, slots=True)
class CliSession:
    """What the probe found. `account` is empty when the session cannot be used; `reason` says why."""

    account: str = ""
    tenant_id: str = ""
    is_service_principal: bool = False
    reason: str = ""


async def probe(endpoints: CloudEndpoints) -> CliSession:
    """Whether the CLI's session may be used against `endpoints`: its cloud must be the very same.

    Never raises; takes at most `PROBE_SECONDS` for each of two commands, and ends the process when cancelled.
    """
    executable = find_cli()
    if executable is None:
        return CliSession(reason="the Azure CLI (az) is not installed")
    account_text, cloud_text = await asyncio.gather(
        _run(executable, "account", "show"),
        _run(executable, "cloud", "show") if endpoints.discovered else _nothing(),
    )
    account = _mapping(account_text)
    if not account:
        return CliSession(reason=account_text.reason or "the Azure CLI is not signed in: run az login")
    foreign = _foreign(endpoints, account, _mapping(cloud_text))
    if foreign:
        return CliSession(reason=foreign)
    user = _user(account)
    return CliSession(
        account=user.get("name") or "the account of az login",
        tenant_id=str(account.get("tenantId") or ""),
        is_service_principal=user.get("type") == "servicePrincipal",
    )


async def signed_in_as() -> str:
    """The name of whoever `az` would get a token for now; empty when it does not say. Never raises."""
    executable = find_cli()
    shown = _mapping(await _run(executable, "account", "show")) if executable else {}
    return _user(shown).get("name") or ""


def find_cli() -> str | None:
    """Path of `az`, as azure-identity looks for it."""
    if sys.platform == "win32":
        return shutil.which("az.cmd") or shutil.which("az")
    return shutil.which("az")


@dataclass(frozen=True, slots=True)
class _Output:
    text: str = ""
    reason: str = ""


def _foreign(endpoints: CloudEndpoints, account: Mapping[str, object], cloud: Mapping[str, object]) -> str:
    """Why the CLI's cloud is not ours; empty when it is."""
    if not endpoints.discovered:
        name = str(account.get("environmentName") or "")
        return "" if name == endpoints.name else f"the Azure CLI is signed in to {name or 'another cloud'}"
    addresses = cloud.get("endpoints")
    known = addresses if isinstance(addresses, dict) else {}
    pairs = (
        (known.get("resourceManager"), endpoints.resource_manager),
        (known.get("activeDirectory"), endpoints.authority),
        (known.get("microsoftGraphResourceId"), endpoints.graph),
    )
    if all(isinstance(theirs, str) and same_address(theirs, ours) for theirs, ours in pairs):
        return ""
    return f"the Azure CLI's cloud ({cloud.get('name') or 'unknown'}) has other addresses than this one"


async def _run(executable: str, *arguments: str) -> _Output:
    try:
        process = await asyncio.create_subprocess_exec(
            executable,
            *arguments,
            "--output",
            "json",
            "--only-show-errors",
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "AZURE_CORE_NO_COLOR": "true"},
        )
    except (OSError, NotImplementedError):
        return _Output(reason="the Azure CLI (az) cannot be started")
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            output, _ = await process.communicate()
    except TimeoutError:
        return _Output(reason=f"the Azure CLI did not answer within {PROBE_SECONDS} s")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return _Output(output.decode(errors="replace") if process.returncode == 0 else "")


async def _nothing() -> _Output:
    return _Output()


def _mapping(output: _Output) -> Mapping[str, object]:
    try:
        document = json.loads(output.text or "null")
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _user(account: Mapping[str, object]) -> Mapping[str, str]:
    """The texts that `az account show` says about the user."""
    user = account.get("user")
    return {key: text for key, text in user.items() if isinstance(text, str)} if isinstance(user, dict) else {}
