"""What is printed when the interface has closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from pipeops_tui.provisioning.events import Leftover
from pipeops_tui.provisioning.receipt import Receipt
from pipeops_tui.receipt import receipt_text

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


def test_it_tells_the_four_public_values_what_was_created_and_how_to_undo() -> None:
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


def test_a_secret_that_nobody_has_is_said() -> None:
    assert "neither copied nor revealed" in receipt_text(replace(RECEIPT, delivered=False))
    assert "neither copied nor revealed" not in receipt_text(RECEIPT)


def test_nothing_created_is_nothing_printed() -> None:
    assert receipt_text(replace(RECEIPT, created=(), left=(), client_id="", expires=None)) == ""


def test_undone_is_one_sentence() -> None:
    undone = replace(RECEIPT, undone=True, created=(), left=(), client_id="", expires=None)
    assert receipt_text(undone) == "Undone: nothing of this run is left in Azure."


def test_what_stays_after_undo_is_told_with_what_removes_it() -> None:
    orphan = Leftover(
        "Contributor on PipeOpsRG for the service principal 9a51", "An Owner assigned it.", "az role assignment delete"
    )
    undone = replace(RECEIPT, undone=True, created=(), left=(orphan,), client_id="", expires=None)
    assert receipt_text(undone).splitlines() == [
        "Undone: nothing of this run is left in Azure but what stands here.",
        "",
        "Contributor on PipeOpsRG for the service principal 9a51 stays:",
        "  An Owner assigned it.",
        "  To remove it: az role assignment delete",
    ]
    assert receipt_text(undone, simulated=True) == "Undone: nothing of this run is left in Azure."


def test_an_unfinished_run_says_how_it_goes_on() -> None:
    assert "start pipeops-tui again to finish it" in receipt_text(replace(RECEIPT, unfinished=True))
    assert "without a journal" in receipt_text(replace(RECEIPT, unfinished=True, journaled=False))
    assert "start pipeops-tui again" not in receipt_text(replace(RECEIPT, journaled=False))


def test_a_demo_says_that_all_of_it_is_gone() -> None:
    assert "simulated Azure, and all of it is gone" in receipt_text(RECEIPT, simulated=True)


def test_the_line_of_the_owner_who_is_waited_for_is_told_where_it_still_means_anything() -> None:
    waiting = replace(RECEIPT, unfinished=True, owner_command="az role assignment create --role Contributor")
    assert "An Owner has to give the application its access" in receipt_text(waiting)
    assert "az role assignment create" in receipt_text(waiting)
    assert "az role assignment create" not in receipt_text(waiting, simulated=True)
