"""Themes that are remembered, and what tells things apart where there are no colours."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeops_tui.core.model import Permission
from pipeops_tui.core.wizard import Step
from pipeops_tui.simulator import RunningSimulator
from tests.support.person import person_at
from tests.ui.memory import OWNER, at


async def test_the_theme_chosen_is_the_theme_of_the_next_start(azure: RunningSimulator, tmp_path: Path) -> None:
    async with person_at(azure, state_dir=tmp_path) as person:
        await person.sees("Ready")
        assert person.app.theme == "pipeops-dark"
        person.app.theme = "pipeops-light"
        await person.settles()
    async with person_at(azure, state_dir=tmp_path) as person:
        await person.sees("Ready")
        assert person.app.theme == "pipeops-light"
        assert person.app.screen.styles.background.hex.lower() == "#fbfaff"


@pytest.mark.parametrize("permissions", [(), OWNER], ids=["blocked", "free"])
async def test_without_colours_a_blocked_button_is_told_by_its_letters(
    monkeypatch: pytest.MonkeyPatch, permissions: tuple[Permission, ...]
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with at(Step.ACCESS, prepare=lambda session: setattr(session, "permissions_", permissions)) as stage:
        await stage.sees("passed" if permissions else "blocked")
        button = stage.app.screen.query_one("#continue")
        await stage.until(lambda: button.disabled is not bool(permissions), "the verdict")
        await stage.pilot.pause()
        style = button.rich_style
        assert (bool(style.strike), bool(style.bold)) == (not permissions, bool(permissions))
