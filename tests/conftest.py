"""What holds for every test."""

from __future__ import annotations

import gc
import logging
import warnings
from collections.abc import Iterator

import pytest
from hypothesis import settings

# Its warnings quote the answer to a token request, and pytest prints what was logged with every failure, whatever
# `propagate` says. No token is to be read there, not even a simulated one.
logging.getLogger("azure.identity").setLevel(logging.CRITICAL)

# A limit on the time of one example would fail on a machine that is busy with other work.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(autouse=True)
def nothing_is_kept() -> Iterator[None]:
    """Let what a test made be collected: each start of the program tells Python to keep what exists for good, which in
    a process of many tests would keep every application."""
    yield
    gc.unfreeze()


@pytest.fixture
def crashes_are_collected() -> Iterator[None]:
    """Collect here what a crashed application leaves: Textual's watchers that never ran among it. Collected by chance
    inside a named tuple, whose code has no builtins, their warning would be an error, and in some other test."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        gc.collect()
