"""The Secret type: nothing that formats, pickles, copies, compares, logs or inspects an object shows the value."""

from __future__ import annotations

import copy
import dataclasses
import gc
import inspect
import json
import logging
import pickle
import pprint
import reprlib
import subprocess
import sys
import traceback
from collections.abc import Callable
from io import StringIO

import pytest
import rich
from rich.console import Console
from rich.pretty import pretty_repr
from rich.traceback import Traceback

from pipeops_tui.core.model import Credentials, NewPassword
from pipeops_tui.core.secret import MASK, Secret

# Put together at run time, so that no source line, and hence no traceback, holds it.
VALUE = "".join(reversed("dTuNpLs9vWm2Qk0zBy_xHr4.ylnialp~Q8rQh"))


@pytest.fixture
def secret() -> Secret:
    return Secret(VALUE)


def credentials(secret: Secret) -> Credentials:
    return Credentials("PipeOpsRG", "tenant", "client", secret, "subscription")


def test_it_can_be_read_until_it_is_forgotten(secret: Secret) -> None:
    before = (secret.reveal(), secret.forgotten)
    secret.forget()
    assert (before, secret.forgotten) == ((VALUE, False), True)
    with pytest.raises(LookupError):
        secret.reveal()


def test_forgetting_drops_the_value(secret: Secret) -> None:
    reader = gc.get_referents(secret)
    assert any(inspect.isfunction(item) for item in reader)
    del reader
    secret.forget()
    assert not any(inspect.isfunction(item) for item in gc.get_referents(secret))


def test_an_empty_one_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        Secret("")


SHOWS: list[Callable[[Secret], object]] = [
    repr,
    str,
    ascii,
    "{}".format,
    "{0!r:>50}".format,
    "{0:^60}".format,
    lambda secret: f"{secret} {secret!r} {secret!s} {secret=}",
    lambda secret: "%s %r %a" % (secret, secret, secret),  # noqa: UP031 - this way must be safe too
    pprint.pformat,
    pretty_repr,
    reprlib.repr,
    dir,
    inspect.getmembers,
    lambda secret: [secret, {"key": secret}, (secret,), {secret}],
    lambda secret: [secret].count(VALUE),  # type: ignore[arg-type]
    lambda secret: sorted([secret, Secret("a")], key=hash),
    lambda secret: object.__getstate__(secret),
    lambda secret: [getattr(secret, name) for name in dir(secret) if name != "reveal"],
    credentials,
    lambda secret: dataclasses.replace(credentials(secret), tenant_id="other"),
    lambda secret: NewPassword("key", secret, expires=None),  # type: ignore[arg-type]
]


@pytest.mark.parametrize("show", SHOWS)
def test_nothing_shows_it(secret: Secret, show: Callable[[Secret], object]) -> None:
    shown = show(secret)
    assert VALUE not in str(shown)
    assert VALUE not in repr(shown)


def test_the_mask_tells_nothing_of_its_length() -> None:
    assert str(Secret("x")) == str(Secret(VALUE)) == MASK


REFUSALS: list[Callable[[Secret], object]] = [
    copy.copy,
    copy.deepcopy,
    pickle.dumps,
    json.dumps,
    lambda secret: dataclasses.asdict(credentials(secret)),
    lambda secret: "".join([secret]),  # type: ignore[list-item]
    lambda secret: "x" + secret,  # type: ignore[operator]
    lambda secret: secret < Secret("a"),  # type: ignore[operator]
    bytes,  # type: ignore[list-item]
    list,  # type: ignore[list-item]
    len,  # type: ignore[list-item]
    vars,
    lambda secret: setattr(secret, "value", "x"),
    lambda secret: type("Leaky", (Secret,), {}),
]


@pytest.mark.parametrize("attempt", REFUSALS)
def test_what_would_take_it_along_is_refused(secret: Secret, attempt: Callable[[Secret], object]) -> None:
    with pytest.raises((TypeError, AttributeError)) as caught:
        attempt(secret)
    assert VALUE not in str(caught.value)


def test_rich_shows_nothing(secret: Secret) -> None:
    console = Console(file=StringIO(), width=200)
    console.print(secret, [secret], credentials(secret))
    rich.inspect(secret, console=console, all=True)
    console.log(secret, log_locals=True)
    assert VALUE not in console.file.getvalue()  # type: ignore[attr-defined]


def test_logs_show_nothing(secret: Secret, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("tests").debug("%s %r", secret, credentials(secret))
    assert MASK in caplog.text
    assert VALUE not in caplog.text


def test_tracebacks_with_locals_show_nothing(secret: Secret) -> None:
    def crash(carried: Secret) -> None:
        nested = {"in a dictionary": [carried]}
        raise RuntimeError(f"with {carried} and {nested}")

    try:
        crash(secret)
    except RuntimeError as error:
        plain = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
        console = Console(file=StringIO(), width=200)
        console.print(Traceback.from_exception(type(error), error, error.__traceback__, show_locals=True))
    assert "nested" in plain
    assert VALUE not in plain
    assert VALUE not in console.file.getvalue()  # type: ignore[attr-defined]


def test_no_object_in_memory_shows_it() -> None:
    """A program of its own: here, pytest itself keeps the value in the names of tests."""
    program = """
import gc
from pipeops_tui.core.model import Credentials
from pipeops_tui.core.secret import Secret

needle = bytes([0x51, 0x38, 0x7e]).decode() + "x" * 34
kept = Credentials("group", "tenant", "client", Secret(needle), "subscription")
pieces, needle = (needle[:3], needle[3:]), ""
gc.collect()
leaks = [type(thing).__name__ for thing in gc.get_objects() if "".join(pieces) in repr(thing)]
assert not leaks, leaks
assert kept.client_secret.reveal() == "".join(pieces)
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


def test_a_crash_writes_no_memory_to_disk() -> None:
    program = (
        "import resource; from pipeops_tui.core.secret import forbid_core_dumps; forbid_core_dumps();"
        "print(resource.getrlimit(resource.RLIMIT_CORE));"
        "import ctypes, sys;"  # PR_GET_DUMPABLE of prctl(2), where there is one
        "print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) if sys.platform == 'linux' else 0)"
    )
    shown = subprocess.run([sys.executable, "-c", program], check=True, timeout=60, capture_output=True, text=True)
    assert shown.stdout.split("\n") == ["(0, 0)", "0", ""]
