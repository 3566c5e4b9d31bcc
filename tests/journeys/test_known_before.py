"""What cannot succeed is said before anything is created; what might be refused leaves nothing when it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pipeops_tui.core.wizard import Step
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from pipeops_tui.ui.widgets.tags_line import TagsLine
from tests.journeys.holdings import Holdings, writes
from tests.support.person import Person, person_at

_SIZE = (120, 40)


@contextmanager
def world(scenario: str) -> Iterator[RunningSimulator]:
    """A simulated Azure of one scenario."""
    with start_simulator(SimulatorConfig(scenario=scenario, auto_approve_device_codes=True)) as running:
        yield running


async def reaches(person: Person, step: Step) -> None:
    """Accept every default until `step` is there, and its checks are done."""
    await person.walks_to(step)
    await person.settles()


@pytest.mark.parametrize(
    ("scenario", "step", "said", "who"),
    [
        ("guest", Step.TENANT, "you are a guest here", "Privileged Role Administrator"),
        ("apps-restricted", Step.TENANT, "not allowed in this tenant", "Privileged Role Administrator"),
        (
            "secrets-forbidden",
            Step.TENANT,
            "the tenant does not allow client secrets",
            "Cloud Application Administrator",
        ),
        ("quota-full", Step.TENANT, "you own 250 applications", "Cloud Application Administrator"),
        ("assignment-limit", Step.ACCESS, "4000 of 4000", "Owner or User Access Administrator"),
    ],
)
async def test_it_is_said_before_create_and_enter_does_not_pass(scenario: str, step: Step, said: str, who: str) -> None:
    with world(scenario) as azure:
        async with person_at(azure, size=_SIZE) as person:
            await reaches(person, Step.RESOURCE_GROUP)
            await person.sees(f"! {step.value}")
            await reaches(person, step)
            await person.sees("✗ blocked", said, who, f"! {step.value}", "m Copy message")
            await person.presses("enter", "enter")
            await person.settles()
            assert person.app.journey.wizard.step is step
        assert writes(azure) == []


@pytest.mark.parametrize(
    ("scenario", "step", "refusal", "sent"),
    [
        ("guest", Step.TENANT, "No permission to register", ["updateApplication", "createApplication"]),
        ("apps-restricted", Step.TENANT, "No permission to register", ["updateApplication", "createApplication"]),
        ("quota-full", Step.TENANT, "You own too many applications", ["updateApplication"]),
        (
            "secrets-forbidden",
            Step.TENANT,
            "does not allow client secrets",
            ["updateApplication", "addPassword", "deleteApplication", "purgeDeletedItem"],
        ),
        ("policy-requires-tag", Step.ACCESS, "policy", ["putResourceGroup"]),
    ],
)
async def test_trying_anyway_leaves_nothing_when_it_is_refused(
    scenario: str, step: Step, refusal: str, sent: list[str]
) -> None:
    with world(scenario) as azure:
        before = Holdings.of(azure)
        async with person_at(azure, size=_SIZE) as person:
            if step is Step.ACCESS:
                await without_tags(person)
            await reaches(person, step)
            await person.presses("t")
            await person.sees("Trying anyway: it is created first. If Azure refuses, nothing is left behind")
            await creates(person)
            await person.sees("✗", refusal, "Nothing that was created", "Try again", "Back")
            await person.settles()
            assert Holdings.of(azure) == before
            assert writes(azure) == sent
            await person.presses("escape")
            await person.sees("Give PipeOps access")


async def creates(person: Person) -> None:
    """Walk on to the review, which tells of the order, and say yes."""
    await reaches(person, Step.CREATE)
    await person.sees("Azure can refuse")
    await person.presses("enter")
    await person.sees("Create now", "Azure can refuse")
    await person.presses("enter")


async def without_tags(person: Person) -> None:
    """Take out what a policy asks for, which the screen has put there."""
    await reaches(person, Step.RESOURCE_GROUP)
    await person.sees("costCenter")
    person.app.screen.query_one(TagsLine).entry.focus()
    await person.presses("ctrl+u")
    await person.sees("a policy of your organization requires costCenter")


async def test_what_a_doubtful_access_needs_is_removed_again() -> None:
    with world("rbac-admin-conditioned") as azure:
        before = Holdings.of(azure)
        async with person_at(azure, size=_SIZE) as person:
            await reaches(person, Step.RESOURCE_GROUP)
            await person.presses("ctrl+u")
            await person.types("empty-rg")
            await person.sees("exists")
            await reaches(person, Step.ACCESS)
            await person.sees("✗ blocked", "condition", "! Access")
            await person.presses("t")
            await creates(person)
            await person.sees("✗", "Nothing that was")
            assert Holdings.of(azure) == before
        made = ["updateApplication", "updateServicePrincipal", "putRoleAssignment"]
        assert writes(azure) == [*made, "deleteApplication", "purgeDeletedItem"]


async def test_a_locked_group_is_said_before_it_is_used() -> None:
    with world("locked-group") as azure:
        async with person_at(azure, size=_SIZE) as person:
            await reaches(person, Step.RESOURCE_GROUP)
            await person.presses("ctrl+u")
            await person.types("frozen-rg")
            await person.sees("locked by audit-freeze")
            await reaches(person, Step.ACCESS)
            screen = await person.sees("✗ blocked", "audit-freeze", "Owner or User Access Administrator")
            assert "Try anyway" not in screen
            await person.presses("enter", "t", "enter")
            await person.settles()
            assert person.app.journey.wizard.step is Step.ACCESS
        assert writes(azure) == []


@pytest.mark.parametrize(
    ("scenario", "said", "who", "asked"),
    [
        (
            "lighthouse",
            "another organization's",
            "An Owner of the subscription in tenant",
            "pipeops-tui --tenant",
        ),
        ("disabled-subscription", "disabled: billing stopped it", "billing owner", "Please reactivate it"),
    ],
)
async def test_a_subscription_that_cannot_be_used_says_why_and_who_can_help_and_cannot_be_picked(
    scenario: str, said: str, who: str, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world(scenario) as azure:
        unusable = str(azure.state()["subscriptions"][0]["subscriptionId"])
        async with person_at(azure, size=_SIZE) as person:
            copied: list[str] = []
            monkeypatch.setattr(person.app, "copy", lambda text, name: copied.append(text))
            await reaches(person, Step.SUBSCRIPTION)
            await person.types(unusable)
            await person.sees(said, "1 of")
            await person.presses("enter")
            await person.sees(who, "m Copy message")
            await person.presses("m", "escape")
            assert asked in copied[0]
            assert unusable in copied[0]
            await person.sees(rf"! .*{said}")
            assert person.app.journey.wizard.step is Step.SUBSCRIPTION
            assert person.app.journey.choices.subscription is None
        assert writes(azure) == []


async def test_checks_that_are_refused_are_unknown_and_stop_nobody() -> None:
    with world("checks-refused") as azure:
        before = Holdings.of(azure)
        async with person_at(azure, size=_SIZE) as person:
            await reaches(person, Step.RESOURCE_GROUP)
            await person.sees(r"\? unknown whether it has Kubernetes")
            await reaches(person, Step.TENANT)
            screen = await person.sees("Applications you own")
            assert screen.count("? unknown") == 3
            await reaches(person, Step.APPLICATION)
            await person.sees(r"\? could not be checked: no permission to read it")
            await reaches(person, Step.ACCESS)
            screen = await person.sees("Number of role assignments")
            assert screen.count("? unknown") == 7
            assert "✗" not in screen
            await person.accepts_everything()
        new = Holdings.of(azure).new_since(before)
        assert {kind: len(items) for kind, items in new.items()} == {
            "resource_groups": 1,
            "applications": 1,
            "service_principals": 1,
            "role_assignments": 1,
        }
