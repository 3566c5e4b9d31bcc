"""What looks like a token or a secret is in no support request; what identifies a request is."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeops_tui import __version__
from pipeops_tui.core.problem import Problem, redact, report, versions


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


TOKEN = f"{encoded({'typ': 'JWT', 'alg': 'RS256'})}.{encoded({'aud': 'https://graph.microsoft.com'})}.c2lnbmF0dXJl"
SECRET = "".join(reversed("klmno.3z2y1x0w9v8u7t6s5r4q3p2_~Q8cbA"))
REFRESH = "1.AXoA" + "b3-_" * 200

WAYS_TO_SAY_IT = (
    "the request carried Authorization: Bearer {0} and was refused",
    'Unexpected output from Azure CLI: {{"accessToken": "{0}", "expiresOn": "2026-05-04"}}',
    "body: grant_type=client_credentials&client_secret={0}&scope=.default",
    '{{"secretText":"{0}","hint":"Abc"}}',
    "{0}",
    "({0})",
    "refresh_token = '{0}'",
)


@pytest.mark.parametrize("value", [TOKEN, SECRET, REFRESH], ids=["access token", "client secret", "refresh token"])
@pytest.mark.parametrize("words", WAYS_TO_SAY_IT)
def test_secrets_are_removed_whatever_stands_around_them(words: str, value: str) -> None:
    told = redact(words.format(value))
    assert not any(part in told for part in (value, value[:24], value[-24:]))
    assert "[removed]" in told


@given(value=st.text(alphabet="abcdefghijklmnopqrstuvwxyzABC0123456789-._~", min_size=8, max_size=60))
def test_what_is_called_a_secret_is_removed_whatever_it_looks_like(value: str) -> None:
    assert value not in redact(f'"client_secret": "{value}" was sent')


@pytest.mark.parametrize(
    "text",
    [
        "AADSTS50076: Due to a configuration change made by your administrator, you must use multi-factor "
        "authentication to access '797f4846-ba00-4fd7-ba43-dac1f8f63013'. Trace ID: 7b1d6c0e",
        "/subscriptions/1b7e09cc-4a2e-4f2f-9d0a-6f6d1f0aa0c4/resourceGroups/PipeOpsRG/providers/Microsoft.Authorization/"
        "roleAssignments/5a1f6c0e-7c6b-4f0e-8a53-2f5f7b6f0d11",
        "Credential type not allowed as per assigned policy '538f1913-1'.",
        "The access token expiry UTC time is earlier than the current UTC time.",
        "InvalidAuthenticationToken: The access token is from the wrong issuer 'https://sts.windows.net/1/'.",
        "The provided resource group name '" + "a" * 90 + "' is taken",
        "Bearer authentication is required.",
        "Passwords expire; your password has changed.",
    ],
)
def test_what_explains_a_failure_stays(text: str) -> None:
    assert redact(text) == text


def test_versions_name_this_program_and_what_is_installed() -> None:
    said = versions(("textual", "no-such-package-at-all"))
    assert said.startswith(f"pipeops-tui {__version__}, textual ")
    assert "no-such-package" not in said
    assert "Python 3." in said


def test_a_problem_without_details_gets_the_time_and_the_versions() -> None:
    now = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
    said = report(Problem("It failed", "It went wrong."), now)
    assert said.startswith("It failed\nIt went wrong.\nTime (UTC): 2026-05-04 08:00:00\nVersion: pipeops-tui ")
    told = Problem("It failed", "It went wrong.", details=(("Time (UTC)", "earlier"),))
    assert report(told, now) == told.as_text()
