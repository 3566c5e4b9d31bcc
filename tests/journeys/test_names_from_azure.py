"""Names that people gave to subscriptions and scopes are shown as what they are, and copied as one word."""

from __future__ import annotations

import shlex
import subprocess

import pytest

from pipeops_tui.core.wizard import Step
from pipeops_tui.simulator import RunningSimulator
from tests.support.clocks import hurried_clock
from tests.support.person import person_at
from tests.support.traveller import Arrival, goes_on
from tests.support.wrong_answers import put_case

_WIDE = (140, 40)


@pytest.mark.parametrize(
    ("case", "shown"),
    [
        ("name-osc52-clip", "A<U+001B>]52;c;cHduZWQ=<U+0007>B"),
        ("name-csi-2j", "A<U+001B>[2JB"),
        ("name-bidi", "safe<U+202E>dnetsevil<U+202C> <U+2066>x"),
        ("name-markup", "[bold red]x[/] [@click=app.quit]q[/] [link=https://x.example]l[/]"),
        ("emoji-names", "⚠️ Prod 👩‍💻"),
    ],
)
async def test_a_name_is_shown_with_all_that_is_in_it(azure: RunningSimulator, case: str, shown: str) -> None:
    put_case(azure, case)
    async with person_at(azure, size=_WIDE) as person:
        await person.walks_to(Step.SUBSCRIPTION)
        await person.waits_until(lambda screen: shown[:24] in screen, "the name, as far as its column goes")
        await person.walks_to(Step.RESOURCE_GROUP)
        subscription = person.app.journey.wizard.choices.subscription
        assert subscription is not None
        assert subscription.display_name == shown


async def test_a_scope_that_looks_like_a_command_is_a_text_in_the_line_to_copy(azure: RunningSimulator) -> None:
    put_case(azure, "lock-message-quoting")
    async with person_at(azure, clock=hurried_clock(azure), size=_WIDE) as person:
        journey = await goes_on(person)
    assert journey.arrival is Arrival.PROBLEM
    assert journey.problem is not None
    line = journey.problem.command
    assert line.startswith("az lock list --resource ")
    scope = "/subscriptions/fd4b/resourceGroups/$(touch pwned)/providers/a/b"
    assert shlex.split(line)[-1] == scope
    read = subprocess.run(
        ["sh", "-c", f'az() {{ printf %s "$4"; }}; {line}'], capture_output=True, text=True, check=True
    )
    assert read.stdout == scope
