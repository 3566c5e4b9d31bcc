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


def test_words_with_blanks_are_quoted_in_a_way_that_every_system_knows() -> None:
    assert ' --display-name "PipeOps secret" ' in commands.add_secret("PipeOps secret", "2027-05-22")


@pytest.mark.parametrize("name", ["you@contoso.com", "o'brien@contoso.com", "hey!you@contoso.com", "a#EXT#@b.c"])
def test_whoever_is_given_a_role_is_one_word(name: str) -> None:
    role, scope = "User Access Administrator", f"{SCOPE}/resourceGroups/apps(1)"
    words = shlex.split(commands.grant_role(name, role, scope))
    assert words[4:] == ["--assignee", name, "--role", role, "--scope", scope]


def test_a_lock_is_one_word() -> None:
    lock = f'{SCOPE}/providers/Microsoft.Authorization/locks/keep $this "one"'
    assert shlex.split(commands.delete_lock(lock))[-1] == lock


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
