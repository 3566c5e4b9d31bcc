"""What copying reports, what it keeps, and what it clears."""

from __future__ import annotations

import asyncio
import base64
import gc
import threading
from collections.abc import Mapping, Sequence

import pytest

from pipeops_tui.clipboard import Clipboard, Copied, CopyOutcome, TerminalEnvironment
from pipeops_tui.core.secret import Secret
from tests.clipboard.support import SECRETS, MemoryRunner, desktop, remote
from tests.support.clocks import VirtualClock

VALUE = "hQr8Q~plainly.4rHx_yBz0kQ2mWv9sLpNuTd"


def make(runner: MemoryRunner, environment: TerminalEnvironment) -> tuple[Clipboard, list[str], VirtualClock]:
    sent: list[str] = []
    clock = VirtualClock()
    return Clipboard(sent.append, environment=environment, runner=runner, clock=clock), sent, clock


@pytest.mark.parametrize("value", SECRETS)
async def test_a_native_copy_is_read_back_before_it_is_called_copied(value: str) -> None:
    runner = MemoryRunner({"xclip"})
    clipboard, sent, _ = make(runner, desktop())
    assert await clipboard.copy(Secret(value)) == Copied(CopyOutcome.COPIED)
    assert runner.content == value
    assert not sent


async def test_a_text_from_elsewhere_is_copied_as_it_is_shown() -> None:
    runner = MemoryRunner({"xclip"})
    clipboard, _, _ = make(runner, desktop())
    await clipboard.copy("Subscription: A\x1b]52;c;eA==\x07\n\u202ex")
    assert runner.content == "Subscription: A<U+001B>]52;c;eA==<U+0007>\n<U+202E>x"


async def test_a_tool_that_changes_the_text_is_not_called_copied() -> None:
    clipboard, sent, _ = make(MemoryRunner({"xclip"}, mangle=str.strip), desktop())
    assert (await clipboard.copy(" padded ")).outcome is CopyOutcome.SENT
    assert len(sent) == 1


async def test_a_failing_tool_is_followed_by_the_next() -> None:
    runner = MemoryRunner({"xclip", "xsel"}, dead={"xclip"})
    clipboard, _, _ = make(runner, desktop())
    assert (await clipboard.copy(Secret(VALUE))).outcome is CopyOutcome.COPIED
    assert [argv[0] for argv, _ in runner.ran] == ["xclip", "xsel", "xsel"]


async def test_nothing_ever_travels_in_an_argument() -> None:
    runner = MemoryRunner({"xclip", "wl-copy", "wl-paste"})
    clipboard, _, _ = make(runner, desktop(WAYLAND_DISPLAY="wayland-0", XDG_RUNTIME_DIR="/run/user/1"))
    await clipboard.copy(Secret(VALUE))
    await clipboard.clear_if_ours()
    assert runner.ran
    assert VALUE not in repr(runner.ran)


@pytest.mark.parametrize(
    "environment",
    [remote(), remote(DISPLAY="localhost:10.0"), TerminalEnvironment("Linux", {"TERM": "xterm"}, in_container=True)],
    ids=["ssh", "ssh with a forwarded display", "container"],
)
async def test_on_another_machine_the_terminal_is_asked(environment: TerminalEnvironment) -> None:
    runner = MemoryRunner({"xclip", "xsel"})
    clipboard, sent, _ = make(runner, environment)
    copied = await clipboard.copy(Secret(VALUE))
    assert copied == Copied(CopyOutcome.SENT, "If nothing arrives, select it on screen with Shift-drag.")
    assert sent == [f"\x1b]52;c;{base64.b64encode(VALUE.encode()).decode()}\x07"]
    assert not runner.ran


async def test_a_container_that_was_given_a_display_uses_it() -> None:
    runner = MemoryRunner({"xclip"})
    clipboard, _, _ = make(runner, TerminalEnvironment("Linux", {"DISPLAY": ":0", "TERM": "xterm"}, in_container=True))
    assert (await clipboard.copy(VALUE)).outcome is CopyOutcome.COPIED


async def test_without_tools_on_a_desktop_it_is_sent_and_says_what_would_help() -> None:
    clipboard, sent, _ = make(MemoryRunner(), desktop())
    copied = await clipboard.copy(Secret(VALUE))
    assert copied.outcome is CopyOutcome.SENT
    assert "xclip" in copied.hint
    assert sent


@pytest.mark.parametrize(
    ("environment", "words"),
    [({"TERM": "linux"}, "no clipboard"), ({"TERM": "dumb"}, "no clipboard"), ({}, "no clipboard")],
)
async def test_a_terminal_without_a_clipboard_is_said_to_have_none(environment: dict[str, str], words: str) -> None:
    clipboard, sent, _ = make(MemoryRunner(), TerminalEnvironment("Linux", environment))
    copied = await clipboard.copy(Secret(VALUE))
    assert copied.outcome is CopyOutcome.FAILED
    assert words in copied.hint
    assert not sent


async def test_a_terminal_that_cannot_be_written_to_is_a_failure() -> None:
    def refuse(text: str) -> None:
        raise OSError(text)

    clipboard = Clipboard(refuse, environment=remote(), runner=MemoryRunner())
    assert (await clipboard.copy(Secret(VALUE))).outcome is CopyOutcome.FAILED


@pytest.mark.parametrize(
    ("version", "in_memory", "used"),
    [
        ("2.1.0", True, False),
        ("2.2.1", False, False),
        ("2.2.1", True, True),
        ("2.3.0", False, True),
        ("?", True, False),
    ],
)
async def test_wl_copy_gets_the_secret_only_when_it_keeps_it_off_the_disk(
    version: str, in_memory: bool, used: bool
) -> None:
    runner = MemoryRunner({"wl-copy", "wl-paste"}, wayland_version=version)
    environment = TerminalEnvironment(
        "Linux",
        {"WAYLAND_DISPLAY": "wayland-0", "XDG_RUNTIME_DIR": "/run/user/1", "TERM": "xterm"},
        temporary_files_in_memory=in_memory,
    )
    clipboard, sent, _ = make(runner, environment)
    assert (await clipboard.copy("a tenant id")).outcome is CopyOutcome.COPIED
    copied = await clipboard.copy(Secret(VALUE))
    assert copied.outcome is (CopyOutcome.COPIED if used else CopyOutcome.SENT)
    assert bool(sent) is not used
    assert used or "file" in copied.hint


async def test_wl_copy_keeps_its_files_in_memory_and_hints_at_clipboard_managers() -> None:
    runner = MemoryRunner({"wl-copy", "wl-paste"})
    clipboard, _, _ = make(runner, desktop(WAYLAND_DISPLAY="wayland-0", XDG_RUNTIME_DIR="/run/user/1"))
    await clipboard.copy(Secret(VALUE))
    argv, extra = next((argv, extra) for argv, extra in runner.ran if argv[:2] == ("wl-copy", "--type"))
    assert "--sensitive" in argv
    assert extra == {"TMPDIR": "/run/user/1"}


@pytest.mark.parametrize(
    ("environment", "first"),
    [
        (TerminalEnvironment("Darwin", {"TERM": "xterm"}), "pbcopy"),
        (TerminalEnvironment("Windows", {}), "pyperclip"),
        (TerminalEnvironment("Linux", {"TERM": "xterm", "DISPLAY": ":0"}, is_wsl=True), "pyperclip"),
    ],
    ids=["macOS", "Windows", "WSL"],
)
async def test_each_platform_has_its_own_tool(environment: TerminalEnvironment, first: str) -> None:
    runner = MemoryRunner({"pbcopy", "xclip"})
    clipboard, _, _ = make(runner, environment)
    assert (await clipboard.copy(Secret(VALUE))).outcome is CopyOutcome.COPIED
    assert first in " ".join(runner.ran[0][0])


async def test_ours_is_cleared_after_a_minute() -> None:
    runner = MemoryRunner({"xclip"})
    clipboard, _, clock = make(runner, desktop())
    await clipboard.copy(Secret(VALUE))
    assert await clipboard.holds_ours()
    assert await clipboard.clear_later()
    assert clock.monotonic() == 60
    assert runner.content == ""
    assert not await clipboard.holds_ours()


async def test_what_is_not_ours_is_never_cleared() -> None:
    runner = MemoryRunner({"xclip"})
    clipboard, _, _ = make(runner, desktop())
    runner.content = "a shopping list"
    assert not await clipboard.clear_if_ours()
    await clipboard.copy(Secret(VALUE))
    runner.content = "a shopping list"
    assert not await clipboard.holds_ours()
    assert not await clipboard.clear_if_ours()
    assert runner.content == "a shopping list"


async def test_a_public_value_copied_later_is_left_alone() -> None:
    runner = MemoryRunner({"xclip"})
    clipboard, _, _ = make(runner, desktop())
    await clipboard.copy(Secret(VALUE))
    await clipboard.copy("a tenant id")
    assert not await clipboard.clear_if_ours()
    assert runner.content == "a tenant id"


async def test_clearing_that_fails_is_not_called_cleared() -> None:
    class Stubborn(MemoryRunner):
        def feed(self, argv: Sequence[str], text: Secret | None, extra: Mapping[str, str]) -> bool:
            return text is None or super().feed(argv, text, extra)

    clipboard, _, _ = make(Stubborn({"xclip"}), desktop())
    await clipboard.copy(Secret(VALUE))
    assert not await clipboard.clear_if_ours()
    assert await clipboard.holds_ours()


async def test_what_the_terminal_was_sent_is_beyond_reach() -> None:
    clipboard, _, _ = make(MemoryRunner(), remote())
    await clipboard.copy(Secret(VALUE))
    assert not await clipboard.clear_if_ours()


async def test_no_object_keeps_what_was_copied() -> None:
    clipboard, _, _ = make(MemoryRunner({"xclip"}, mangle=lambda text: "x" * len(text)), desktop())
    secret = Secret("".join(["kept", "nowhere", "8Q~4rHx_yBz0kQ2mWv9sLpNuT"]))
    value = secret.reveal()
    await clipboard.copy(secret)
    held = [str(vars(clipboard)), *(repr(item) for item in gc.get_referents(clipboard))]
    assert not any(value in text for text in held)


async def test_a_forgotten_secret_cannot_be_copied() -> None:
    clipboard, _, _ = make(MemoryRunner({"xclip"}), desktop())
    secret = Secret(VALUE)
    secret.forget()
    with pytest.raises(LookupError):
        await clipboard.copy(secret)


async def test_a_copy_that_nobody_waits_for_any_more_is_finished_before_the_next() -> None:
    release = threading.Event()

    class Slow(MemoryRunner):
        def feed(self, argv: Sequence[str], text: Secret | None, extra: Mapping[str, str]) -> bool:
            first = not self.ran
            fed = super().feed(argv, text, extra)
            return fed and (not first or release.wait(10))

    clipboard, _, _ = make(runner := Slow({"xclip"}), desktop())
    first = asyncio.create_task(clipboard.copy("one"))
    while not runner.ran:
        await asyncio.sleep(0)
    first.cancel()
    second = asyncio.create_task(clipboard.copy("two"))
    for _ in range(5):
        await asyncio.sleep(0)
    assert runner.content == "one"
    release.set()
    assert (await second).outcome is CopyOutcome.COPIED
    assert runner.content == "two"
