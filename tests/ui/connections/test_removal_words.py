"""What the dialog says before an application is removed that was made by hand."""

from __future__ import annotations

from uuid import UUID

import pytest

from pipeops_tui.connections.group_contents import GroupContents
from pipeops_tui.connections.removal_words import nothing_added, removal_words
from pipeops_tui.core.model import Resource
from pipeops_tui.core.wizard import Step
from pipeops_tui.provisioning import Run, adopted
from pipeops_tui.ui.dialogs.undo_dialog import UndoDialog
from tests.provisioning.bench import PLAN, MemoryJournal, new_ids
from tests.provisioning.test_renewal import Connection, as_azure_shows_it
from tests.ui.memory import at

SERVER = Resource("/x/1", "server", "Microsoft.Compute/virtualMachines")


async def adopting() -> Run:
    """A run that has taken over an application made by hand, and has added nothing to it."""
    connection = await Connection.lived()
    world = connection.world
    world.living[0].record.properties["tags"] = []
    application, run_id = as_azure_shows_it(connection), str(UUID(int=77, version=4))
    entries = adopted(run_id, world.resource_manager, PLAN, application, world.clock.now())
    return Run.take_over(entries, world, world.clock, new_ids("adopting"), MemoryJournal())


async def test_it_warns_of_what_is_in_the_group_and_lists_the_commands_for_the_rest() -> None:
    run = await adopting()
    contents = GroupContents(PLAN.group_name, (SERVER,))
    words = removal_words(run, contents, run.state.begun)
    assert f"{PLAN.group_name} contains 1 resource." in words.sentence
    assert words.lists_rest
    title, sentences, commands = nothing_added(run, contents)
    assert title == f"pipeops-tui added nothing to {PLAN.application_name}"
    assert f"{PLAN.group_name} contains 1 resource." in sentences[0]
    client_id = run.state.client_id
    assert commands.splitlines() == [
        f"az role assignment delete --assignee {client_id} --role Contributor --scope {PLAN.group_scope}",
        f"az ad app delete --id {client_id}",
    ]


async def test_contents_that_could_not_be_read_are_said() -> None:
    run = await adopting()
    assert "could not be read" in removal_words(run, None, run.state.begun).sentence
    assert "could not be read" in nothing_added(run, None)[1][0]


@pytest.mark.parametrize("size", [(100, 34), (120, 36)])
async def test_the_commands_for_the_rest_and_the_keys_are_seen_at_the_end(size: tuple[int, int]) -> None:
    run = await adopting()
    await run.begin_renewal("PipeOps secret", 180)
    await run.execute()
    await run.mark_delivered()
    copied: list[str] = []
    async with at(Step.SIGN_IN, size=size) as stage:
        words = removal_words(run, GroupContents(PLAN.group_name), run.state.begun)
        stage.app.push_screen(
            UndoDialog(run, stage.clock.monotonic, lambda text, name: copied.append(text), words=words)
        )
        await stage.sees("The application was made by hand")
        await stage.presses(*PLAN.application_name, "enter")
        await stage.sees(
            "What pipeops-tui added is removed",
            "az role assignment delete --assignee",
            f"az ad app delete --id {run.state.client_id}",
            "esc Close +c Copy commands",
            passing=5,
        )
        await stage.presses("c")
    assert copied == [nothing_added(run, None)[2]]
