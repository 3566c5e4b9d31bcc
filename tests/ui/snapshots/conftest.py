"""One simulated Azure per picture, seeded, so that ids on the screen are the same every time."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from pipeops_tui.simulator import RunningSimulator
from tests.support.pictures import azure_of_today, make_plain


@pytest.fixture
def azure() -> Iterator[RunningSimulator]:
    """The world of all pictures."""
    with azure_of_today() as running:
        yield running


@pytest.fixture(autouse=True)
def plain_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing about the machine that runs the tests shows in a picture."""
    environ = dict(os.environ)
    make_plain(environ)
    for name in os.environ.keys() - environ.keys():
        monkeypatch.delenv(name)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
