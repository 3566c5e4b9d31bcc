"""The screen of doctor: what is pasted, typed and found, and that the client secret is never drawn."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest
from textual.events import Paste

from pipeops_tui.core.settings import Settings
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from pipeops_tui.ui.doctor.doctor_screen import DoctorScreen
from pipeops_tui.ui.doctor.hidden_entry import OpenEntry
from tests.support.person import Person, person_at

GROUP = "empty-rg"


@dataclass(frozen=True)
class Values:
    """Five values that work: those of the simulated Azure's Owner."""

    group: str
    tenant: str
    client: str
    secret: str
    subscription: str

    @property
    def text(self) -> str:
        return (
            f"Resource Group Name: {self.group}\nTenant ID: {self.tenant}\nClient ID: {self.client}\n"
            f'Client Secret: "{self.secret}"\nSubscription ID: {self.subscription}\n'
        )


@pytest.fixture(scope="module")
def azure() -> Iterator[RunningSimulator]:
    config = SimulatorConfig(scenario="six-months-later", auto_approve_device_codes=True)
    with start_simulator(config) as running:
        yield running


@pytest.fixture
def values(azure: RunningSimulator) -> Values:
    told = azure.announcement
    owner: dict[str, str] = told["owner"]  # type: ignore[assignment]
    return Values(
        GROUP, str(told["tenant_id"]), owner["client_id"], owner["client_secret"], str(told["subscription_id"])
    )


@asynccontextmanager
async def at_doctor(azure: RunningSimulator, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Person]:
    settings = Settings(doctor=True, resource_manager=azure.base_url)
    async with person_at(azure, size=size, settings=settings) as person:
        await person.sees("Why does PipeOps say no", "Waiting for the five values")
        yield person


async def pastes(person: Person, text: str) -> None:
    person.app.post_message(Paste(text))
    await person.pilot.pause()


def asked_about(azure: RunningSimulator, values: Values) -> int:
    """How many requests there were about the tenant or the subscription."""
    ids = (values.tenant, values.subscription)
    return sum(any(one in str(request["path"]) for one in ids) for request in azure.requests())


async def test_what_was_taken_is_shown_before_anything_is_sent_and_works(
    azure: RunningSimulator, values: Values
) -> None:
    async with at_doctor(azure) as person:
        before = asked_about(azure, values)
        await pastes(person, values.text)
        screen = await person.sees(
            f"Resource Group Name +{GROUP}",
            f"Tenant ID +{values.tenant}",
            f"Client ID +{values.client}",
            r"Client Secret +●+ \(40 characters\)",
            f"Subscription ID +{values.subscription}",
            "Quotes around values were taken off",
            "All five are there",
        )
        assert values.secret not in screen
        assert asked_about(azure, values) == before
        await person.presses("enter")  # the focus is on Examine
        screen = await person.sees(r"✓ These five work from here\.")
        assert "from here. If" not in screen, "the status is one line, of which nothing is cut"
        assert asked_about(azure, values) > before
        assert values.secret not in person.picture()
        await person.presses("ctrl+q")
    assert person.app.exit_code == 0


async def test_a_wrong_name_is_put_right_with_one_key(azure: RunningSimulator, values: Values) -> None:
    async with at_doctor(azure) as person:
        await pastes(person, replace(values, group="empty-r").text)
        await person.sees("All five are there")
        await person.presses("enter")
        await person.sees(f"✗ The resource group is called {GROUP}", "Use the right one", "✗ Not yet")
        await person.presses("enter")
        await person.sees(f"Resource Group Name +{GROUP}", "✓ These five work from here")


async def test_a_second_paste_adds_what_is_missing(azure: RunningSimulator, values: Values) -> None:
    async with at_doctor(azure) as person:
        lines = values.text.splitlines(keepends=True)
        await pastes(person, "".join(lines[:3]))
        await person.sees("Not given: Client Secret, Subscription ID")
        await pastes(person, "".join(lines[3:]))
        await person.sees("All five are there", f"Tenant ID +{values.tenant}")


async def test_the_secret_is_typed_without_being_drawn(azure: RunningSimulator, values: Values) -> None:
    async with at_doctor(azure) as person:
        await person.presses("down", "down", "down", "enter")
        await person.sees("Azure shows it once")
        await person.presses(*"xabcn", "backspace")
        screen = await person.sees("4 characters")
        assert "xabc" not in screen
        await person.presses("ctrl+u")
        await person.sees("Nothing of it is shown")
        for character in values.secret:
            await person.presses("tilde" if character == "~" else character)
        await person.sees("40 characters")
        await person.presses("enter")
        screen = await person.sees(r"Client Secret +●+ \(40 characters\)")
        assert values.secret not in screen
        assert screen_of(person).values.secret is not None
        await person.presses("delete")
        await person.sees("Client Secret +–", "Waiting for the five values")


async def test_a_paste_into_one_value_is_read_and_not_drawn(azure: RunningSimulator, values: Values) -> None:
    async with at_doctor(azure) as person:
        await person.presses("enter")
        await person.sees("In the Azure portal: Resource groups")
        entry = person.app.screen.query_one(OpenEntry)
        await pastes(person, values.secret)
        screen = await person.sees("Resource Group Name +✗")
        assert values.secret not in screen
        assert entry.value == "", "it was never drawn"
        await person.presses("enter")
        await person.sees("In the Azure portal: Resource groups")
        await pastes(person, values.text)
        await person.sees("All five are there", f"Resource Group Name +{GROUP}")


async def test_letters_typed_for_a_secret_are_no_keys_of_the_screen(azure: RunningSimulator) -> None:
    async with at_doctor(azure) as person:
        await person.presses("down", "down", "down", "enter")
        await person.sees("Azure shows it once")
        await person.presses("x", "v", "escape")
        await person.sees("Client Secret +–", "Waiting for the five values")


async def test_leaving_drops_the_secret(azure: RunningSimulator, values: Values) -> None:
    async with at_doctor(azure) as person:
        await pastes(person, values.text)
        await person.sees("All five are there")
        secret = screen_of(person).values.secret
        assert secret is not None
        await person.presses("escape")
        await person.sees("Leave doctor\\?", "The five values that were pasted here are forgotten")
        await person.presses("enter")  # the focus rests on Stay
        await person.sees("All five are there")
        assert secret.reveal() == values.secret
        await person.presses("escape", "tab", "enter")
    assert secret.forgotten
    assert person.app.exit_code == 5, "nothing was decided"


async def test_from_a_step_it_goes_back_there(azure: RunningSimulator, values: Values) -> None:
    async with person_at(azure) as person:
        await person.sees("Choose how to sign in")
        person.app.show_doctor()
        await pastes(person, values.text)
        await person.sees("All five are there")
        secret = screen_of(person).values.secret
        assert secret is not None
        await person.presses("escape")
        await person.sees("Choose how to sign in")
        await person.waits_until(lambda _: secret.forgotten, "the secret is forgotten")


@pytest.mark.parametrize("key", ["f1", "question_mark", "f9"])
async def test_help_is_there_and_the_values_stay(azure: RunningSimulator, values: Values, key: str) -> None:
    async with at_doctor(azure) as person:
        await pastes(person, values.text)
        await person.sees("All five are there")
        await person.presses(key)
        screen = await person.sees("PipeOps signs in to Azure with five values")
        assert values.secret not in screen
        await person.presses("escape")
        await person.sees("All five are there")


async def test_the_help_of_a_dialog_without_words_of_its_own_is_that_below_it(azure: RunningSimulator) -> None:
    async with at_doctor(azure) as person:
        await person.presses("down", "enter")
        await person.sees("Overview, Tenant ID")
        await person.presses("f1")
        await person.sees("PipeOps signs in to Azure with five values")
        await person.presses("escape")
        await person.sees("Overview, Tenant ID")


async def test_a_question_mark_is_a_character_of_a_secret(azure: RunningSimulator) -> None:
    async with at_doctor(azure) as person:
        await person.presses("down", "down", "down", "enter")
        await person.presses("question_mark")
        await person.sees("1 character")


async def test_of_two_values_the_other_one_is_a_key_away(azure: RunningSimulator, values: Values) -> None:
    other = "7c1e7b6c-7d0e-4c07-9a51-0c5d4f6a3b21"
    async with at_doctor(azure) as person:
        await pastes(person, f"{values.text}AZURE_CLIENT_ID={other}\n")
        await person.sees(f"Client ID +{values.client} · o: 1 more", "Client ID: 2 were given[^│]*│?")
        await person.sees(other)
        await person.presses("shift+tab", "home", "down", "down", "o")
        await person.sees(f"Client ID +{other} · o: 1 more")
        await person.presses("o")
        await person.sees(f"Client ID +{values.client} · o: 1 more")


async def test_a_value_without_its_form_is_shown_with_what_is_wrong(azure: RunningSimulator, values: Values) -> None:
    async with at_doctor(azure, (100, 30)) as person:
        await pastes(person, replace(values, tenant=values.tenant[:-1]).text)
        await person.sees(f"Tenant ID +✗ {values.tenant[:-1]} · It has 35", f"Given was {values.tenant[:-1]}")


async def test_there_is_always_an_answer_to_copying(azure: RunningSimulator, values: Values) -> None:
    async with at_doctor(azure) as person:
        await pastes(person, f"Tenant ID: {values.tenant}")
        await person.sees("Not given")
        await person.presses("c")
        await person.sees("There is no Resource Group Name to copy")


async def test_a_mebibyte_is_read_while_the_screen_answers(azure: RunningSimulator, values: Values) -> None:
    async with at_doctor(azure) as person:
        await pastes(person, "all work and no play\n" * 40_000 + values.text)
        await person.sees("All five are there", f"Tenant ID +{values.tenant}")
        await pastes(person, "x" * ((1 << 20) + 1))
        await person.sees("more than 1 MiB", f"Tenant ID +{values.tenant}")


async def test_a_mebibyte_is_read_in_the_entry_of_a_value_too(azure: RunningSimulator, values: Values) -> None:
    async with at_doctor(azure) as person:
        await person.presses("enter")
        await person.sees("Take it")
        await pastes(person, "all work and no play\n" * 40_000 + values.text)
        await person.sees("All five are there", f"Tenant ID +{values.tenant}")


@pytest.mark.parametrize(("text", "said"), [("good morning", "None of the five values"), ("a\0b", "This is not text")])
async def test_a_paste_without_values_says_so_and_loses_nothing(
    azure: RunningSimulator, values: Values, text: str, said: str
) -> None:
    async with at_doctor(azure) as person:
        await pastes(person, values.text)
        await person.sees("All five are there")
        await pastes(person, text)
        await person.sees(said, f"Tenant ID +{values.tenant}")


async def test_the_environment_is_read_only_when_that_is_asked_for(
    azure: RunningSimulator, values: Values, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_TENANT_ID", values.tenant)
    monkeypatch.setenv("AZURE_CLIENT_SECRET", values.secret)
    async with at_doctor(azure) as person:
        screen = await person.sees("Read them from the environment")
        assert values.tenant not in screen
        await person.presses("v")
        await person.sees(f"Tenant ID +{values.tenant}", r"Client Secret +●+ \(40 characters\)")


async def test_a_wrong_secret_leads_to_a_renewal_of_the_connection(azure: RunningSimulator, values: Values) -> None:
    client_id = next(one.client_id for one in azure.prepared() if one.kind == "expires-soon")
    group = "pipeops-staging"
    secret = "abc8Q~AbCdEfGhIjKlMnOpQrStUvWxYz0123456789"[:40]
    async with at_doctor(azure, (100, 34)) as person:
        await pastes(person, replace(values, group=group, client=client_id, secret=secret).text)
        await person.sees("All five are there")
        await person.presses("enter")
        await person.sees("✗", "Renew the client secret", "Not yet")
        await person.clicks("#doctor-actions Button")
        await person.sees("Sign in to look for the connection")
        await person.presses("enter")
        await person.sees("PipeOps Staging · pipeops-staging", "Client secrets")
    assert person.app.exit_code == 4


async def test_a_connection_is_checked_with_its_values_and_asks_only_for_the_secret(azure: RunningSimulator) -> None:
    client_id = next(one.client_id for one in azure.prepared() if one.kind == "expires-soon")
    settings = Settings(resource_manager=azure.base_url)
    async with person_at(azure, size=(100, 34), settings=settings) as person:
        await person.sees("✓ Ready")
        await person.presses("enter")
        await person.sees(r"✓ \d+ subscription")
        await person.presses("escape")
        await person.sees("Choose how to sign in")
        await person.presses("l")
        await person.sees(r"✓ \d+ connections")
        await person.types("Staging")
        await person.sees("1 of ")
        await person.presses("enter")
        await person.sees("Check", client_id)
        await person.presses("k")
        await person.sees("Azure shows it once")
        await person.presses("escape")
        await person.sees("Not given: Client Secret", "pipeops-staging", client_id)


async def test_who_has_signed_in_sees_what_azure_refused_to_pipeops(azure: RunningSimulator) -> None:
    one = next(one for one in azure.prepared() if one.kind == "in-use")
    settings = Settings(resource_manager=azure.base_url)
    async with person_at(azure, size=(120, 46), settings=settings) as person:
        await person.sees("✓ Ready")
        await person.presses("enter")
        await person.sees(r"✓ \d+ subscription")
        person.app.show_doctor()
        await person.sees("Why does PipeOps say no")
        await pastes(
            person,
            f"Resource Group Name: {one.group_name}\nTenant ID: {one.tenant_id}\nClient ID: {one.client_id}\n"
            f"Client Secret: abc8Q~AbCdEfGhIjKlMnOpQrStUvWxYz01234567\nSubscription ID: {one.subscription_id}",
        )
        await person.sees("All five are there")
        await person.presses("enter")
        await person.sees("The client secret is wrong", "Not yet")
        seen = person.screen
        for _ in range(10):
            await person.presses("pagedown")
            seen += person.screen
        assert "The quota of processors is used up" in seen
        assert "ErrCode_InsufficientVCPUQuota" in seen


async def test_an_error_alone_is_explained(azure: RunningSimulator) -> None:
    async with at_doctor(azure) as person:
        await pastes(person, 'Error: creating Managed Cluster: Code="RequestDisallowedByPolicy"')
        await person.sees("! A policy of your organization does not allow this", "RequestDisallowedByPolicy")


def screen_of(person: Person) -> DoctorScreen:
    screen = person.app.screen
    assert isinstance(screen, DoctorScreen)
    return screen
