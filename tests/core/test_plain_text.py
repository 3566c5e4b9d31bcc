"""Texts from elsewhere: nothing in them acts on a terminal, nothing hides, and what people really use stays."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, fields, is_dataclass, replace
from inspect import getmembers, isclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeops_tui.core import model
from pipeops_tui.core.plain_text import LONGEST, LONGEST_NAME, PlainTexts, first_unseen, plain, plain_lines, visible
from pipeops_tui.core.problem import CloudError, FailureKind, Problem
from pipeops_tui.core.settings import Settings

HOSTILE = {
    "A\x1b]52;c;cHduZWQ=\x07B": "A<U+001B>]52;c;cHduZWQ=<U+0007>B",
    "A\x1b[2JB": "A<U+001B>[2JB",
    "\x9b2J\x7f\x00": "<U+009B>2J<U+007F><U+0000>",
    "safe\u202ednetsevil\u202c \u2066x": "safe<U+202E>dnetsevil<U+202C> <U+2066>x",
    "Prod\u200b\u200d\u2060\ufeff": "Prod<U+200B><U+200D><U+2060><U+FEFF>",
    "two\r\nlines\u2028three": "two<U+000D><U+000A>lines<U+2028>three",
    "half an emoji \ud83d": "half an emoji <U+D83D>",
    "Hangul\u3164filler\u115f, grapheme\u034fjoiner, soft\xadhyphen": (
        "Hangul<U+3164>filler<U+115F>, grapheme<U+034F>joiner, soft<U+00AD>hyphen"
    ),
    "variation\ufe0f 1\ufe0f \U000e0100": "variation<U+FE0F> 1<U+FE0F> <U+E0100>",
    "tags \U000e0067\U000e0062": "tags <U+E0067><U+E0062>",
    "+\u200d+": "+<U+200D>+",
}
REAL = [
    "⚠️ Prod 👩‍💻",
    "🏳️‍🌈 CJK 测试",
    "👩🏽‍🚀 👨‍👩‍👧 🙂‍↔️ ❤️‍🔥",
    "1️⃣ #️⃣ ‼️ ℹ️ ©️",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "می‌خواهم",
    "क्‍ष",
    "Grüße, naïve, O’Brien “and” sons",
    "全角\u3000空白 · 한국어 · עברית · العربية",
    "[bold red]x[/] [@click=app.quit]q[/]",
]


@pytest.mark.parametrize(("text", "shown"), HOSTILE.items())
def test_what_is_not_seen_is_spelled(text: str, shown: str) -> None:
    assert plain(text) == shown
    assert first_unseen(text) != ""


@pytest.mark.parametrize("text", REAL)
def test_what_people_write_stays(text: str) -> None:
    assert plain(text) == text
    assert first_unseen(text) == ""
    assert visible(text) == text


def test_lines_stay_lines_where_there_can_be_some() -> None:
    assert plain_lines("one\r\ntwo\rthree\tfour\x1b[2J") == "one\ntwo\nthree four<U+001B>[2J"


@given(st.text(st.characters() | st.sampled_from("".join([*HOSTILE, *REAL])), max_size=60))
def test_no_text_acts_on_a_terminal_and_cleaning_twice_changes_nothing(text: str) -> None:
    for clean in (plain, plain_lines, visible):
        cleaned = clean(text)
        controls = {one for one in cleaned if unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp")}
        assert controls <= ({"\n"} if clean is plain_lines else set())
        assert not set(cleaned) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e\u200f")
        assert clean(cleaned) == cleaned
        cleaned.encode()


@pytest.mark.parametrize("text", ["x" * 10_000, "\x1b" * 10_000, "👩‍💻" * 5_000])
def test_a_text_ends_where_no_real_one_goes_on(text: str) -> None:
    cleaned = plain(text)
    assert len(cleaned) <= LONGEST
    assert cleaned.endswith("…")
    assert plain(cleaned) == cleaned


def test_a_fact_has_clean_texts_as_soon_as_it_exists() -> None:
    tags = (("a\x1b", "b"), ("c", "d\u202e"))
    group = model.ResourceGroup("a\x1b[2J", "west\u200b", tags=tags)
    assert group == model.ResourceGroup("a<U+001B>[2J", "west<U+200B>", tags=(("a<U+001B>", "b"), ("c", "d<U+202E>")))
    assert replace(group, location="\x07").location == "<U+0007>"
    assert len(replace(group, name="n" * 10_000).name) == LONGEST_NAME


def test_problems_and_errors_have_clean_texts() -> None:
    problem = Problem("a\x1b]0;x\x07", "one\ntwo\x9b", details=(("Code", "c\x1b"),))
    assert problem.as_text() == "a<U+001B>]0;x<U+0007>\none\ntwo<U+009B>\nCode: c<U+001B>"
    assert str(CloudError(FailureKind.FINAL, problem, code="x\x1b\n")).endswith("(final, x<U+001B><U+000A>)")


def test_every_fact_with_a_text_is_one_that_cleans_it() -> None:
    facts = [kind for _, kind in getmembers(model, isclass) if is_dataclass(kind)]
    with_texts = [kind for kind in [*facts, Problem, Settings] if any("str" in str(one.type) for one in fields(kind))]
    assert len(with_texts) > 15
    assert [kind.__name__ for kind in with_texts if not issubclass(kind, PlainTexts)] == []


def test_other_values_are_left_alone() -> None:
    @dataclass(frozen=True, slots=True)
    class Fact(PlainTexts):
        number: int
        state: model.SubscriptionState
        names: tuple[str, ...]

    names = ("a", "b")
    fact = Fact(3, model.SubscriptionState.ENABLED, names)
    assert fact.names is names
    assert fact.state is model.SubscriptionState.ENABLED
