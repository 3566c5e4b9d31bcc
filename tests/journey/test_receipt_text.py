"""What is printed when the interface has closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from pipeops_tui.journey.receipt_text import receipt_text
from pipeops_tui.provisioning.events import Leftover
from pipeops_tui.provisioning.receipt import Receipt

RECEIPT = Receipt(
    run_id="5f0d6f0e-52b1-4b0a-9a51-c5a0b9a1f7d3",
    resource_group_name="PipeOpsRG",
    tenant_id="3f0d6f0e-52b1-4b0a-9a51-c5a0b9a1f7d3",
    client_id="b0f3c1de-7a55-4f0c-8f38-3f6f1c2a9e44",
    subscription_id="1b7e09cc-4a2e-4f2f-9d0a-6f6d1f0aa0c4",
    expires=datetime(2027, 5, 22, 9, 14, tzinfo=UTC),
    delivered=True,
    created=("Resource group PipeOpsRG in West Europe", "Application PipeOps"),
    left=(Leftover("Application PipeOps", command="az ad app delete --id b0f3c1de"),),
    undone=False,
    unfinished=False,
    journaled=True,
)


def test_it_shows_the_four_public_values_what_was_created_and_how_to_undo() -> None:
    text = receipt_text(RECEIPT)
    for part in (
        "Resource Group Name  PipeOpsRG",
        f"Tenant ID            {RECEIPT.tenant_id}",
        f"Client ID            {RECEIPT.client_id}",
        f"Subscription ID      {RECEIPT.subscription_id}",
        "console.pipeops.io",
        "expires 22 May 2027, 09:14 UTC.",
        "  Resource group PipeOpsRG in West Europe",
        "  az ad app delete --id b0f3c1de",
    ):
        assert part in text
    assert "Client Secret" not in text


def test_it_says_when_the_secret_was_neither_copied_nor_revealed() -> None:
    assert "neither copied nor revealed" in receipt_text(replace(RECEIPT, delivered=False))
    assert "neither copied nor revealed" not in receipt_text(RECEIPT)


def test_nothing_created_is_nothing_printed() -> None:
    assert receipt_text(replace(RECEIPT, created=(), left=(), client_id="", expires=None)) == ""


def test_undone_is_one_sentence() -> None:
    undone = replace(RECEIPT, undone=True, created=(), left=(), client_id="", expires=None)
    assert receipt_text(undone) == "Undone: nothing that was created is left in Azure."


def test_what_remains_after_undo_is_shown_with_what_removes_it() -> None:
    orphan = Leftover(
        "Contributor on PipeOpsRG for the service principal 9a51", "An Owner assigned it.", "az role assignment delete"
    )
    undone = replace(RECEIPT, undone=True, created=(), left=(orphan,), client_id="", expires=None)
    assert receipt_text(undone).splitlines() == [
        "Undone: nothing that was created is left in Azure, except this.",
        "",
        "Contributor on PipeOpsRG for the service principal 9a51 stays:",
        "  An Owner assigned it.",
        "  To remove it: az role assignment delete",
    ]
    assert receipt_text(undone, simulated=True) == "Undone: nothing that was created is left in Azure."


def test_an_unfinished_run_says_how_to_continue() -> None:
    assert "Start pipeops-tui again to continue" in receipt_text(replace(RECEIPT, unfinished=True))
    assert "Without a journal" in receipt_text(replace(RECEIPT, unfinished=True, journaled=False))
    assert "start pipeops-tui again" not in receipt_text(replace(RECEIPT, journaled=False))


def test_a_demo_says_that_everything_is_gone() -> None:
    text = receipt_text(RECEIPT, simulated=True)
    assert "simulated Azure: everything in it is gone" in text
    assert "Made up by the demo. PipeOps cannot use these values:" in text
    assert "Created in the simulated Azure:" in text
    assert "For PipeOps" not in text
    assert "ade up" not in receipt_text(RECEIPT)


def test_the_command_for_the_owner_is_shown_where_it_still_has_an_effect() -> None:
    command = "az role assignment create --role Contributor --scope /subscriptions/1"
    waiting = replace(RECEIPT, unfinished=True, owner_command=command)
    text = receipt_text(waiting)
    assert "An Owner has to give the application access" in text
    assert f"Resource groups → {RECEIPT.resource_group_name} → Access control (IAM) → Add → Add role assignment" in text
    assert f"  {command}\n  In Git Bash on Windows, write MSYS_NO_PATHCONV=1 and a blank before the command.\n" in text
    assert "az role assignment create" not in receipt_text(waiting, simulated=True)


def test_a_renewal_says_what_becomes_of_the_old_secret() -> None:
    now, later = datetime(2026, 11, 30, tzinfo=UTC), datetime(2027, 3, 3, tzinfo=UTC)
    renewed = replace(RECEIPT, renewed=True, kept_until=later)
    assert "The old client secret works until 3 March 2027" in receipt_text(renewed, now=now)
    assert "The old client secret expired 3 March 2027" in receipt_text(renewed, now=later)
    assert receipt_text(replace(renewed, kept_until=None, old_removed=True)).endswith(
        "The old client secret is removed."
    )
    assert "old client secret" not in receipt_text(replace(renewed, kept_until=None))
    by_hand = receipt_text(replace(renewed, kept_until=None, old_removed=True, made_by_hand=True))
    assert "pipeops-tui did not add the old client secret and has not removed it" in by_hand
    assert "is removed" not in by_hand
    assert f"az ad app credential delete --id {RECEIPT.client_id} --key-id" in by_hand
