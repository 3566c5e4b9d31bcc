"""What comes in from the terminal: whatever bytes they are, they are read, and what is meant by them still arrives."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from textual.events import AppFocus, CursorPosition, Key, MouseDown, MouseEvent, Paste
from textual.message import Message

from pipeops_tui.ui.base.textual_internals import TerminalInput

NO_TEXT = "\N{REPLACEMENT CHARACTER}"


def meant(data: bytes, *, encoding: str = "utf-8", piece: int = 0) -> list[Message]:
    """What arrives of `data` in pieces of this length (all at once where it is 0), when nothing follows."""
    reader = TerminalInput(encoding)
    pieces = [data[at : at + piece] for at in range(0, len(data), piece)] if piece else [data]
    arrived = [message for part in pieces for message in reader.messages(part, 0.0)]
    return [*arrived, *reader.rested(1.0)]


def typed(messages: list[Message]) -> str:
    return "".join(message.character or "" for message in messages if isinstance(message, Key))


@pytest.mark.parametrize("piece", [0, 1, 2, 3, 5])
@pytest.mark.parametrize(
    "report",
    [b"\x1b[MC\xa02", b"\x1b[M \xc3\xa9", b"\x1b[M\x1b[M", b"\x1b[M   ", b"\x1b[M\xff\xff\xff", b"\x1b[32;10;10M"],
)
def test_a_mouse_report_in_an_old_form_is_skipped_and_what_follows_arrives(report: bytes, piece: int) -> None:
    assert typed(meant(report + b"a" + report + b"b", piece=piece)) == "ab"


def test_an_old_report_says_that_the_terminal_has_lost_its_modes() -> None:
    reader = TerminalInput()
    list(reader.messages(b"\x1b[<0;3;4M", 0.0))
    assert not reader.saw_old_report
    list(reader.messages(b"\x1b[", 0.0))
    list(reader.messages(b"MC\xa02x", 0.0))
    assert reader.saw_old_report


@pytest.mark.parametrize("piece", [0, 1, 3])
def test_a_paste_that_is_no_utf_8_is_a_paste(piece: int) -> None:
    arrived = meant(b"\x1b[200~caf\xe9 \x1b[M\xe9\xe9\xe9!\x1b[201~a", piece=piece)
    pastes = [message.text for message in arrived if isinstance(message, Paste)]
    assert pastes == [f"caf{NO_TEXT} [M{NO_TEXT * 3}!"]
    assert typed(arrived) == "a"


@pytest.mark.parametrize("piece", [0, 1, 2, 7])
@pytest.mark.parametrize("inside", [b"\x1b", b"\x1b[", b"\x1b[201", b"\x1b\x1b[20", b"\x1b[200~", b"\x1b[A\x1b\x1b"])
def test_no_sequence_in_a_paste_types_a_key(inside: bytes, piece: int) -> None:
    [paste] = meant(b"\x1b[200~one" + inside + b"\rtwo" + inside + b"\x1b[201~", piece=piece)
    assert isinstance(paste, Paste)
    left = inside.replace(b"\x1b", b"").decode()
    assert paste.text == f"one{left}\rtwo{left}"


def test_where_the_terminal_is_not_utf_8_its_own_characters_are_read() -> None:
    assert typed(meant(b"caf\xe9", encoding="iso8859-1")) == "café"


@pytest.mark.parametrize(
    "sequence",
    [
        b"1114112u",
        b"97;1:3u",
        b"9999999999999999999999u",
        b"55296u",
        b"::u",
        b"97;;1114112u",
        b"1;:A",
        b"97;55296;56320u",
    ],
)
def test_a_key_that_is_no_character_is_skipped_and_what_follows_arrives(sequence: bytes) -> None:
    arrived = meant(b"\x1b[" + sequence + b"a\x1b[97ub")
    assert typed(arrived).endswith("aab"), arrived
    typed(arrived).encode()


def test_sizes_in_the_input_move_no_mouse() -> None:
    for size in (b"0;0;0;0", b"5;5;5000;5000"):
        arrived = meant(b"\x1b[48;%bt\x1b[<0;30;4M" % size)
        press = next(message for message in arrived if isinstance(message, MouseDown))
        assert (press.x, press.y) == (29, 3)


def test_half_a_paste_ends_by_itself_and_keys_have_an_effect_again() -> None:
    reader = TerminalInput()
    assert list(reader.messages(b"\x1b[200~hell", 0.0)) == []
    assert list(reader.rested(TerminalInput.UNFINISHED_PASTE_SECONDS - 0.1)) == []
    [paste] = reader.rested(TerminalInput.UNFINISHED_PASTE_SECONDS)
    assert isinstance(paste, Paste)
    assert paste.text == "hell"
    assert typed(list(reader.messages(b"o", 6.0))) == "o"


def test_a_slow_paste_is_one_paste() -> None:
    reader = TerminalInput()
    for second in range(0, 12, 3):
        assert list(reader.messages(b"a" if second else b"\x1b[200~a", second)) == []
        assert list(reader.rested(second + 2.9)) == []
    [paste] = reader.messages(b"\x1b[201~", 12.0)
    assert isinstance(paste, Paste)
    assert paste.text == "aaaa"


def test_the_escape_key_is_escape() -> None:
    reader = TerminalInput()
    assert list(reader.messages(b"\x1b", 0.0)) == []
    keys: list[Message] = []
    while not keys:
        keys += reader.rested(0.1)
    assert [key.key for key in keys if isinstance(key, Key)] == ["escape"]


def test_usual_input_means_what_it_means_to_textual() -> None:
    assert [message.key for message in meant(b"\x1b[A\x1bOP\t\r") if isinstance(message, Key)] == [
        *("up", "f1", "tab", "enter"),
    ]
    kinds = [type(message) for message in meant(b"\x1b[I\x1b[<0;3;3M\x1b[5;5R")]
    assert kinds == [AppFocus, MouseDown, CursorPosition]
    assert typed(meant("naïve 日本".encode(), piece=1)) == "naïve 日本"


@pytest.mark.parametrize("seed", range(20))
def test_64_kib_of_anything_are_read(seed: int) -> None:
    reader, read = TerminalInput(), 0
    for piece in noise(random.Random(seed)):
        for message in (*reader.messages(piece, 0.0), *reader.rested(10.0)):
            read += 1
            if isinstance(message, Key | Paste):
                (message.key if isinstance(message, Key) else message.text).encode()
            elif isinstance(message, MouseEvent):
                assert message.x >= 0
                assert message.y >= 0
    assert read > 1000
    longer_than_any_sequence = b"-" * 40
    assert typed([*reader.rested(20.0), *reader.messages(longer_than_any_sequence + b"a", 20.0)]).endswith("-a")


def noise(chance: random.Random, size: int = 65536) -> Iterator[bytes]:
    """Bytes by chance, beginnings of sequences among them, in pieces by chance."""
    known = (b"\x1b[", b"\x1b[M", b"\x1b[<", b"\x1b[200~", b"\x1b[201~", b"\x1bO", b"\x1b[48;", b"\x1b[?2048;1$y")
    data = bytearray()
    while len(data) < size:
        data += chance.choice(known) if chance.random() < 0.05 else chance.randbytes(chance.randrange(1, 20))
    at = 0
    while at < len(data):
        end = at + chance.randrange(1, 200)
        yield bytes(data[at:end])
        at = end
