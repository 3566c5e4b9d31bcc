"""An argument parser that speaks in one sentence, and the types of our arguments."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from pipeops_tui import names

USAGE_ERROR = 2


class SentenceParser(argparse.ArgumentParser):
    """Ends a usage error with one sentence on stderr and exit code 2, without the usage block."""

    def __init__(self, prog: str, description: str, epilog: str = "") -> None:
        super().__init__(
            prog=prog,
            description=description,
            epilog=epilog or None,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    def error(self, message: str) -> NoReturn:
        sentence = re.sub(r"^argument ([^:]+): ", r"\1: ", message).rstrip(".")
        self.exit(USAGE_ERROR, f"{self.prog}: {sentence}. Try '{self.prog} --help'.\n")


def guid(text: str) -> str:
    """A GUID, lower-cased."""
    if not names.is_guid(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a GUID like 1b7e09cc-4a2e-4f2f-9d0a-6f6d1f0aa0c4")
    return text.lower()


def group_name(text: str) -> str:
    """A resource group name that Azure would accept."""
    if error := names.group_name_error(text):
        raise argparse.ArgumentTypeError(error)
    return text


def app_name(text: str) -> str:
    """An application display name."""
    if error := names.application_name_error(text):
        raise argparse.ArgumentTypeError(error)
    return text.strip()


def days(text: str) -> int:
    """A client secret's lifetime in days, 1 to 730."""
    if error := names.secret_days_error(text):
        raise argparse.ArgumentTypeError(error)
    return int(text)


def location(text: str) -> str:
    """A region's name or display name; whether it exists is said on its screen."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ]{0,63}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a region name like westeurope")
    return text


def https_url(text: str) -> str:
    """An https URL without path, query or trailing slash, as Resource Manager endpoints are written."""
    try:
        parts = urlsplit(text)
        port_is_valid = parts.port is None or parts.port > 0
    except ValueError:
        parts, port_is_valid = urlsplit(""), False
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.query or parts.fragment:
        port_is_valid = False
    if not port_is_valid or parts.path not in ("", "/"):
        raise argparse.ArgumentTypeError(f"{text!r} is not an address like https://management.azure.com")
    return f"https://{parts.netloc}"


def ca_file(text: str) -> Path:
    """A readable PEM file with at least one certificate."""
    path = Path(text).expanduser()
    try:
        content = path.read_bytes()
    except OSError as error:
        raise argparse.ArgumentTypeError(f"cannot read {text!r}: {error.strerror}") from None
    if b"-----BEGIN CERTIFICATE-----" not in content:
        raise argparse.ArgumentTypeError(f"{text!r} holds no PEM certificate")
    return path.resolve()


def writable_file(text: str) -> Path:
    """A file that can be appended to; it is created if it is not there."""
    path = Path(text).expanduser()
    try:
        path.open("ab").close()
    except OSError as error:
        raise argparse.ArgumentTypeError(f"cannot write {text!r}: {error.strerror}") from None
    return path.resolve()
