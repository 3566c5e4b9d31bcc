"""The log of requests: one line each, and nothing in it that must not be."""

from __future__ import annotations

import base64
import re
import resource
import stat
from pathlib import Path
from uuid import uuid4

import pytest

from pipeops_tui.azure.request_log import RequestLogFile, shown_url
from pipeops_tui.core.clock import SystemClock
from pipeops_tui.core.model import SignInMethod
from pipeops_tui.core.problem import CloudError
from pipeops_tui.simulator import RunningSimulator
from tests.azure.conftest import connector_for, unseen
from tests.azure.test_workspace import in_days
from tests.support.clocks import VirtualClock
from tests.support.inside import held_tokens

LINE = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 [A-Z]+ https://\S+ (\d{3}|\w+) \d+ ms correlation=\S+ request=\S+"
)


async def test_one_line_a_request_of_every_stack_and_never_a_secret(azure: RunningSimulator, tmp_path: Path) -> None:
    path = tmp_path / "requests.log"
    since = len(azure.requests())
    connector = connector_for(azure, log_file=path)
    session = await connector.sign_in(SignInMethod.DEVICE_CODE, unseen)
    subscriptions = [one async for page in session.subscriptions() for one in page.subscriptions]
    workspace = await session.workspace(subscriptions[0])
    made = await workspace.create_application("PipeOps test", [])
    await workspace.create_service_principal(made.app_id)
    password = await workspace.add_password(made.object_id, str(uuid4()), "test", in_days(1))
    azure.add_fault("getApplication:drop-request")
    with pytest.raises(CloudError):
        await workspace.passwords(made.object_id)
    await (await workspace.sign_in_as(made.app_id, password.secret)).close()
    await workspace.delete_application(made.object_id)
    tokens = held_tokens(session)
    await connector.close()

    text = path.read_text()
    lines = text.splitlines()
    assert all(LINE.fullmatch(line) for line in lines), lines
    assert len(lines) == len(azure.requests()) - since
    assert sum("RemoteProtocolError" in line for line in lines) == 1
    for host in ("/oauth2/v2.0/token", "/subscriptions?api-version=2022-12-01", "/v1.0/applications"):
        assert host in text

    secret = password.secret.reveal()
    for hidden in (secret, secret[::-1], base64.b64encode(secret.encode()).decode(), *tokens):
        assert hidden not in text
    assert "Bearer" not in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (
            "https://h/p?api-version=2021-04-01&$filter=a eq 'b'",
            "https://h/p?api-version=2021-04-01&$filter=a%20eq%20%27b%27",
        ),
        ("https://h/p?code=SECRET&state=s", "https://h/p?code=***&state=***"),
        ("https://h/p?api-version=1&t=1&s=SIGNATURE&h=HASH", "https://h/p?api-version=1&t=***&s=***&h=***"),
        ("https://h/p?%24skiptoken=LONG", "https://h/p?$skiptoken=***"),
        ("https://user:pass@h:8443/p#token", "https://h:8443/p"),
        ("https://h/p?flag", "https://h/p?flag=***"),
        ("https://h", "https://h"),
    ],
)
def test_query_values_are_masked_unless_harmless(url: str, shown: str) -> None:
    assert shown_url(url) == shown


def test_a_log_that_cannot_be_opened_is_an_error_and_a_full_disk_is_not(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        RequestLogFile(tmp_path / "missing" / "log", SystemClock())

    log = RequestLogFile(tmp_path / "log", SystemClock())
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, limits[1]))
    try:
        log.record(log.started(), "GET", "https://h/p", 200, {})
        log.record(log.started(), "GET", "https://h/p", 200, {})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    log.close()
    assert (tmp_path / "log").stat().st_size <= 10


def test_a_header_or_an_address_does_not_act_on_who_reads_the_log(tmp_path: Path) -> None:
    """Headers can hold bytes above 127 (RFC 9110, 5.5), which the HTTP stacks decode as they like."""
    log = RequestLogFile(tmp_path / "log", SystemClock())
    headers = {"x-ms-request-id": "a\x1b]52;c;eA==\x07\nfaked line", "client-request-id": "\x9b2J \udc9b"}
    log.record(log.started(), "GET", "https://h/roleAssignments/\x1b[2J\u202e", 200, headers)
    log.close()
    (line,) = (tmp_path / "log").read_text().splitlines()
    assert line.isprintable()
    assert "roleAssignments/<U+001B>[2J<U+202E>" in line


def test_a_log_that_others_could_read_is_made_private(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("")
    (tmp_path / "log").chmod(0o644)
    RequestLogFile(tmp_path / "log", SystemClock()).close()
    assert stat.S_IMODE((tmp_path / "log").stat().st_mode) == 0o600


def test_without_a_file_nothing_is_written_but_the_clock_is_watched() -> None:
    clock = VirtualClock()
    log = RequestLogFile(None, clock)
    log.record(0.0, "GET", "https://h/p", 200, {"Date": "Mon, 04 May 2026 07:57:00 GMT"})
    assert log.clock_skew == 180
    log.record(0.0, "GET", "https://h/p", 200, {"Date": "nonsense"})
    assert log.clock_skew == 180
    log.close()
