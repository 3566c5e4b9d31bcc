"""The way to each screen, one Enter a screen, waiting for what a person would wait for."""

from __future__ import annotations

from tests.support.person import Person


async def to_subscription(person: Person) -> str:
    """From the start; returns the screen."""
    await person.sees("Ready")
    await person.presses("enter")
    return await person.sees("Choose the subscription to bill", r"✓ \d+ subscriptions? in")


async def to_resource_group(person: Person) -> str:
    """From the start, with the default subscription; returns the screen."""
    await to_subscription(person)
    await person.presses("enter")
    return await on_resource_group(person)


async def on_resource_group(person: Person) -> str:
    """Having gone on from a subscription."""
    return await person.sees("Choose the resource group", r"\d+ regions, \d+ resource groups?")


async def to_tenant(person: Person) -> str:
    """From the start, with every default; returns the screen."""
    await to_resource_group(person)
    await person.presses("enter")
    return await person.sees("Check your organization", "✓ .*checks passed")
