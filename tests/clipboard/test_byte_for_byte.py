"""Secrets as Microsoft Entra makes them, and worse, through everything that carries them."""

from __future__ import annotations

import asyncio
import base64
import re
import string
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeops_tui.clipboard import Clipboard, Copied, CopyOutcome, ProcessRunner
from pipeops_tui.clipboard.terminal import Wrap, osc52
from pipeops_tui.core.model import Credentials
from pipeops_tui.core.secret import Secret
from pipeops_tui.ui.steps.credentials.pipeops_form import block_of
from tests.clipboard.support import MemoryRunner, desktop

MADE_OF = string.ascii_letters + string.digits + "~._-"
SHELL = MADE_OF + "$`\"'\\|&;<>*?[]{}()!#%^ "
secrets = st.builds(
    lambda first, rest: first + rest,
    st.sampled_from("-~.") | st.sampled_from(MADE_OF),
    st.text(MADE_OF, min_size=33, max_size=63) | st.text(SHELL, min_size=33, max_size=63),
)


@given(secrets)
def test_through_the_terminal(value: str) -> None:
    plain = osc52(Secret(value), Wrap.NONE).reveal()
    doubled = osc52(Secret(value), Wrap.TMUX).reveal().removeprefix("\x1bPtmux;").removesuffix("\x1b\\")
    pieces = re.findall(r"\x1bP(.*?)\x1b\\", osc52(Secret(value), Wrap.SCREEN).reveal(), re.DOTALL)
    for sequence in (plain, doubled.replace("\x1b\x1b", "\x1b"), "".join(pieces)):
        found = re.fullmatch(r"\x1b]52;c;([A-Za-z0-9+/=]+)\x07", sequence)
        assert found is not None
        assert base64.b64decode(found[1]) == value.encode()


@given(secrets)
def test_through_a_clipboard(value: str) -> None:
    runner = MemoryRunner({"xclip"})
    clipboard = Clipboard(lambda text: None, environment=desktop(), runner=runner)
    assert asyncio.run(clipboard.copy(Secret(value))) == Copied(CopyOutcome.COPIED)
    assert runner.content == value


@given(secrets)
@settings(max_examples=20)
def test_through_a_real_process(value: str) -> None:
    runner = ProcessRunner({"PATH": "/usr/bin:/bin"}, 30)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "file"
        assert runner.feed(("dd", f"of={file}"), Secret(value), {})
        assert file.read_bytes() == value.encode()
        read = runner.read(("cat", str(file)), {})
    assert read is not None
    assert read.reveal() == value


@given(secrets)
def test_through_the_block_of_all_values(value: str) -> None:
    expires = datetime(2027, 5, 22, 9, 14, tzinfo=UTC)
    block = block_of(Credentials("group", "tenant", "client", Secret(value), "subscription", expires)).reveal()
    lines = dict(line.split(": ", 1) for line in block.split("\n"))
    assert lines["Client Secret"] == value
    assert lines["Client Secret expires"] == "22 May 2027, 09:14 UTC"
