"""What azure-identity logs, tokens included, stays out of the report of a failing test."""

from __future__ import annotations

import logging

import pytest

from pipeops_tui.azure_cloud.quiet import silence_libraries


def test_no_warning_of_azure_identity_is_captured(caplog: pytest.LogCaptureFixture) -> None:
    silence_libraries()
    logging.getLogger("azure.identity._internal.decorators").warning("access_token: eyJ0eXAi")
    assert caplog.text == ""
    logging.getLogger("pipeops_tui").warning("heard")
    assert "heard" in caplog.text
