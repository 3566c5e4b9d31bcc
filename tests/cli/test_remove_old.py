"""`pipeops-tui renew --yes --remove-old`: what it removes, and what stays."""

from __future__ import annotations

from typing import Any

from tests.cli.renewal_stage import Stage
from tests.connections.journals import client_id

SOMEWHERE = client_id(1)


def test_the_old_one_is_removed_by_a_later_call(stage: Stage) -> None:
    stage.remember()
    values = stage.renewed("--secret-to", "cat")
    assert stage.renewed("--remove-old", values["kept"])["removed"] == stage.old
    assert stage.key_ids() == [values["key_id"]]
    assert [secret.live_key for secret in stage.state.secrets] == [values["key_id"]]
    assert not stage.state.unfinished
    assert stage.renew("--remove-old", values["kept"]) == 0
    assert "was removed before" in stage.out


def test_another_computer_can_remove_the_old_one_and_only_that(stage: Stage) -> None:
    """The new one expires before the old one does, and there is a third."""
    first, second = stage.renewed("--secret-to", "cat"), stage.renewed("--secret-to", "cat")
    for journal in stage.journals.iterdir():
        journal.unlink()
    assert stage.renew("--remove-old", stage.old) == 0, stage.err
    assert stage.key_ids() == [first["key_id"], second["key_id"]]
    assert stage.renew("--remove-old", first["key_id"]) == 0, stage.err
    assert stage.key_ids() == [second["key_id"]]


def test_one_that_another_computer_has_added_can_be_removed(stage: Stage) -> None:
    """The journal of this computer does not know it."""
    elsewhere = stage.renewed("--secret-to", "cat")
    for journal in stage.journals.iterdir():
        journal.unlink()
    stage.remember()
    newest = stage.renewed("--secret-to", "cat")
    assert newest["kept"] == elsewhere["key_id"]
    assert stage.renew("--remove-old", elsewhere["key_id"]) == 0, stage.err
    assert stage.key_ids() == [stage.old, newest["key_id"]]


def test_on_another_computer_all_that_stay_are_named(stage: Stage) -> None:
    """What a job of a CI system has added and not delivered looks like a secret in use to the next job, on a computer
    without its journal."""
    assert stage.renew("--secret-to", "false") == 1
    lost = stage.key_ids()[-1]
    assert f"From another computer, remove it: az ad app credential delete --id {stage.client_id} --key-id {lost}." in (
        stage.err
    )
    next(stage.journals.glob("*.journal")).unlink()
    assert stage.renew("--secret-to", "cat") == 0, stage.err
    new = stage.key_ids()[-1]
    assert stage.key_ids() == [stage.old, lost, new]
    assert "2 older client secrets stay. When PipeOps works with the new one, remove them:" in stage.out
    assert stage.out.splitlines()[-2:] == [
        f"  pipeops-tui renew {stage.client_id} --yes --remove-old {key_id}" for key_id in (stage.old, lost)
    ]
    values = stage.renewed("--secret-to", "cat")
    assert (values["kept"], values["also_kept"]) == (new, [stage.old, lost])
    for key_id in (lost, stage.old, new):
        assert stage.renew("--remove-old", key_id) == 0, stage.err
    assert stage.key_ids() == [values["key_id"]]


def test_the_newest_is_never_removed(stage: Stage) -> None:
    values = stage.renewed("--secret-to", "cat")
    for journal in (True, False):
        assert stage.renew("--remove-old", values["key_id"]) == 1
        assert "There is no newer client secret that works" in stage.err
        if journal:
            next(stage.journals.glob("*.journal")).unlink()
    assert stage.key_ids() == [stage.old, values["key_id"]]


def test_the_one_in_use_stays_while_the_new_one_is_not_delivered(stage: Stage) -> None:
    stage.remember()
    assert stage.renew("--secret-to", "false") == 1
    assert stage.renew("--remove-old", stage.old) == 1
    assert "There is no newer client secret that works" in stage.err
    assert stage.old in stage.key_ids()


def test_a_secret_of_someone_else_is_not_removed(stage: Stage) -> None:
    foreign = "3f0d6f0e-52b1-4b0a-9a51-c5a0b9a1f7d3"

    client_id = stage.client_id

    def give_another_id(azure: Any) -> None:
        applications = azure.world.directory.applications.values()
        application = next(one for one in applications if one.app_id == client_id)
        application.passwords[0].key_id = foreign

    stage.azure.call(give_another_id)
    values = stage.renewed("--secret-to", "cat")
    assert (values["kept"], values["also_kept"]) == (foreign, [])
    assert stage.renew("--remove-old", foreign) == 1
    assert "was not added by pipeops-tui, so it is not removed" in stage.err
    assert stage.renew("--remove-old", SOMEWHERE) == 1
    assert f"has no client secret with the key ID {SOMEWHERE}" in stage.err
    assert stage.key_ids() == [foreign, values["key_id"]]
    assert stage.renew("--secret-to", "cat") == 0, stage.err
    assert f"The client secret {foreign} (begins with " in stage.out
    assert f"remove it: az ad app credential delete --id {stage.client_id} --key-id {foreign}\n" in stage.out
    assert f"--remove-old {values['key_id']}\n" in stage.out
