"""Step 8: resource providers that Azure is still registering."""

from __future__ import annotations

from pipeops_tui.core.problem import CloudError, FailureKind, Problem
from pipeops_tui.core.wizard import Step
from pipeops_tui.ui.steps.credentials.registering import registering_text
from tests.ui.memory import MemorySession, Stage, at

_LINE = r"Still registering: Compute, Network\. Create a server when that is done\."


def lacks_two(session: MemorySession) -> None:
    """Two providers are missing, and are being registered once that is asked for."""
    session.providers_ = {"Microsoft.Compute": "NotRegistered", "Microsoft.Network": "NotRegistered"}


async def creates_registering(stage: Stage) -> None:
    """From Access to the five values, with both registrations under way."""
    await stage.sees("Register 2 resource providers")
    await stage.presses("enter")
    await stage.sees("register Microsoft.Network")
    stage.session.providers_ = dict.fromkeys(stage.session.providers_, "Registering")
    await stage.creates()


async def test_what_is_still_being_registered_is_said_until_it_is_done() -> None:
    async with at(Step.ACCESS, prepare=lacks_two, size=(110, 34)) as stage:
        await creates_registering(stage)
        await stage.sees(_LINE)
        stage.session.providers_["Microsoft.Compute"] = "Registered"
        await stage.sees(r"Still registering: Network\.", passing=1.0)
        stage.session.providers_["Microsoft.Network"] = "Registered"
        await stage.until(lambda: "Still registering" not in stage.screen, "the line is gone", passing=1.0)
        asked = count_questions(stage.session)
        await stage.passes(600)
        assert asked == [], "done: nothing is asked any more"


def count_questions(session: MemorySession) -> list[str]:
    """Every question about providers from now on."""
    asked: list[str] = []
    answer = session.providers

    async def providers(subscription: object, namespaces: object = ()) -> object:
        asked.append(str(namespaces))
        return await answer(subscription, namespaces)  # type: ignore[arg-type]

    session.providers = providers  # type: ignore[method-assign, assignment]
    return asked


async def test_it_gives_up_after_three_refusals_and_says_nothing_of_them() -> None:
    async with at(Step.ACCESS, prepare=lacks_two, size=(110, 34)) as stage:
        await creates_registering(stage)
        await stage.sees(_LINE)
        refused: list[str] = []

        async def refuse(*_: object) -> None:
            refused.append("no")
            raise CloudError(FailureKind.SIGN_IN, Problem("Azure refused", "No."), status=401)

        stage.session.providers = refuse  # type: ignore[method-assign, assignment]
        await stage.until(lambda: "Still registering" not in stage.screen, "the line is gone", passing=1.0)
        await stage.passes(600)
        assert len(refused) == 3
        assert "Azure refused" not in stage.screen


async def test_nothing_is_asked_where_nothing_was_registered() -> None:
    async with at(Step.ACCESS) as stage:
        await stage.sees("✓ .*checks passed")
        await stage.presses("enter")
        await stage.creates()
        asked = count_questions(stage.session)
        await stage.passes(600)
        assert asked == []
        assert "Still registering" not in stage.screen


def test_many_are_counted() -> None:
    names = tuple(f"Microsoft.{name}" for name in ("A", "B", "C", "D", "E"))
    assert "Still registering: A, B, C and 2 more." in registering_text(names)
    assert registering_text(()) == ""
