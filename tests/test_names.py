"""The rules for names, checked against what Azure's documentation allows."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeops_tui import names

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


@given(st.text(min_size=1, max_size=95))
def test_a_group_name_passes_exactly_when_every_rule_holds(name: str) -> None:
    fine = (
        len(name) <= 90
        and not name.endswith(".")
        and all(c in "_-.()" or unicodedata.category(c) in ALLOWED for c in name)
    )
    assert (names.group_name_error(name) == "") is fine


@given(st.text(max_size=8))
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
