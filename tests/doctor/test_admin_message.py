"""The message to an administrator who can correct what was found."""

from __future__ import annotations

from pipeops_tui.core.model import CheckOutcome
from pipeops_tui.core.secret import Secret
from pipeops_tui.doctor.admin_message import admin_message
from pipeops_tui.doctor.finding import Finding, FindingCode
from pipeops_tui.doctor.five_values import FiveValues

VALUES = FiveValues("rg", "the-tenant", "the-client", Secret("the-secret"), "the-subscription")


def test_it_says_what_is_wrong_what_to_do_and_about_what() -> None:
    finding = Finding(
        FindingCode.ROLE_MISSING,
        CheckOutcome.BLOCKED,
        "The role is missing",
        "The application has no role.",
        remedy="Give it Contributor.",
        command="az role assignment create",
    )
    message = admin_message(finding, VALUES)
    for words in ("The role is missing", "has no role", "Give it Contributor", "az role assignment create"):
        assert words in message
    for value in ("rg", "the-tenant", "the-client", "the-subscription"):
        assert value in message
    assert "the-secret" not in message


def test_it_leaves_out_what_is_not_known() -> None:
    finding = Finding(FindingCode.LOCKED, CheckOutcome.BLOCKED, "It is locked", "")
    message = admin_message(finding, FiveValues(group_name="rg"))
    assert message.endswith("Resource group: rg")
    assert "Tenant ID" not in message
    assert "Please help" not in message
