"""Every screen as a picture, from the smallest usual terminal to a large one, dark, light and without colours.

One walk through the journey gives all pictures of one size; `--snapshot-update` accepts the new ones. The largest size
is looked at as text, which tells as much there; `test_states.py` has the states that this walk does not meet.
"""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from pipeops_tui.core.wizard import STEPS, Step
from pipeops_tui.simulator import RunningSimulator
from pipeops_tui.ui import theme
from tests.screenshots import file_name
from tests.support.person import person_at
from tests.support.pictures import still_clock
from tests.ui.snapshots.plain_text import PlainText, framed


class Picture(SingleFileSnapshotExtension):
    """One SVG file a picture, so that a change can be looked at."""

    file_extension = "svg"
    _write_mode = WriteMode.TEXT


SMALLEST, USUAL, LARGE, LARGEST = (60, 16), (80, 24), (120, 36), (200, 60)
NO_COLOR = "without colours"


@pytest.mark.parametrize(
    ("size", "colours"),
    [
        pytest.param(USUAL, theme.DARK.name, id="80x24-dark"),
        pytest.param(LARGE, theme.DARK.name, id="120x36-dark"),
        pytest.param(SMALLEST, theme.DARK.name, id="60x16-dark"),
        pytest.param(USUAL, theme.LIGHT.name, id="80x24-light"),
        pytest.param(USUAL, NO_COLOR, id="80x24-no-color"),
    ],
)
async def test_every_screen_looks_as_it_did(
    snapshot: SnapshotAssertion,
    azure: RunningSimulator,
    size: tuple[int, int],
    colours: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if colours == NO_COLOR:
        monkeypatch.setenv("NO_COLOR", "1")
    pictures = snapshot.use_extension(Picture)
    async with person_at(azure, size=size, clock=still_clock()) as person:
        person.app.animation_level = "none"
        person.app.theme = theme.DARK.name if colours == NO_COLOR else colours
        for step in STEPS[:-1]:
            await person.walks_to(step)
            await person.settles()
            assert person.picture() == pictures(name=file_name(step))
        await person.accepts_everything()
        await person.presses("c")  # the status line then tells of the copy, whatever it told of before
        await person.sees("could not be checked")
        await person.settles()
        if (
            size != SMALLEST
        ):  # there the status line alone tells of the test sign-in, in words that depend on when it came
            assert person.picture() == pictures(name=file_name(Step.CREDENTIALS))


async def test_every_screen_is_laid_out_on_a_large_terminal_as_it_was(
    snapshot: SnapshotAssertion, azure: RunningSimulator
) -> None:
    texts = []
    async with person_at(azure, size=LARGEST, clock=still_clock()) as person:
        person.app.animation_level = "none"
        for step in STEPS[:-1]:
            await person.walks_to(step)
            texts.append(framed(await person.settles(), LARGEST))
        await person.accepts_everything()
        await person.presses("c")
        await person.sees("could not be checked")
        texts.append(framed(await person.settles(), LARGEST))
    assert "\n".join(texts) == snapshot.use_extension(PlainText)(name="200x60")
