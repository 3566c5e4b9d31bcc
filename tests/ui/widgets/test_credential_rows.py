"""The five values as they stand in a row."""

from __future__ import annotations

import asyncio
import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.pilot import Pilot

from pipeops_tui.core.secret import MASK, Secret
from pipeops_tui.ui.widgets.credential_rows import LABELS, SECRET, Clicked, CopyMark, CredentialRows, ValueRow
from tests.ui.widgets.host import Host, until

GUID = "3f0d6f0e-52b1-4b0a-9a51-c5a0b9a1f7d3"
VALUE = "".join(reversed("dTuNpLs9vWm2Qk0zBy_xHr4.ylnialp~Q8rQh"))


def rows(group: str = "PipeOpsRG", secret: str = VALUE) -> CredentialRows:
    rows = CredentialRows(lambda: 0.0)
    rows.set_values((group, GUID, GUID, "", GUID))
    rows.secret.hold(Secret(secret))
    rows.secret.expiry = "expires 22 May 2027, 09:14 UTC"
    return rows


@pytest.mark.parametrize("width", [56, 76, 120])
async def test_the_labels_stand_in_the_order_of_the_form(width: int) -> None:
    host = Host(shown := rows())
    shown.secret.mark = CopyMark.COPIED
    async with host.run_test(size=(width, 20)):
        text = "\n".join(host.lines())
        assert LABELS == ("Resource Group Name", "Tenant ID", "Client ID", "Client Secret", "Subscription ID")
        found = [text.index(f"{number}  {label}") for number, label in enumerate(LABELS, start=1)]
        assert found == sorted(found)
        assert text.count(GUID) == 3
        assert MASK in text
        assert VALUE not in text
        assert ("r shows it (30 s)" if width < 76 else "Press r to show it (30 s)") in text
        assert "expires 22 May 2027, 09:14 UTC" in text


async def test_a_long_group_name_is_shown_whole() -> None:
    name = "a-rather-long-name-for-a-resource-group-" * 2 + "0123456789"
    host = Host(rows(name))
    async with host.run_test(size=(76, 24)):
        shown = "".join(line.strip() for line in host.lines())
        assert name in shown


@given(
    width=st.integers(56, 140),
    secret=st.text(string.ascii_letters + string.digits + "~._-", min_size=34, max_size=64),
    mark=st.sampled_from(CopyMark),
    is_next=st.booleans(),
)
@settings(max_examples=12)
def test_the_secret_stands_alone_on_a_line_that_was_always_there(
    width: int, secret: str, mark: CopyMark, is_next: bool
) -> None:
    async def look() -> None:
        host = Host(shown := rows(secret=secret))
        shown.secret.mark = mark
        async with host.run_test(size=(width, 20)) as pilot:
            shown.set_next(SECRET if is_next else None)
            before = [bool(line) for line in host.lines()]
            assert shown.secret.reveal() is (len(secret) <= width)
            if len(secret) <= width:
                await until(pilot, lambda: secret in [line.strip() for line in host.lines()])
                assert [bool(line) for line in host.lines()] == before, "nothing jumps"
                text = "\n".join(host.lines())
                assert MASK not in text
                assert "for 30 s more" in text
                assert ("next: c" in text) is is_next

    asyncio.run(look())


async def test_a_terminal_too_narrow_for_it_does_not_show_it() -> None:
    host = Host(shown := rows(secret="s" * 64))
    async with host.run_test(size=(60, 20)):
        assert not shown.secret.reveal()
        assert shown.secret.length == 64


async def _line(host: Host, pilot: Pilot[None], pattern: str) -> None:
    await until(pilot, lambda: any(re.search(pattern, line) for line in host.lines()))


async def test_marks_say_what_became_of_each_and_which_is_next() -> None:
    host = Host(shown := rows())
    async with host.run_test(size=(80, 20)) as pilot:
        shown.rows[0].mark = CopyMark.COPIED
        shown.rows[1].mark = CopyMark.SENT
        shown.rows[SECRET].mark = CopyMark.SHOWN
        shown.set_next(2)
        await _line(host, pilot, r"^  1 .*✓ copied$")
        await _line(host, pilot, r"^  2 .*\? copied$")
        await _line(host, pilot, r"^▌ 3 .*next: c$")
        await _line(host, pilot, r"^  4 .*✓ shown$")
        shown.set_next(SECRET)
        await _line(host, pilot, r"^▌ 4 .*next: c$")
        shown.set_next(None)
        await until(pilot, lambda: not any("next" in line for line in host.lines()))


async def test_what_is_left_of_the_visible_time_is_said_beforehand() -> None:
    time = [0.0]
    shown = CredentialRows(lambda: time[0])
    shown.secret.hold(Secret(VALUE))
    host = Host(shown)
    async with host.run_test(size=(80, 20)) as pilot:
        await _line(host, pilot, r"Press r to show it \(30 s\)")
        shown.secret.reveal()
        time[0] += 13
        await _line(host, pilot, "for 17 s more")
        shown.secret.conceal()
        await _line(host, pilot, r"Press r to show it \(17 s\)")
        shown.secret.reveal()
        time[0] += 17
        await _line(host, pilot, f"{MASK}  was shown")


async def test_a_click_on_a_row_asks_for_its_value() -> None:
    host = Host(rows())
    async with host.run_test(size=(80, 20), message_hook=host.keep) as pilot:
        for number in range(1, 6):
            await pilot.click(f"#credential-{number}")
        await until(pilot, lambda: [one.index for one in host.of_kind(Clicked)] == [0, 1, 2, 3, 4])


async def test_public_values_can_be_selected_and_the_secret_cannot() -> None:
    host = Host(shown := rows())
    async with host.run_test(size=(80, 20)) as pilot:
        shown.secret.reveal()
        await until(pilot, lambda: VALUE in "\n".join(host.lines()))
        host.screen.text_select_all()
        selected = host.screen.get_selected_text() or ""
        assert GUID in selected
        assert VALUE not in selected
        assert isinstance(shown.rows[1], ValueRow)
