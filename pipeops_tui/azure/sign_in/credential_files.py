"""Reads the files that the environment's service principal signs in with: a certificate, or a federated token.

azure-identity reads them too, and raises what Python and cryptography raise: their words name paths and formats, but
not the variable that is wrong. Nothing of a file's content, nor its name, is in a message here: what stands in a
variable by mistake can be a secret.
"""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12

from pipeops_tui.core.secret import Secret

_CERTIFICATE: Final = "AZURE_CLIENT_CERTIFICATE_PATH"
_PASSWORD: Final = "AZURE_CLIENT_CERTIFICATE_PASSWORD"  # noqa: S105 - a name
_TOKEN: Final = "AZURE_FEDERATED_TOKEN_FILE"  # noqa: S105 - a name
_MOST_BYTES: Final = 1 << 20
_JWT: Final = re.compile(r"[\w=-]+\.[\w=-]+\.[\w=-]+", re.ASCII)
"""Anything else is not sent, whatever file the variable names."""


class UnusableFileError(Exception):
    """The file cannot be signed in with; says which variable names it and why, as a sentence without a period."""


def certificate_in(path: str, password: Secret | None) -> bytes:
    """What a file with a certificate and its RSA private key holds (PEM or PKCS12, which `password` opens). Raises
    `UnusableFileError`."""
    content = _content(_CERTIFICATE, path)
    try:
        key = _private_key(content, password.reveal().encode() if password else None)
    except TypeError:  # cryptography: a password is missing, or there is one too many
        what = "is set, but the private key is not encrypted" if password else "is not set, but the key is encrypted"
        raise UnusableFileError(f"{_PASSWORD} {what}") from None
    except (ValueError, UnsupportedAlgorithm):
        doubt = f", or {_PASSWORD} does not open it" if password or not _is_pem(content) else ""
        raise UnusableFileError(
            f"{_CERTIFICATE}: the file holds no certificate with its private key, as PEM or PKCS12{doubt}"
        ) from None
    if not isinstance(key, RSAPrivateKey):
        raise UnusableFileError(f"{_CERTIFICATE}: the file holds no RSA private key")
    return content


def check_token(path: str) -> None:
    """Return where the file holds a token. Raises `UnusableFileError`."""
    text = _content(_TOKEN, path).decode("utf-8", "replace").strip()
    if not text:
        raise UnusableFileError(f"{_TOKEN}: the file is empty")
    if not _JWT.fullmatch(text):
        raise UnusableFileError(f"{_TOKEN}: the file holds no token")


def _private_key(content: bytes, password: bytes | None) -> object:
    """The private key beside a certificate. Raises as cryptography does."""
    if not _is_pem(content):
        key, certificate, _ = pkcs12.load_key_and_certificates(content, password)
        if certificate is None:
            raise ValueError("no certificate")
        return key
    x509.load_pem_x509_certificate(content)
    return load_pem_private_key(content, password)


def _is_pem(content: bytes) -> bool:
    return b"-----BEGIN" in content


def _content(variable: str, path: str) -> bytes:
    try:
        file = Path(path)
        if not stat.S_ISREG(file.stat().st_mode):  # reading a pipe could wait for ever
            raise UnusableFileError(f"{variable}: this is not a file")
        with file.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "its name cannot be one"
        raise UnusableFileError(f"{variable}: the file cannot be read: {reason}") from None
    if len(content) > _MOST_BYTES:
        raise UnusableFileError(f"{variable}: the file is larger than 1 MiB")
    return content
