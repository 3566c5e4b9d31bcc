"""The log of requests: one line each, and nothing in it that must not be."""

from __future__ import annotations

import base64
import re
import stat
from pathlib import Path
from uuid import uuid4

import pytest

from pipeops_tui.azure_cloud.request_log import RequestLog, shown_url
from pipeops_tui.clock import SystemClock
from pipeops_tui.model import SignInMethod
from pipeops_tui.problem import CloudError
from pipeops_tui.simulator import RunningSimulator
from tests.azure_cloud.conftest import connector_for, unseen
from tests.azure_cloud.test_workspace import in_days
from tests.virtual_time import VirtualClock

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
    tokens = [token for token, _ in session._clients.tokens._tokens.values()]
    await connector.close()

    text = path.read_text()
    lines = text.splitlines()
    assert all(LINE.fullmatch(line) for line in lines), lines
    assert len(lines) == len(azure.requests()) - since
    assert sum("RemoteProtocolError" in line for line in lines) == 1
    for host in ("/oauth2/v2.0/token", "/subscriptions?api-version=2022-12-01", "/v1.0/applications"):
        assert host in text

    secret = password.secret.reveal()
    for hidden in (secret, secret[::-1], base64.b64encode(secret.encode()).decode(), *(one.token for one in tokens)):
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
        RequestLog(tmp_path / "missing" / "log", SystemClock())

    log = RequestLog(Path("/dev/full"), SystemClock())
    log.record(log.started(), "GET", "https://h/p", 200, {})
    log.record(log.started(), "GET", "https://h/p", 200, {})
    log.close()


def test_without_a_file_nothing_is_written_but_the_clock_is_watched() -> None:
    clock = VirtualClock()
    log = RequestLog(None, clock)
    log.record(0.0, "GET", "https://h/p", 200, {"Date": "Mon, 04 May 2026 07:57:00 GMT"})
    assert log.clock_skew == 180
    log.record(0.0, "GET", "https://h/p", 200, {"Date": "nonsense"})
    assert log.clock_skew == 180
    log.close()
