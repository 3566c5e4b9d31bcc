"""Signing in from doctor's screen, what is found then, and what one key does about it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from textual.widgets import Button

from pipeops_tui.core.marks import assignment_name
from pipeops_tui.core.model import CONTRIBUTOR_ROLE_ID
from pipeops_tui.core.settings import Settings
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from pipeops_tui.simulator.world.roles import CONTRIBUTOR
from tests.doctor.simulated_place import Place, new_place
from tests.doctor.wrong_inputs import paste
from tests.support.person import Person, person_at
from tests.ui.doctor.test_doctor_screen import pastes


@pytest.fixture(scope="module")
def azure() -> Iterator[RunningSimulator]:
    with start_simulator(SimulatorConfig(auto_approve_device_codes=True)) as running:
        yield running


@pytest.fixture
def at(azure: RunningSimulator) -> Iterator[Place]:
    """Five values that work, in a subscription of which the person is Owner."""
    place = azure.call(new_place)
    yield place
    azure.clear_faults()
    azure.call(lambda azure: place.leave())


@asynccontextmanager
async def examined(azure: RunningSimulator, text: str, size: tuple[int, int] = (120, 46)) -> AsyncIterator[Person]:
    """Doctor has examined `text`."""
    settings = Settings(doctor=True, resource_manager=azure.base_url)
    async with person_at(azure, size=size, settings=settings) as person:
        await person.sees("Waiting for the five values")
        await pastes(person, text)
        await person.sees("All five are there")
        await person.presses("x")
        yield person


async def presses_button(person: Person, label: str) -> None:
    """Walk to the button with this label, and press it."""
    await person.sees(label)
    for _ in range(40):
        focused = person.app.focused
        if isinstance(focused, Button) and str(focused.label) == label:
            await person.presses("enter")
            return
        await person.presses("tab")
    raise AssertionError(f"there is no button {label}:\n{person.screen}")


async def signs_in(person: Person) -> None:
    await presses_button(person, "Sign in to find out more")
    await person.sees("Sign in with an account that can read the subscription", "Device code")
    await presses_button(person, "Device code")


async def test_an_object_id_is_recognized_and_put_right(azure: RunningSimulator, at: Place) -> None:
    async with examined(azure, at.paste(client=at.application.object_id)) as person:
        await person.sees("✗ Microsoft Entra does not know this client ID", "Not yet")
        await signs_in(person)
        await person.sees("✗ The Client ID is an object ID", f"Use {at.application.app_id} as Client ID", "Not yet")
        await presses_button(person, "Use the right one")
        await person.sees(f"Client ID +{at.application.app_id}", "✓ These five work from here")
        assert at.secret not in person.picture()
    assert person.app.exit_code == 0


async def test_which_secret_it_is_is_said(azure: RunningSimulator, at: Place) -> None:
    azure.call(lambda azure: at.expire())
    async with examined(azure, at.paste()) as person:
        await person.sees("✗ The client secret has expired")
        await signs_in(person)
        await person.sees("It begins like", "named PipeOps secret, which expired on")


async def test_the_missing_role_is_given_after_a_question_that_names_who_gets_it(
    azure: RunningSimulator, at: Place
) -> None:
    azure.call(lambda azure: at.take_role())
    async with examined(azure, at.paste()) as person:
        await person.sees("✗ The application has no access to the subscription")
        await signs_in(person)
        await person.sees("✗ The application does not have the role Contributor on pipeops-group", "Give the role")
        await presses_button(person, "Give the role")
        await person.sees("Give the role Contributor\\?", f"PipeOps \\({at.application.app_id}\\)", "Servers")
        await person.presses("enter")  # the focus rests on Not now
        await person.sees("✗ The application does not have the role Contributor on pipeops-group", "Not yet")
        assert azure.call(lambda azure: list(azure.world.assignments.of(at.principal.object_id))) == []
        await presses_button(person, "Give the role")
        await person.sees("Give the role Contributor\\?")
        await person.presses("tab", "enter")
        await person.sees("✓ These five work from here")
    (given,) = azure.call(lambda azure: list(azure.world.assignments.of(at.principal.object_id)))
    assert (given.role_id, given.scope) == (CONTRIBUTOR, at.group.scope)
    name = assignment_name(at.group.scope, at.principal.object_id, CONTRIBUTOR_ROLE_ID)
    assert given.name == name, "under this name a removal of the connection finds it"


async def test_missing_providers_are_registered(azure: RunningSimulator, at: Place) -> None:
    azure.call(lambda azure: at.unregister())
    async with examined(azure, at.paste()) as person:
        await person.sees("These five values work from here")
        await signs_in(person)
        await presses_button(person, "Register the providers")
        await person.sees(
            "Register resource providers\\?", "Microsoft.ContainerService", "will be registered in Servers"
        )
        await person.presses("enter")
        await person.sees("! Resource providers are still being registered")
    assert "microsoft.containerservice" in azure.call(lambda azure: dict(at.subscription.registrations))


async def test_a_refusal_to_give_the_role_is_said(azure: RunningSimulator, at: Place) -> None:
    azure.call(lambda azure: at.take_role())
    async with examined(azure, at.paste()) as person:
        await signs_in(person)
        await presses_button(person, "Give the role")
        await person.sees("Give the role Contributor\\?")
        refused = {"error": {"code": "AuthorizationFailed", "message": "No."}}
        azure.add_fault("putRoleAssignment@*:answer", {"effect": False, "status": 403, "body": refused})
        await person.presses("tab", "enter")
        await person.waits_until(lambda screen: "Giving the role" not in screen, "it has ended")
        screen = await person.sees("Give the role")
        assert "These five work" not in screen


async def test_who_signs_in_from_doctor_is_signed_in_everywhere(azure: RunningSimulator, at: Place) -> None:
    settings = Settings(resource_manager=azure.base_url)
    async with person_at(azure, size=(120, 46), settings=settings) as person:
        await person.sees("Choose how to sign in")
        person.app.show_doctor()
        await pastes(person, at.paste())
        await person.sees("All five are there")
        await person.presses("x")
        await person.sees("These five work from here")
        await signs_in(person)
        await person.waits_until(lambda screen: "Sign in to find out more" not in screen, "it has looked closer")
        await person.presses("escape")
        await person.sees("Choose how to sign in", "Signed in as you@contoso.com")


async def test_the_values_are_copied_in_the_order_of_the_form(azure: RunningSimulator, at: Place) -> None:
    async with examined(azure, at.paste(), size=(80, 24)) as person:
        await person.sees("✓ These five work from here", "Copy them in order")
        await presses_button(person, "Copy them in order")
        await person.sees("Resource Group Name copied.*Next: Tenant ID\\.")
        await person.presses("c")
        await person.sees("Tenant ID copied.*Next: Client ID\\.")
        await person.presses("c")
        await person.sees("Client ID copied.*Next: Client Secret\\.")
        await person.presses("c")
        screen = await person.sees("Client Secret copied.*Next: Subscription ID\\.")
        assert at.secret not in screen
        await person.presses("c")
        await person.sees("Subscription ID copied.*Next: Connect Account\\.")


async def test_a_slow_azure_is_named_with_what_is_waited_for(azure: RunningSimulator, at: Place) -> None:
    azure.add_fault("redeemClientSecret:429=20")
    async with examined(azure, at.paste()) as person:
        await person.sees("● checking Sign-in as the application", "Azure is limiting requests. Retrying in")


async def test_too_many_requests_say_nothing_about_the_values(azure: RunningSimulator, at: Place) -> None:
    azure.add_fault("redeemClientSecret:429=600")
    async with examined(azure, at.paste()) as person:
        await person.sees(r"\? The sign-in could not be tried", "could not be decided")


async def test_the_application_under_examination_is_not_the_person(
    azure: RunningSimulator, at: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZURE_TENANT_ID", at.tenant.tenant_id)
    monkeypatch.setenv("AZURE_CLIENT_ID", at.application.app_id)
    monkeypatch.setenv("AZURE_CLIENT_SECRET", at.secret)
    async with examined(azure, at.paste()) as person:
        await presses_button(person, "Sign in to find out more")
        screen = await person.sees("Sign in with an account", "Device code")
        assert "Environment" not in screen


async def test_a_secret_that_was_recognized_is_renewed_with_the_same_account() -> None:
    config = SimulatorConfig(scenario="six-months-later", auto_approve_device_codes=True)
    with start_simulator(config) as azure:
        one = next(one for one in azure.prepared() if one.kind == "expires-soon")
        secret = "abc8Q~AbCdEfGhIjKlMnOpQrStUvWxYz0123456789"[:40]
        text = paste(one.group_name, one.tenant_id, one.client_id, secret, one.subscription_id)
        async with examined(azure, text) as person:
            await person.sees("The client secret is wrong", "Not yet")
            await signs_in(person)
            await person.sees("begins differently: this one was removed, or belongs to another")
            await presses_button(person, "Renew the client secret")
            await person.sees("PipeOps Staging · pipeops-staging", "Client secrets")
