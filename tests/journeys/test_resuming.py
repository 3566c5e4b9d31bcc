"""Nothing lost: what an earlier start has left is offered, and ends as exactly one of everything, or as nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from azure.identity import ClientSecretCredential

from pipeops_tui.core.model import SignInMethod
from pipeops_tui.core.settings import Settings
from pipeops_tui.core.wizard import Step
from pipeops_tui.provisioning.journal.journal_store import JournalStore
from pipeops_tui.simulator import RunningSimulator
from pipeops_tui.ui.widgets.problem_card import ProblemCard
from tests.journeys.earlier import Machine, offered, signs_in, undoes
from tests.journeys.holdings import Holdings, writes
from tests.journeys.test_happy_path import assert_exactly_one_of_everything, values_on
from tests.support.person import PROVED, Person


@pytest.fixture
def machine(azure: RunningSimulator, tmp_path: Path) -> Machine:
    """A computer on which nothing has happened yet."""
    return Machine(azure, tmp_path / "state")


@pytest.mark.parametrize("operation", ["updateApplication", "addPassword"])
async def test_an_interrupted_run_is_offered_and_continued_to_one_of_everything(
    machine: Machine, operation: str
) -> None:
    before = Holdings.of(machine.azure)
    person = await machine.is_interrupted(operation)
    assert person.app.exit_code == 1
    assert "Start pipeops-tui again to continue or to undo" in person.app.receipt
    async with machine.starts(size=(120, 36)) as person:
        screen = await offered(person)
        assert "A connection was not finished" in screen
        assert re.search(r"▌ PipeOps +PipeOpsRG +Pay-As-You-Go +\d of 5 changes made +● not finished", screen)
        assert re.search(r"PipeOpsRG in Pay-As-You-Go .*\n.*Contoso · started .* UTC · \d of 5 changes made", screen)
        await person.presses("enter")
        await signs_in(person)
        await person.sees("Client Secret", PROVED)
        assert_exactly_one_of_everything(Holdings.of(machine.azure).new_since(before), group="PipeOpsRG")
        await person.presses("r")
        shown = await person.waits_until(
            lambda screen: "●" not in values_on(screen).get("Client Secret", "●"), "the secret"
        )
        assert_signs_in(machine.azure, values_on(shown))
    async with machine.starts() as person:
        await person.sees("✓ Ready", "l Connections")
        assert "not finished" not in person.screen


@pytest.mark.parametrize("operation", ["putResourceGroup", "putRoleAssignment"])
async def test_an_interrupted_run_is_undone_to_nothing(machine: Machine, operation: str) -> None:
    before = Holdings.of(machine.azure)
    await machine.is_interrupted(operation)
    async with machine.starts() as person:
        await offered(person)
        await person.presses("u")
        await signs_in(person)
        await undoes(person)
        await person.presses("escape")
        await person.sees("✓ (Undone|Nothing that was created is left)")
        await knows_nothing(person)
    assert person.app.receipt == "Undone: nothing that was created is left in Azure."
    assert Holdings.of(machine.azure) == before


async def test_a_secret_that_nobody_got_is_made_anew(machine: Machine) -> None:
    before = Holdings.of(machine.azure)
    async with machine.starts() as person:
        await person.accepts_everything()
        first = Holdings.of(machine.azure).new_since(before)["applications"][0]["passwordCredentials"][0]["keyId"]
        await person.presses("ctrl+q")
        await person.sees("create a new one after the next start")
    assert not person.app.journey.delivered
    async with machine.starts() as person:
        assert "client secret never copied" in await offered(person)
        await person.presses("enter")
        await signs_in(person)
        await person.sees("Client Secret", PROVED)
    new = Holdings.of(machine.azure).new_since(before)
    assert_exactly_one_of_everything(new, group="PipeOpsRG")
    assert new["applications"][0]["passwordCredentials"][0]["keyId"] != first


async def test_forgetting_lists_what_stays_and_how_to_remove_it(machine: Machine) -> None:
    await machine.is_interrupted("putRoleAssignment")
    held, written = Holdings.of(machine.azure), writes(machine.azure)
    async with machine.starts(size=(120, 40)) as person:
        await offered(person)
        await person.presses("f")
        screen = await person.sees("Forget this connection", "Role assignment on PipeOpsRG")
        assert "Application PipeOps (client id" in screen
        assert "az ad app delete --id" in screen
        assert "az group delete" in screen
        await person.presses("enter")  # the focus rests on keeping it
        await person.waits_until(lambda screen: "Forget this connection" not in screen, "the list")
        await person.presses("f")
        await person.sees("Forget this connection")
        await person.presses("tab", "enter")
        await person.sees("✓ Forgotten: PipeOpsRG in Pay-As-You-Go")
    async with machine.starts() as person:
        await person.sees("✓ Ready")
        await knows_nothing(person)
    assert (Holdings.of(machine.azure), writes(machine.azure)) == (held, written)


async def test_the_earlier_steps_show_what_the_run_chose(machine: Machine) -> None:
    await machine.is_interrupted("putRoleAssignment")
    async with machine.starts() as person:
        await offered(person)
        machine.azure.add_fault("addPassword:delay=300")
        await person.presses("enter")
        await signs_in(person)
        await person.sees("Continuing what you started", "Already created")
        for line, (name, value) in enumerate(
            (
                ("subscription", "Pay-As-You-Go"),
                ("resource group", "PipeOpsRG"),
                ("tenant", "Contoso"),
                ("application", "180 days"),
                ("access", "Contributor"),
            ),
            start=1,
        ):
            await person.pilot.click("#rail", offset=(2, line))
            await person.sees(f"The {name}", f"  {value}", "Back to Create")
        await person.presses("enter")
        await person.sees("Continuing what you started")


async def test_several_runs_are_a_list(machine: Machine) -> None:
    before = Holdings.of(machine.azure)
    for name in ("Shop", "Lab"):
        await machine.is_interrupted("putRoleAssignment", replace(machine.settings, resource_group=name))
    async with machine.starts() as person:
        screen = await offered(person)
        assert "2 connections were not finished" in screen
        assert re.search(r"▌ PipeOps +Lab +Pay-As-You-Go .*\n.*  PipeOps +Shop +Pay-As-You-Go", screen)
        await person.presses("down", "u")
        await person.sees("To undo Shop")
        await signs_in(person)
        await person.sees("Undo what was created", "delete Shop")
        await person.types("PipeOps")
        await person.presses("enter")
        await person.sees("Nothing that was created is left")
        await person.presses("escape")
        await person.sees("✓ (Undone|Nothing that was created is left)")
        await person.presses("e")
        await person.sees("A connection was not finished", "Lab")
        await person.presses("enter")
        await person.sees("Client Secret", PROVED)
    assert_exactly_one_of_everything(Holdings.of(machine.azure).new_since(before), group="Lab")


async def test_a_wrong_account_is_said_and_loses_nothing(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    before = Holdings.of(machine.azure)
    elsewhere = next(s for s in machine.azure.state()["subscriptions"] if s["displayName"].startswith("Fabrikam"))
    chosen = Settings(resource_manager=machine.azure.base_url, subscription=elsewhere["subscriptionId"])
    await machine.is_interrupted("putRoleAssignment", chosen)
    announced = machine.azure.announcement
    owner = announced["owner"]
    assert isinstance(owner, dict)
    monkeypatch.setenv("AZURE_TENANT_ID", str(announced["tenant_id"]))
    monkeypatch.setenv("AZURE_CLIENT_ID", owner["client_id"])
    monkeypatch.setenv("AZURE_CLIENT_SECRET", owner["client_secret"])
    monkeypatch.setenv("AZURE_AUTHORITY_HOST", str(announced["authority"]))
    service = Settings(resource_manager=machine.azure.base_url, auth=SignInMethod.ENVIRONMENT)
    async with machine.starts(service) as person:
        await offered(person)
        await person.presses("enter")
        await signs_in(person)
        screen = await person.sees("This account cannot see that subscription", "Use another account")
        assert owner["client_id"] in screen
        assert "Nothing is lost" in screen
        await person.presses("enter")
        await person.sees("account of Fabrikam that can manage it")
        await person.presses("up")
        await person.sees("▌ Device code")
        await person.presses("enter")
        await person.sees("Client Secret", PROVED)
    assert_exactly_one_of_everything(Holdings.of(machine.azure).new_since(before), group="PipeOpsRG")


async def test_a_new_sign_in_on_the_way_to_the_run_takes_it_up_again(machine: Machine) -> None:
    before = Holdings.of(machine.azure)
    await machine.is_interrupted("addPassword")
    async with machine.starts() as person:
        await offered(person)
        await person.presses("enter")
        machine.azure.add_fault("listTenants:401-claims")
        await signs_in(person)
        await person.sees("Sign in again", "Use another account", "Decide later")
        await person.presses("enter")
        await person.sees("Client Secret", PROVED)
    assert_exactly_one_of_everything(Holdings.of(machine.azure).new_since(before), group="PipeOpsRG")


async def test_escape_leaves_it_for_later(machine: Machine) -> None:
    await machine.is_interrupted("addPassword")
    async with machine.starts() as person:
        await offered(person)
        await person.presses("escape")
        await person.waits_until(lambda screen: "not finished" not in screen, "the start screen")
        await person.presses("e")
        await offered(person)
        await person.presses("enter")
        await person.sees("To finish PipeOpsRG")
        await person.presses("escape")
        await person.sees("Use an account that can create resources", "stays in the list")
        await person.presses("enter")
        await person.sees("Choose the subscription to bill")
        await person.presses("escape")
        await person.sees("Choose how to sign in")
        await person.presses("e")
        await person.sees("A connection was not finished")
        await person.presses("enter")
        await person.sees("Client Secret", PROVED)


async def test_a_finished_run_can_be_undone_from_the_start(machine: Machine) -> None:
    before = Holdings.of(machine.azure)
    person = await machine.finishes()
    assert "To undo, start pipeops-tui again, or run:" in person.app.receipt
    assert "not finished" not in person.app.receipt
    async with machine.starts() as person:
        await person.sees("✓ Ready", "l Connections")
        await person.presses("e")
        await person.sees("Connections", r"▌ PipeOps +PipeOpsRG .* in 1(79|80) days +– not checked")
        await person.presses("enter")
        await person.sees("Client secrets", "x Remove")
        await person.presses("x")
        await signs_in(person)
        await undoes(person)
    held = Holdings.of(machine.azure)
    deleted = held.items.pop("deleted_applications")
    assert [one["displayName"] for one in deleted.values()] == ["PipeOps"]  # can be restored for 30 days
    assert not before.items.pop("deleted_applications")
    assert held == before


async def test_a_run_that_is_open_elsewhere_is_shown_and_not_offered(machine: Machine) -> None:
    await machine.is_interrupted("addPassword")
    store = JournalStore(machine.state_dir, machine.clock)
    _, journal = await store.reopen((await store.survey(machine.azure.base_url)).unfinished[0])
    async with machine.starts() as person:
        await person.sees("✓ Ready", "! Another pipeops-tui is working on PipeOpsRG in Pay-As-You-Go")
        await person.presses("e")
        screen = await person.sees("open in another pipeops-tui")
        assert "Continue" not in screen
        await person.presses("enter")
        await person.pilot.pause()
        assert "open in another pipeops-tui" in person.screen
    journal.close()
    async with machine.starts() as person:
        await offered(person)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"shopping list\n", "was set aside .* it was not written by\\s+pipeops-tui"),
        (b'{"kind": "begun", "format": "pipeops-tui run", "version": 1}\nnonsense\n', "was set aside .* line 1 cannot"),
        (b'{"kind": "begun", "format": "pipeops-tui run", "version": 9}\n', "was not changed: .* another version"),
        (b"\x00\xff" * 1000 + b"\n", "was set aside"),
    ],
    ids=["foreign", "corrupt", "future", "binary"],
)
async def test_a_journal_that_cannot_be_used_is_said_and_stops_nobody(
    machine: Machine, text: bytes, sentence: str
) -> None:
    machine.state_dir.mkdir()
    (machine.state_dir / "x.journal").write_bytes(text)
    async with machine.starts(size=(120, 36)) as person:
        screen = await person.sees("✓ Ready", "! The journal x.journal")
        assert re.search(sentence, " ".join(screen.split()))
        await person.walks_to(Step.SUBSCRIPTION)


async def test_no_journal_is_said_before_anything_is_written_and_can_be_done_without(machine: Machine) -> None:
    before = Holdings.of(machine.azure)
    machine.state_dir.write_text("in the way")
    async with machine.starts() as person:
        await person.walks_to(Step.CREATE)
        await person.presses("enter")
        await person.sees("The journal cannot be written", "Continue without a journal")
        problem = person.app.screen.query_one(ProblemCard).problem
        assert problem is not None
        assert str(machine.state_dir) in problem.what
        assert Holdings.of(machine.azure) == before
        await person.presses("enter")  # try again
        await person.sees("The journal cannot be written", "Try again")
        await person.presses("tab", "enter")
        await person.sees("Create now", "Without a journal")
        await person.presses("enter")
        await person.sees("Client Secret", PROVED)
        await person.presses("a")
        await person.waits_until(lambda _: person.app.journey.delivered, "the copy")
    assert_exactly_one_of_everything(Holdings.of(machine.azure).new_since(before), group="PipeOpsRG")
    assert "To undo, run:" in person.app.receipt


async def test_room_made_meanwhile_is_enough(machine: Machine) -> None:
    machine.state_dir.write_text("in the way")
    async with machine.starts() as person:
        await person.walks_to(Step.CREATE)
        await person.presses("enter")
        await person.sees("The journal cannot be written")
        machine.state_dir.unlink()
        await person.presses("enter")
        screen = await person.sees("Create now")
        assert "Without a journal" not in screen
    assert [path.name for path in machine.state_dir.iterdir()] == []


async def test_an_undo_that_was_interrupted_is_not_continued_by_a_slip_of_the_finger(machine: Machine) -> None:
    before = Holdings.of(machine.azure)
    await machine.is_interrupted("addPassword")
    async with machine.starts() as person:
        await offered(person)
        machine.azure.add_fault("deleteApplication@*:503-html")
        await person.presses("u")
        await signs_in(person)
        await person.sees("Undo what was created")
        await person.types("PipeOps")
        await person.presses("enter")
        await person.waits_until(lambda _: any(r["fault"] for r in machine.azure.requests()), "a failure")
        await person.presses("ctrl+q")
        await person.sees("Quit before everything is created", "The next start offers")
        await person.presses("tab", "enter")
        await person.waits_until(lambda _: not person.app.is_running, "the end")
    assert "Not everything is created" in person.app.receipt
    machine.azure.clear_faults()
    async with machine.starts() as person:
        assert "partly undone" in await offered(person)
        await person.presses("enter")
        await person.sees("partly undone")
        await person.presses("u")
        await signs_in(person)
        await undoes(person)
    assert Holdings.of(machine.azure) == before


async def test_a_continued_run_can_still_be_undone_and_begun_anew(machine: Machine) -> None:
    before = Holdings.of(machine.azure)
    await machine.is_interrupted("putRoleAssignment")
    async with machine.starts() as person:
        await offered(person)
        machine.azure.add_fault("putRoleAssignment@*:503-html")
        await person.presses("enter")
        await signs_in(person)
        await person.sees("Continuing what you started", "retrying")
        await person.presses("escape")
        await person.sees("Stop creating")
        await person.presses("tab", "enter")
        await person.sees("Stopped", "Undo…")
        machine.azure.clear_faults()
        await person.presses("tab", "enter")
        await undoes(person)
        assert Holdings.of(machine.azure) == before
        await person.presses("escape")
        await person.sees("This is everything|5 changes in Contoso", "Undone")
        await person.presses("escape")
        await person.sees("Give PipeOps access")
        await person.accepts_everything()
    assert_exactly_one_of_everything(Holdings.of(machine.azure).new_since(before), group="PipeOpsRG")


async def knows_nothing(person: Person) -> None:
    """The list has no row."""
    await person.presses("l")
    await person.sees("This computer knows no connection|No connection was found")


def assert_signs_in(azure: RunningSimulator, values: dict[str, str]) -> None:
    """The five values work."""
    credential = ClientSecretCredential(
        values["Tenant ID"],
        values["Client ID"],
        values["Client Secret"],
        authority=azure.base_url,
        disable_instance_discovery=True,
        connection_verify=str(azure.ca_file),
    )
    assert credential.get_token("https://management.azure.com/.default").token
