"""Texts from Azure on which a terminal acts do nothing anywhere, and people can read what they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeops_tui.simulator import SimulatorConfig, start_simulator
from pipeops_tui.simulator.wire import Json
from tests.journeys.hostile_journey import forged, travel
from tests.support.hostile import HOSTILE, Field, endless, hostile
from tests.support.terminal import WITH_DEFAULTS

_EVERYTHING = len(WITH_DEFAULTS) + 1
_FREE = frozenset(
    {
        "displayName",
        "defaultDomain",
        "description",
        "hint",
        "userPrincipalName",
        "geography",
        "quotaId",
        "publisherDomain",
        "createdBy",
        "updatedBy",
        "costCenter",
        "environment",
        "managedBy",
    }
)
"""Texts without which the journey goes on as well."""


def _is_free(field: Field) -> bool:
    operation, path = field
    if operation == "listLocations" and path.endswith("isplayName"):
        return False  # providers name the regions that they offer something in by this
    name = path.rpartition(".")[2].removesuffix("[*]")
    return name in _FREE or path.endswith("verifiedDomains[*].name") or path.startswith("header ")


@pytest.mark.parametrize("change", [hostile, endless])
def test_names_of_all_kinds_do_nothing_to_the_terminal(change: Callable[[str], str]) -> None:
    forger, written = forged(_is_free, change)
    assert len(forger.changed) >= 15
    written.check()
    assert written.steps == _EVERYTHING, written.screens[-1]
    assert any("<U+001B>]52;c;cHduZWQ=<U+0007>" in screen for screen in written.screens)
    assert b"quit]q[/]" in written.terminal, "markup is text"
    assert "x-ms-request-id" not in written.log
    assert "request=<U+009B>7777b<U+202E>" in written.log


_ARM: Json = {
    "error": {
        "code": f"Bad{HOSTILE}",
        "message": f"Refused {HOSTILE}\r\n{HOSTILE}",
        "details": [{"code": HOSTILE, "message": HOSTILE}],
    }
}
_ENTRA: Json = {
    "error": "invalid_grant",
    "error_description": f"AADSTS99999: {HOSTILE}\r\nTrace ID: {HOSTILE}",
    "error_codes": [99999],
    "correlation_id": HOSTILE,
    "trace_id": HOSTILE,
}
_LOCK: Json = {
    "error": {
        "code": "ScopeLocked",
        "message": f"… following scope(s) are locked: '/subscriptions/a/resourceGroups/$(id){HOSTILE}/providers/a/b'. ",
    }
}


@pytest.mark.parametrize(
    ("operation", "status", "body", "shown"),
    [
        ("requestDeviceCode", 400, _ENTRA, True),
        ("redeemDeviceCode", 400, _ENTRA, True),
        ("redeemRefreshToken", 400, _ENTRA, False),
        ("listSubscriptions", 403, _ARM, False),
        ("listLocations", 400, _ARM, True),
        ("putResourceGroup", 403, _ARM, True),
        ("putRoleAssignment", 409, _LOCK, True),
        ("addPassword", 400, _ARM, True),
    ],
)
def test_a_refusal_with_such_a_text_is_read_and_does_nothing(
    operation: str, status: int, body: Json, shown: bool, tmp_path: Path
) -> None:
    with start_simulator(SimulatorConfig(auto_approve_device_codes=True)) as azure:
        answer: dict[str, Json] = {
            "status": status,
            "body": body,
            "headers": {"x-ms-request-id": "\x9b7777b", "request-id": "\x9b"},
        }
        azure.add_fault(f"{operation}@*:answer", answer)
        written = travel(azure, tmp_path)
    written.check()
    assert written.steps < _EVERYTHING
    assert b"<U+001B>" in written.terminal or not shown
