"""Asks the Azure CLI who is signed in, to which cloud, and for tokens. Imports no SDK."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from pipeops_tui.azure.addresses import same_place
from pipeops_tui.azure.json_values import Document, as_dict, as_text, text_at
from pipeops_tui.core.model import CloudEndpoints
from pipeops_tui.core.problem import redact

PROBE_SECONDS = 30
"""`az` can need this long for its first start (Windows, WSL)."""
_REST_SECONDS = 0.5
"""After the end of `az`, for what it printed last."""
_MOST_BYTES = 1 << 20
_LONGEST_QUOTE = 200
_MOST_BRACES = 200
"""Places in an output where JSON is looked for."""
_PERSONAL_ACCOUNT = "live.com#"
"""Stands before the name of a personal Microsoft account in tokens and in the Azure CLI."""


@dataclass(frozen=True, slots=True)
class CliSession:
    """What the probe found. `account` is empty when the session cannot be used; `reason` says why."""

    account: str = ""
    tenant_id: str = ""
    is_program: bool = False
    """Whether a service principal or a managed identity is signed in."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CliOutput:
    """How a command ended: `code` is None when it did not, and `reason` then says why."""

    text: str = ""
    errors: str = ""
    code: int | None = None
    reason: str = ""
    missing: bool = False
    """Whether there is no such program."""


async def probe(endpoints: CloudEndpoints) -> CliSession:
    """Whether the CLI's session can be used with `endpoints`: its cloud must be the same.

    Never raises; takes at most `PROBE_SECONDS` for each of two commands, and ends the process when cancelled.
    """
    account_output, cloud_output = await asyncio.gather(
        run_cli("account", "show"),
        run_cli("cloud", "show") if endpoints.discovered else _nothing(),
    )
    account = json_in(account_output.text)
    if account_output.code != 0 or not account:
        return CliSession(reason=_why_not(account_output))
    foreign = _foreign(endpoints, account, json_in(cloud_output.text))
    return CliSession(reason=foreign) if foreign else _session_in(account)


async def signed_in_as() -> CliSession:
    """The account that `az` would get a token for now; an empty one when it does not say. Never raises."""
    output = await run_cli("account", "show")
    account = json_in(output.text)
    return _session_in(account) if output.code == 0 and account else CliSession()


async def run_cli(*arguments: str) -> CliOutput:
    """Run `az` with `arguments`, for JSON. Never raises; ends the process when cancelled."""
    executable = find_cli()
    if executable is None:
        return CliOutput(reason="the Azure CLI (az) is not installed", missing=True)
    try:
        transport, printed = await asyncio.get_running_loop().subprocess_exec(
            _Printed,
            executable,
            *arguments,
            "--output",
            "json",
            "--only-show-errors",
            stdin=asyncio.subprocess.DEVNULL,
            cwd=_safe_folder(),
            env={**os.environ, "AZURE_CORE_NO_COLOR": "true"},
        )
    except (OSError, NotImplementedError):
        return CliOutput(reason="the Azure CLI (az) cannot be started")
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            await printed.ended.wait()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_REST_SECONDS):
                await printed.complete.wait()
    except TimeoutError:
        return CliOutput(reason=f"the Azure CLI did not answer within {PROBE_SECONDS} s")
    finally:
        transport.close()  # ends a process that still runs
    return CliOutput(printed.text(1), printed.text(2), transport.get_returncode())


class _Printed(asyncio.SubprocessProtocol):
    """What a process prints, in memory: it may be a token. A process that az leaves behind, such as its telemetry, can
    hold the pipes open long after az has ended, so the end of az is not the end of its output."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()
        self.complete = asyncio.Event()
        self._printed = {1: bytearray(), 2: bytearray()}

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Keep it, up to a cap."""
        printed = self._printed[fd]
        printed += data[: _MOST_BYTES - len(printed)]

    def process_exited(self) -> None:
        """The process has ended."""
        self.ended.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """It has ended, and the pipes are closed."""
        self.complete.set()

    def text(self, fd: int) -> str:
        """What was printed to 1 (standard output) or 2 (standard error)."""
        return self._printed[fd].decode(errors="replace")


def find_cli() -> str | None:
    """Path of `az`, as azure-identity looks for it."""
    if sys.platform == "win32":
        return shutil.which("az.cmd") or shutil.which("az")
    return shutil.which("az")


def json_in(text: str) -> Document:
    """The longest JSON object in an output; an empty one when there is none.

    Python and extensions of the Azure CLI print warnings before and behind it.
    """
    found = max(_objects(text), key=lambda one: one[1], default=({}, 0))
    return found[0]


def quoted(output: CliOutput) -> str:
    """What the CLI printed, errors first, on one line: for a person to read where it was not understood."""
    text = redact(" ".join((output.errors.strip() or output.text).split()))
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"


def plain_name(name: str) -> str:
    """A user principal name without the mark of a personal Microsoft account."""
    return name.removeprefix(_PERSONAL_ACCOUNT)


def _safe_folder() -> str:
    """A folder of the system's: on Windows programs are looked for in the current one first."""
    return os.environ.get("SYSTEMROOT", "C:\\") if sys.platform == "win32" else "/"


def _objects(text: str) -> Iterator[tuple[Document, int]]:
    """The JSON objects in a text that are in no other one, with their lengths."""
    decoder = json.JSONDecoder()
    start = text.find("{")
    for _ in range(_MOST_BRACES):
        if start < 0:
            return
        try:
            value, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            end = start + 1
        else:
            yield as_dict(value), end - start
        start = text.find("{", end)


def _session_in(account: Document) -> CliSession:
    """The answer of `az account show`. Managed identities have the type of service principals there."""
    user = account.get("user")
    return CliSession(
        account=plain_name(text_at(user, "name")) or "the account of az login",
        tenant_id=text_at(account, "tenantId"),
        is_program=text_at(user, "type") == "servicePrincipal",
    )


def _why_not(output: CliOutput) -> str:
    if output.reason:
        return output.reason
    if "az login" in output.errors or "az account set" in output.errors:
        return "the Azure CLI is not signed in: run az login"
    words = quoted(output)
    return f"the Azure CLI says: {words}" if words else "the Azure CLI said nothing about its account"


def _foreign(endpoints: CloudEndpoints, account: Document, cloud: Document) -> str:
    """Why the CLI's cloud is not ours; empty when it is."""
    if not endpoints.discovered:
        name = text_at(account, "environmentName")
        return "" if name == endpoints.name else f"the Azure CLI is signed in to {name or 'another cloud'}"
    known = as_dict(cloud.get("endpoints"))
    pairs = (
        (known.get("resourceManager"), endpoints.resource_manager),
        (known.get("activeDirectory"), endpoints.authority),
        (known.get("microsoftGraphResourceId"), endpoints.graph),
    )
    if all(same_place(as_text(theirs), ours) for theirs, ours in pairs):
        return ""
    return f"the Azure CLI's cloud ({cloud.get('name') or 'unknown'}) has other addresses than this one"


async def _nothing() -> CliOutput:
    return CliOutput()
