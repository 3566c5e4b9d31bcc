"""The tags of a new resource group: what is typed or pasted is judged, and never lost."""

from __future__ import annotations

from textual.events import Paste

from pipeops_tui.core.model import PolicyFinding
from pipeops_tui.ui.widgets.fields import TextEntry
from pipeops_tui.ui.widgets.tags_line import TagsLine
from tests.ui.widgets.host import Host, until

COST_CENTER = PolicyFinding("require a cost center", tag="costCenter")
STAGE = PolicyFinding("require a stage", tag="stage", allowed=("prod",))


async def test_it_is_not_there_before_somebody_asks_for_tags() -> None:
    host = Host(line := TagsLine())
    async with host.run_test() as pilot:
        assert not line.display
        line.demand([COST_CENTER])
        await until(pilot, lambda: "A policy of your organization requires costCenter" in _screen(host))
        assert line.entry.value == "costCenter="


async def test_what_a_policy_asks_for_is_added_to_tags_that_hold_commas() -> None:
    host = Host(line := TagsLine())
    async with host.run_test():
        line.show((("owner", "Doe, Jane"),))
        line.demand([STAGE])
        assert line.entry.value == "owner=Doe, Jane; stage=prod"
        assert line.tags == (("owner", "Doe, Jane"), ("stage", "prod"))


async def test_every_line_of_a_paste_becomes_a_tag() -> None:
    host = Host(line := TagsLine())
    async with host.run_test() as pilot:
        line.demand([COST_CENTER])
        line.entry.focus()
        line.entry.value = ""
        host.post_message(Paste("costCenter=4711\r\nowner=Doe, Jane;\n\n"))
        await until(pilot, lambda: line.tags == (("costCenter", "4711"), ("owner", "Doe, Jane")))
        assert "✓ with costCenter, as a policy requires" in _screen(host)


async def test_pasted_junk_stays_and_is_told_what_is_wrong_with_it() -> None:
    host = Host(line := TagsLine())
    async with host.run_test() as pilot:
        line.demand([COST_CENTER])
        line.entry.focus()
        line.entry.value = ""
        junk = '{"costCenter": "4711"}'
        host.post_message(Paste(junk))
        await until(pilot, lambda: "Write a tag with an equals sign: costCenter=4711" in _screen(host))
        assert "A policy of your organization requires costCenter." in _screen(host)
        line.demand([STAGE])
        assert junk in line.entry.value


async def test_a_sentence_about_the_longest_of_names_can_be_read() -> None:
    host = Host(line := TagsLine())
    async with host.run_test(size=(50, 10)) as pilot:
        line.demand([COST_CENTER])
        line.entry.value = f"{'n' * 512}=1, {'n' * 512}=2"
        await until(pilot, lambda: "is given twice" in _screen(host))


async def test_as_many_tags_as_azure_takes_can_be_pasted() -> None:
    host = Host(line := TagsLine())
    async with host.run_test(message_hook=host.keep) as pilot:
        line.demand([COST_CENTER])
        line.entry.focus()
        line.entry.value = ""
        tags = tuple((f"{number:02}".ljust(512, "n"), "v" * 256) for number in range(49))
        host.post_message(Paste("\n".join(f"{name}={value}" for name, value in tags)))
        await until(pilot, lambda: line.tags == tags)
        line.entry.value = ""
        host.post_message(Paste("n" * 100_000))
        await until(pilot, lambda: bool(host.of_kind(TextEntry.PasteCut)))
        (cut,) = host.of_kind(TextEntry.PasteCut)
        assert len(line.entry.value) == cut.most


async def test_another_subscription_keeps_what_was_typed_and_not_what_its_policies_asked_for() -> None:
    host = Host(line := TagsLine())
    async with host.run_test():
        line.demand([COST_CENTER, STAGE])
        line.forget()
        assert (line.entry.value, line.display) == ("", False)
        line.demand([COST_CENTER, STAGE])
        line.entry.value = "costCenter=4711, stage=prod, team=web"
        line.forget()
        assert (line.tags, line.display) == ((("costCenter", "4711"), ("team", "web")), True)


def _screen(host: Host) -> str:
    return " ".join(" ".join(host.lines()).split())
