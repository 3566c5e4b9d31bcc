"""What happens before the first frame, and how loading goes on after it, in a process as a person starts it."""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path

import pytest
from textual.css.stylesheet import Stylesheet

from pipeops_tui.simulator import RunningSimulator
from pipeops_tui.ui import preloading
from tests.support.person import person_at
from tests.support.terminal import Terminal

LATER = {
    "azure",
    "checks",
    "clipboard",
    "core.model",
    "core.ports",
    "core.retry",
    "journey.earlier_runs",
    "journey.lookups",
    "provisioning",
}
"""Rooms and modules of ours that nobody needs in order to see the first step."""

WATCHED = """
import gc, json, sys
from collections import Counter
from pathlib import Path
from pipeops_tui import cli
from textual.css.stylesheet import Stylesheet
from textual.widget import Widget
from pipeops_tui.ui.app import PipeOpsApp

styled = Counter()
apply = Stylesheet.apply
def counted(self, node, **options):
    if isinstance(node, Widget):
        styled[id(node)] += 1
    apply(self, node, **options)
Stylesheet.apply = counted

seen = {}
on_ready, load = PipeOpsApp.on_ready, PipeOpsApp._load_the_rest
def ready(self):
    on_ready(self)
    seen["before"] = {
        "modules": sorted(sys.modules),
        "collecting": gc.isenabled(),
        "screens": [type(screen).__name__ for screen in self.screen_stack],
        "styled": max(styled.values()),
    }
async def loaded(self):
    await load(self)
    seen["after"] = {
        "collecting": gc.isenabled(), "switching": sys.getswitchinterval(), "frozen": gc.get_freeze_count()
    }
    Path(sys.argv[1]).write_text(json.dumps(seen))
    self.exit()
PipeOpsApp.on_ready, PipeOpsApp._load_the_rest = ready, loaded

sys.exit(cli.main(["--demo"]))
"""


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    """What was the case at the first frame (`before`), and once all was loaded (`after`)."""
    file: Path = tmp_path_factory.mktemp("launch") / "seen.json"
    with Terminal([sys.executable, "-c", WATCHED, str(file)], columns=100, lines=30) as terminal:
        assert terminal.wait_exit() == 1
    found: dict[str, dict[str, object]] = json.loads(file.read_text())
    return found


def test_nothing_is_loaded_before_the_first_frame_that_it_does_not_show(seen: dict[str, dict[str, object]]) -> None:
    modules = seen["before"]["modules"]
    assert isinstance(modules, list)
    ours = {name.removeprefix("pipeops_tui.") for name in modules if name.startswith("pipeops_tui.")}
    assert "ui.steps.sign_in.screen" in ours
    assert ours & LATER == set()
    assert {"pipeops_tui.simulator.faults", "pipeops_tui.ui.widgets.device_code"} & set(modules) == set()
    assert {"aiohttp", "azure", "httpx", "msal", "msgraph", "msgspec", "cryptography"} & set(modules) == set()


def test_the_first_step_is_shown_and_its_widgets_are_styled_once_or_when_focused(
    seen: dict[str, dict[str, object]],
) -> None:
    assert seen["before"]["screens"] == ["Screen", "SignInScreen"]  # at the bottom Textual's own, empty
    # Textual's button styles itself once for each of its three looks as it is made.
    assert seen["before"]["styled"] == 4


def test_garbage_rests_until_all_is_loaded(seen: dict[str, dict[str, object]]) -> None:
    assert seen["before"]["collecting"] is False
    assert seen["after"]["collecting"] is True
    assert seen["after"]["frozen"] != 0
    assert seen["after"]["switching"] == pytest.approx(0.005)


async def test_garbage_is_collected_again_when_the_loading_fails(
    azure: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_stylesheet: Stylesheet) -> None:
        raise OSError("cannot be read")

    monkeypatch.setattr(preloading, "read_styles", fail)
    gc.disable()
    try:
        async with person_at(azure) as person:
            await person.waits_until(lambda _screen: gc.isenabled(), "collecting again")
    finally:
        gc.enable()
