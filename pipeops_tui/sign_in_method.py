"""The ways to sign in: in a file of their own, because the command line names them before anything else is loaded."""

from __future__ import annotations

from enum import StrEnum


class SignInMethod(StrEnum):
    """The ways to sign in; the values are those of `--auth`."""

    AZURE_CLI = "azure-cli"
    BROWSER = "browser"
    DEVICE_CODE = "device-code"
    ENVIRONMENT = "environment"
