"""Command lines for people: every shell reads them as they were meant, and so do people."""

from __future__ import annotations

import ast
import inspect
import re
import shlex
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pipeops_tui
from pipeops_tui.core import az_commands
from pipeops_tui.core.plain_text import plain

SCOPE = "/subscriptions/1b7e09cc-4a2e-4f2f-9d0a-6f6d1f0aa0c4"
NAMES = [
    "O'Brien",
    "<client id>",
    "it's $HOME",
    "$(touch pwned)",
    "`id`'s",
    "'\"'",
    "back\\slash's",
    "it's!",
    "-x",
    "--subscription=other",
    "-it's $x",
    "a,b;c|d&e",
    "you@contoso.com",
    "@args",
    "curly ’ and “quotes” of $all",
    "#comment",
    "⚠️ Prod 👩‍💻",
]
_NASTY = st.sampled_from("ab'\"$`\\! ;&|<>()*-=,@#~%{}[]’“\n\x1b\u202e")


def test_a_query_with_quotes_of_its_own_can_be_read() -> None:
    assert """ --query "[?principalId=='9a51'].id" """ in az_commands.find_assignments(SCOPE, "9a51")
    assert """ --filter "uniqueName eq 'pipeops-tui-1'" """ in az_commands.find_application("pipeops-tui-1")


def test_words_with_blanks_are_quoted_in_a_way_that_every_system_knows() -> None:
    assert ' --display-name "PipeOps secret" ' in az_commands.add_secret("PipeOps secret", "2027-05-22")


@pytest.mark.parametrize("name", ["you@contoso.com", "o'brien@contoso.com", "hey!you@contoso.com", "a#EXT#@b.c"])
def test_whoever_is_given_a_role_is_one_word(name: str) -> None:
    role, scope = "User Access Administrator", f"{SCOPE}/resourceGroups/apps(1)"
    words = shlex.split(az_commands.grant_role(name, role, scope))
    assert words[4:] == ["--assignee", name, "--role", role, "--scope", scope]


def test_a_lock_is_one_word() -> None:
    lock = f'{SCOPE}/providers/Microsoft.Authorization/locks/keep $this "one"'
    assert shlex.split(az_commands.delete_lock(lock))[-1] == lock


def test_a_placeholder_is_no_redirection() -> None:
    assert az_commands.create_principal() == 'az ad sp create --id "<client id>"'


def test_what_is_not_known_is_left_out() -> None:
    assert az_commands.log_in() == "az login"
    assert az_commands.create_group("s", "g", "l", ()) == "az group create --subscription s --name g --location l"


def test_a_value_that_begins_like_an_option_is_none() -> None:
    assert az_commands.create_application("-x").startswith("az ad app create --display-name=-x ")
    assert az_commands.create_group("s", "g", "l", [("--name", "x"), ("a", "-b")]).endswith(" --tags a=-b")


@pytest.mark.parametrize(
    ("name", "quoted"),
    [
        ("plain-name_1.0", " --display-name plain-name_1.0 "),
        ("a,b", ' --display-name "a,b" '),  # an array of PowerShell's
        ("O'Brien", ' --display-name "O\'Brien" '),
        ("$(id)", " --display-name '$(id)' "),
        ("it’s", ' --display-name "it’s" '),  # a quote of PowerShell's, which single ones would end at
        ("“x”", " --display-name '“x”' "),
        # Quoted parts are one word to PowerShell only behind a bare beginning.
        ("it's $x", """ --display-name='it'"'"'s $x' """),
    ],
)
def test_powershell_reads_the_same(name: str, quoted: str) -> None:
    """Quoting rules of PowerShell (Microsoft Learn, "about_Quoting_Rules" and "about_Parsing")."""
    assert quoted in az_commands.create_application(name)


def _value(line: str) -> str:
    """What is given as display name, as a POSIX shell splits `line` and argparse reads it."""
    words = shlex.split(line)
    assert words[:4] == ["az", "ad", "app", "create"]
    assert words[-2:] == ["--sign-in-audience", "AzureADMyOrg"]
    option, *value = words[4:-2]
    name, joined, rest = option.partition("=")
    assert name == "--display-name"
    assert not value if joined else len(value) == 1
    return rest if joined else value[0]


@given(st.text(_NASTY | st.characters(exclude_characters="\0"), min_size=1, max_size=40))
def test_every_name_is_one_word(name: str) -> None:
    assert _value(az_commands.create_application(name)) == plain(name)


@given(st.lists(st.text(_NASTY, min_size=1, max_size=12), min_size=1, max_size=8))
@settings(max_examples=25, deadline=None)
def test_a_real_shell_reads_every_name_as_it_is(names: list[str]) -> None:
    lines = [az_commands.create_application(name) for name in names]
    assert _read_by_sh(lines) == [shlex.split(line)[4:] for line in lines]


@pytest.mark.parametrize("name", NAMES)
def test_a_real_shell_reads_it_so_too(name: str) -> None:
    (words,) = _read_by_sh([az_commands.create_application(name)])
    assert words[0].removeprefix("--display-name=") == name or words[:2] == ["--display-name", name]


def _read_by_sh(lines: list[str]) -> list[list[str]]:
    """The words after the command, of each line, as /bin/sh gives them to a program."""
    script = "az() { shift 3; printf '%s\\0' \"$@\" end; }\n" + "\n".join(lines)
    read = subprocess.run(["/bin/sh", "-c", script], capture_output=True, check=True, cwd="/")
    assert read.stderr == b""
    words: list[list[str]] = [[]]
    for word in read.stdout.decode().split("\0")[:-1]:
        words[-1].append(word) if word != "end" else words.append([])
    return words[:-1]


@pytest.mark.parametrize("hidden", ["two\nlines", "\x1b[2J", "safe\u202ednetsevil"])
def test_a_line_holds_nothing_that_is_not_seen(hidden: str) -> None:
    line = az_commands.delete_group("s", hidden)
    assert line.isprintable()
    assert shlex.split(line)[-1] == plain(hidden)


def test_git_bash_needs_more_only_where_a_word_looks_like_a_path() -> None:
    for command in (az_commands.create_assignment(SCOPE), az_commands.delete_lock(f"{SCOPE}/a b")):
        assert "MSYS_NO_PATHCONV=1" in az_commands.git_bash_hint(command)
    for command in (az_commands.show_group("s", "g"), az_commands.log_in(scope="https://graph.microsoft.com/.default")):
        assert az_commands.git_bash_hint(command) == ""


def test_every_line_comes_from_here() -> None:
    """No other module writes a command with values in it: names would have to be quoted there again."""
    room = Path(inspect.getfile(pipeops_tui)).parent
    found = []
    for path in sorted(room.rglob("*.py")):
        if path.name == "az_commands.py" or "simulator" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.JoinedStr):
                text = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
                if re.search(r"(^|\s|`)(az [a-z]+ |pipeops-tui |[\w./-]+ )--?[a-z][\w-]*[ =]*\S*{}", text):
                    found.append(f"{path.relative_to(room)}:{node.lineno}: {text}")
    assert found == []
