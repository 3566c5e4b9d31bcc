"""Command lines for people: a shell reads them as they were meant, and so do people."""

from __future__ import annotations

import shlex
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeops_tui.provisioning import commands

SCOPE = "/subscriptions/1b7e09cc-4a2e-4f2f-9d0a-6f6d1f0aa0c4"


def test_a_query_with_quotes_of_its_own_can_be_read() -> None:
    assert """ --query "[?principalId=='9a51'].id" """ in commands.find_assignments(SCOPE, "9a51")
    assert """ --filter "uniqueName eq 'pipeops-tui-1'" """ in commands.find_application("pipeops-tui-1")


@given(st.text(st.sampled_from("ab'\"$`\\\\! ;&|<>()*\n") | st.characters(exclude_characters="\0"), min_size=1))
def test_every_name_is_one_word(name: str) -> None:
    assert shlex.split(commands.create_application(name))[5] == name


@pytest.mark.parametrize(
    "name", ["O'Brien", "<id>", "it's $HOME", "`id`'s", "'\"'", "back\\slash's", "it's!", "two\nlines'"]
)
def test_a_real_shell_reads_it_so_too(name: str) -> None:
    line = commands.create_application(name)
    read = subprocess.run(
        ["sh", "-c", f'az() {{ printf %s "$5"; }}; {line}'], capture_output=True, text=True, check=True
    )
    assert read.stdout == name
