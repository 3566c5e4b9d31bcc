"""The frugal compositor draws what Textual's draws, and asks for less."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual._compositor import Compositor
from textual.app import App, ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import Static

from pipeops_tui.widgets.compositor import FrugalCompositor, _bands
from tests.widgets.host import cells_of

WIDTH, HEIGHT = 40, 12
regions = st.builds(
    Region, st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1), st.integers(1, WIDTH), st.integers(1, HEIGHT)
).map(lambda region: region.intersection(Region(0, 0, WIDTH, HEIGHT)))


class Line(Static):
    """Notes which of its lines are asked for."""

    asked: list[int]

    def render_lines(self, crop: Region) -> list[Strip]:
        self.asked = [*getattr(self, "asked", []), *crop.line_range]
        return super().render_lines(crop)


class Steps(Screen[None]):
    CSS = """
    #side { width: 12; }
    #behind { layer: behind; dock: right; width: 9; height: 6; }
    #over { layer: above; dock: right; width: 9; height: 5; background: blue; }
    Steps { layers: base behind above; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._compositor = FrugalCompositor()

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Line("the header, all along the line", id="header")
            with Horizontal():
                yield Static("one\ntwo\nthree", id="side")
                with Vertical():
                    yield Line("first\nsecond\nthird", id="first")
                    yield Line("fourth, as long as it can be", id="last")
        yield Line("behind\n" * 6, id="behind")
        yield Static("over\nthe\nothers", id="over")


class Stage(App[None]):
    def on_mount(self) -> None:
        self.push_screen(Steps())


def drawn(compositor: Compositor, changed: set[Region], app: Stage) -> str:
    compositor._dirty_regions = set(changed)
    update = compositor.render_partial_update()
    return "" if update is None else update.render_segments(app.console)


async def test_the_same_is_drawn_whatever_has_changed() -> None:
    async with Stage().run_test(size=(WIDTH, HEIGHT)) as pilot:
        app = pilot.app
        assert isinstance(app, Stage)
        frugal = app.screen._compositor
        assert isinstance(frugal, FrugalCompositor)
        textuals = Compositor()
        textuals.__dict__.update(frugal.__dict__)

        @given(st.sets(regions, min_size=1, max_size=5))
        def same(changed: set[Region]) -> None:
            assert drawn(frugal, changed, app) == drawn(textuals, changed, app) != ""

        same()


async def test_a_whole_frame_is_what_textual_would_draw() -> None:
    async with Stage().run_test(size=(WIDTH, HEIGHT)) as pilot:
        frugal = pilot.app.screen._compositor
        textuals = Compositor()
        textuals.__dict__.update(frugal.__dict__)
        ours, theirs = ([cells_of(line) for line in one.render_strips()] for one in (frugal, textuals))
        assert ours == theirs


async def test_what_lies_behind_others_is_not_asked_for() -> None:
    async with Stage().run_test(size=(WIDTH, HEIGHT)) as pilot:
        await pilot.pause()
        behind = pilot.app.screen.query_one("#behind", Line)
        behind.asked = []
        pilot.app.screen._compositor.render_strips()
        assert behind.asked == [5], "the line that #over leaves free"


async def test_behind_what_has_just_gone_something_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Stage().run_test(size=(WIDTH, HEIGHT)) as pilot:
        await pilot.pause()
        # As a removed widget, which knows no region any more, is drawn before the next layout.
        over = pilot.app.screen.query_one("#over")
        monkeypatch.setattr(over, "render_lines", lambda crop: [Strip([])] * crop.height)
        lines = pilot.app.screen._compositor.render_strips()
        assert all("behind" in line.text for line in lines[:6])


async def test_only_lines_that_changed_are_asked_for() -> None:
    async with Stage().run_test(size=(WIDTH, HEIGHT)) as pilot:
        await pilot.pause()
        first, last, header = (pilot.app.screen.query_one(f"#{name}", Line) for name in ("first", "last", "header"))
        first.asked, last.asked, header.asked = [], [], []
        first.refresh(Region(0, 1, 5, 1))
        await pilot.pause()
        assert (first.asked, last.asked, header.asked) == ([1], [], [])


def rows(bands: tuple[Region, ...]) -> Iterator[int]:
    for band in bands:
        yield from band.line_range


@given(st.lists(regions, max_size=8))
def test_each_changed_line_is_in_one_band(changed: list[Region]) -> None:
    bands = _bands(changed)
    assert sorted(rows(bands)) == sorted({y for region in changed for y in region.line_range})
    assert all(any(band.contains_region(region) for band in bands) for region in changed)
