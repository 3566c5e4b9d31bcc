"""The states in which a screen is not simply ready: loading, empty, a problem, done. As text, from the smallest
terminal to a large one; one file a state. Colours are looked at in `test_screens.py`."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from pipeops_tui.core.model import Application, DeviceCode, SignInMethod, SubscriptionPage
from pipeops_tui.core.ports import Session
from pipeops_tui.core.problem import CloudError, FailureKind, Problem
from pipeops_tui.core.wizard import Step
from tests.clipboard.support import MemoryRunner
from tests.provisioning.world import Fault, FaultKind
from tests.ui.memory import CONTOSO, CONTRIBUTOR, START, MemorySession, Stage, at
from tests.ui.snapshots.plain_text import PlainText, framed

SIZES = ((60, 16), (80, 24), (120, 36), (200, 60))
REFUSED = CloudError(
    FailureKind.REFUSED,
    Problem(
        title="You may not read this",
        what="Azure refused to list it.",
        why="Your account has no role that allows it.",
        remedy="Ask for the role Reader on the subscription.",
        who="an Owner of the subscription",
        details=(("Status", "403"), ("Code", "AuthorizationFailed")),
    ),
)


async def never(*_: object) -> Any:
    """An answer that does not come."""
    await asyncio.Event().wait()


async def refused(*_: object) -> Any:
    raise REFUSED


async def no(*_: object) -> bool:
    return False


async def pages_never() -> AsyncIterator[SubscriptionPage]:
    await never()
    yield SubscriptionPage(CONTOSO, (), 0)


async def pages_empty() -> AsyncIterator[SubscriptionPage]:
    yield SubscriptionPage(CONTOSO, (), 0)


async def pages_refused() -> AsyncIterator[SubscriptionPage]:
    await refused()
    yield SubscriptionPage(CONTOSO, (), 0)


def as_it_is(_session: MemorySession) -> None:
    """A session that answers as it usually does."""


def answering(**answers: object) -> Callable[[MemorySession], None]:
    """A session of which some answers are others."""

    def prepare(session: MemorySession) -> None:
        for name, answer in answers.items():
            setattr(session, name, answer)

    return prepare


async def stay(stage: Stage) -> None:
    """Nothing is done."""


async def ask_for_a_code(stage: Stage) -> None:
    async def sign_in(method: SignInMethod, show_code: Callable[[DeviceCode], None]) -> Session:
        show_code(DeviceCode("FXK7-Q2PL", "https://microsoft.com/devicelogin", START + timedelta(minutes=15)))
        session: Session = await never()
        return session

    stage.app.journey.connector.sign_in = sign_in  # type: ignore[method-assign]
    await stage.sees("▌ Device code", "s Switch account")
    stage.app.start_over("")  # somebody has signed in meanwhile
    await stage.presses("s")


async def empty_the_name(stage: Stage) -> None:
    await stage.sees("PipeOps")
    await stage.presses("ctrl+u")


async def create(stage: Stage) -> None:
    await stage.presses("enter")
    await stage.sees("Create now")
    await stage.presses("enter")


async def create_until_it_fails(stage: Stage) -> None:
    await create(stage)
    await stage.sees("Undo…", passing=0.2)


async def copy_all_five(stage: Stage) -> None:
    await stage.creates()
    await stage.presses("c", "c", "c", "c", "c")


@dataclass(frozen=True)
class State:
    """How a screen comes to stand like that, and by what it is known."""

    step: Step
    known_by: str
    prepare: Callable[[MemorySession], None] = as_it_is
    act: Callable[[Stage], Awaitable[None]] = stay
    faults: tuple[Fault, ...] = ()


STATES = {
    "sign-in, code": State(Step.SIGN_IN, "FXK7-Q2PL", act=ask_for_a_code),
    "subscription, loading": State(
        Step.SUBSCRIPTION, "● (Looking|Asking|Reading|Listing)", answering(subscriptions=pages_never)
    ),
    "subscription, empty": State(Step.SUBSCRIPTION, "[Nn]o subscription", answering(subscriptions=pages_empty)),
    "subscription, problem": State(Step.SUBSCRIPTION, "Try again", answering(subscriptions=pages_refused)),
    "resource group, loading": State(Step.RESOURCE_GROUP, "● Asking Azure", answering(regions=never)),
    "resource group, problem": State(Step.RESOURCE_GROUP, "Try again", answering(regions=refused)),
    "tenant, loading": State(Step.TENANT, "● Checking", answering(users_may_register=never)),
    "tenant, problem": State(Step.TENANT, "✗ ", answering(users_may_register=no)),
    "application, problem": State(
        Step.APPLICATION,
        "✗ ",
        answering(longest_days=90, twins=(Application("o", "a", "PipeOps", START),)),
        empty_the_name,
    ),
    "access, loading": State(Step.ACCESS, "● Checking", answering(permissions=never)),
    "access, problem": State(Step.ACCESS, "✗ ", answering(permissions_=CONTRIBUTOR)),
    "create, running": State(Step.CREATE, "running", act=create),
    "create, problem": State(
        Step.CREATE, "Undo…", act=create_until_it_fails, faults=(Fault(FaultKind.REFUSED, "put_role_assignment"),)
    ),
    "credentials, done": State(Step.CREATE, "press Connect Account", act=copy_all_five),
}


@pytest.mark.parametrize("name", STATES)
async def test_every_state_looks_as_it_did(snapshot: SnapshotAssertion, name: str) -> None:
    state, pictures = STATES[name], []
    runner = MemoryRunner({"xclip"})
    async with at(state.step, size=SIZES[-1], prepare=state.prepare, faults=state.faults, runner=runner) as stage:
        stage.app.animation_level = "none"
        await state.act(stage)
        await stage.sees(state.known_by)
        for size in SIZES:
            await stage.pilot.resize_terminal(*size)
            pictures.append(framed(await at_rest(stage), size))
    assert "\n".join(pictures) == snapshot.use_extension(PlainText)(name=name.replace(", ", "-").replace(" ", "-"))


async def at_rest(stage: Stage) -> str:
    """The screen once it has stopped changing; how long something took, which is not always the same, as `#`."""
    seen, calm = "", 0
    while calm < 10:
        await stage.pilot.pause(0.02)
        calm = calm + 1 if stage.screen == seen else 0
        seen = stage.screen
    return re.sub(r"\d+(\.\d)? s\b", lambda found: "#" * (len(found[0]) - 2) + " s", seen)
