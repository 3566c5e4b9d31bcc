"""What the dialog before a restoration says of who can do it."""

from __future__ import annotations

import pytest

from pipeops_tui.connections.restoring import Restorers, who_can


@pytest.mark.parametrize(
    ("restorers", "sentence"),
    [
        (Restorers(True), "Your account has one of them."),
        (Restorers(None), "Your directory roles could not be read."),
        (Restorers(False), "ask a person who has one."),
        (Restorers(False, ("Ada",)), "ask Ada."),
        (Restorers(False, ("Ada", "Ben")), "ask Ada or Ben."),
        (Restorers(False, ("Ada", "Ben", "Cy", "Di", "Eve")), "ask Ada, Ben, Cy or 2 more."),
    ],
)
def test_those_who_can_restore_are_named(restorers: Restorers, sentence: str) -> None:
    assert sentence in who_can(restorers)
