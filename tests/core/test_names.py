"""The rules for names, checked against what Azure's documentation allows."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeops_tui.core import names

ALLOWED = {"Lu", "Ll", "Lt", "Lm", "Lo", "Nd"}


@pytest.mark.parametrize("name", ["PipeOpsRG", "a", "_", "-.x", "(x)", "ёжик", "東京", "rg٣", "x" * 90])
def test_azure_takes_these(name: str) -> None:
    assert names.group_name_error(name) == ""


@pytest.mark.parametrize(
    ("name", "says"),
    [("a b", "A space"), ("a/b", "“/”"), ("x²", "“²”"), ("a\tb", "U+0009"), ("a\u200bb", "U+200B"), ("🙂", "“🙂”")],
)
def test_the_offending_character_is_named(name: str, says: str) -> None:
    assert says in names.group_name_error(name)


GROUP_NAMES = st.one_of(
    st.text(min_size=1, max_size=95),
    st.text(st.sampled_from("aZ0_-.()é京٣"), min_size=1, max_size=95),
    st.builds(
        lambda filler, length, end: (filler * 95)[:length] + end,
        st.sampled_from(["a", "Ab-1", "京", "(_)", "."]),
        st.integers(86, 92),
        st.sampled_from(["", ".", "x", "-", " ", "²", "🙂"]),
    ),
)
"""Any text, texts of allowed characters, and texts around the longest length with every kind of end."""


@settings(max_examples=400)
@example("a" * 90)
@example("a" * 91)
@example("a" * 89 + ".")
@example("京" * 90)
@given(GROUP_NAMES)
def test_a_group_name_passes_exactly_when_every_rule_holds(name: str) -> None:
    fine = (
        len(name) <= 90
        and not name.endswith(".")
        and all(c in "_-.()" or unicodedata.category(c) in ALLOWED for c in name)
    )
    assert (names.group_name_error(name) == "") is fine


@given(st.text(max_size=8) | st.integers(-2, 733).map(str) | st.sampled_from(["0730", "730.0", "+1", "1e2", "٣", "²"]))
def test_days_pass_exactly_from_1_to_730(text: str) -> None:
    fine = text.isascii() and text.isdigit() and 1 <= int(text) <= 730
    assert (names.secret_days_error(text) == "") is fine


@given(st.uuids())
def test_every_guid_is_one_in_its_usual_form_only(guid: object) -> None:
    assert names.is_guid(str(guid))
    assert names.is_guid(str(guid).upper())
    assert not names.is_guid(f"{{{guid}}}")
    assert not names.is_guid(str(guid).replace("-", ""))
    assert not names.is_guid(f"{guid}\n")


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("", ()),
        ("costCenter=4711", (("costCenter", "4711"),)),
        (" a = 1 ,b=x y, ", (("a", "1"), ("b", "x y"))),
        ("owner=Doe, Jane; a=1", (("owner", "Doe, Jane"), ("a", "1"))),
        ("query=a=b", (("query", "a=b"),)),
        ("owner=Doe, Jane;", (("owner", "Doe, Jane"),)),
        (f"{'n' * 512}={'v' * 256}", (("n" * 512, "v" * 256),)),
    ],
)
def test_tags_are_read_as_they_are_typed(text: str, tags: tuple[tuple[str, str], ...]) -> None:
    assert names.tags_error(text) == ""
    assert names.parse_tags(text) == tags
    assert names.parse_tags(names.spell_tags(tags)) == tags


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("costCenter", "costCenter needs a value: write costCenter=…"),
        ("costCenter=", "costCenter needs a value"),
        ("=4711", "A tag needs a name"),
        ("a=1, A=2", "A is given twice"),
        ("a?b=1", "“?” is not allowed in a tag's name."),
        ("a\tb=1", "U+0009"),
        ("AzureTeam=1", "AzureTeam cannot be used"),
        ("microsoft.cost=1", "microsoft.cost cannot be used"),
        ("cost\u200bCenter=1", "The invisible character U+200B is not allowed in a tag's name."),
        ("costCenter=47\u202e11", "The invisible character U+202E is not allowed in the value of costCenter."),
        ("costCenter=\x1b[31m", "U+001B is not allowed in the value"),
        ("costCenter: 4711", "Write a tag with an equals sign: costCenter=4711"),
        ('{"costCenter": "4711"}', "Write a tag with an equals sign: costCenter=4711"),
        (f"{'n' * 512}=1, {'N' * 512}=2", f"{'N' * 39}… is given twice"),
        ("n" * 512, f"{'n' * 39}… needs a value"),
        (f"{names.OWN_TAG}=1", "pipeops-tui uses the tag"),
        (f"{'n' * 513}=1", "name is too long by 1"),
        (f"{'n' * 512}={'v' * 257}", f"{'n' * 39}…'s value is too long by 1"),
        (f"a={'v' * 258}", "a's value is too long by 2"),
        (", ".join(f"t{number}=1" for number in range(50)), "Too many tags: at most 49 are allowed."),
    ],
)
def test_tags_that_azure_would_refuse_are_told_why(text: str, said: str) -> None:
    assert said in names.tags_error(text)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("PipeOpsRG", ""),
        ("a" * 40, ""),
        ("a" * 41, "over 40 characters: a cluster's own group (MC_…) can get too long a name"),
        ("größe-rg", "managed Kubernetes (AKS) does not take “ö” in a group's name"),
        ("组", "managed Kubernetes (AKS) does not take “组” in a group's name"),
        ("é" * 50, "managed Kubernetes (AKS) does not take “é” in a group's name"),
    ],
)
def test_a_name_that_clusters_cannot_carry_gets_a_hint_and_no_error(name: str, hint: str) -> None:
    assert names.group_name_error(name) == ""
    assert names.group_name_hint(name) == hint
