"""Choices with a line or two about each."""

from __future__ import annotations

import pytest

from pipeops_tui.ui.widgets.choice_list import Choice, ChoiceList
from tests.ui.widgets.host import Host

DETAIL = "Contoso · begun 23 November 2026, 09:14 UTC · expires 22 May 2027 (UTC)"


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (80, [DETAIL]),
        (70, ["Contoso · begun 23 November 2026, 09:14 UTC", "expires 22 May 2027 (UTC)"]),
        (40, ["Contoso", "begun 23 November 2026, 09:14 UTC", "expires 22 May 2027 (UTC)"]),
        (25, ["Contoso", "begun 23 November 2026,", "09:14 UTC", "expires 22 May 2027", "(UTC)"]),
    ],
)
async def test_what_stands_between_middle_dots_stays_together_where_it_fits(width: int, lines: list[str]) -> None:
    host = Host(ChoiceList([Choice("run", "PipeOpsRG", DETAIL)]))
    async with host.run_test(size=(width, 10)):
        assert [line.strip() for line in host.lines() if line] == ["PipeOpsRG", *lines]
