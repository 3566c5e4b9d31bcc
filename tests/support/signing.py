"""Certificates and issuers of tokens with which tests sign in to a simulated Azure."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

ISSUER: Final = "https://tokens.example/shop"
"""An issuer of tokens outside of Azure, such as a Kubernetes cluster or a CI system."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate with its RSA key."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        """The certificate alone."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def sha1(self) -> bytes:
        """Its SHA-1 thumbprint."""
        return hashlib.sha1(self.der, usedforsecurity=False).digest()

    @property
    def thumbprints(self) -> Mapping[str, str]:
        """What the two headers of an assertion hold."""
        return {
            "x5t": base64.urlsafe_b64encode(self.sha1).decode(),
            "x5t#S256": base64.urlsafe_b64encode(hashlib.sha256(self.der).digest()).decode(),
        }

    def pem(self, password: str = "") -> bytes:
        """Key and certificate in one file."""
        hidden = BestAvailableEncryption(password.encode()) if password else NoEncryption()
        key = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, hidden)
        return key + self.certificate.public_bytes(Encoding.PEM)

    def pkcs12(self, password: str = "") -> bytes:
        """The same in the form that Windows and Key Vault export."""
        hidden = BestAvailableEncryption(password.encode()) if password else NoEncryption()
        return pkcs12.serialize_key_and_certificates(b"pipeops", self.key, self.certificate, None, hidden)

    def sign(self, claims: Mapping[str, Any], headers: Mapping[str, str], algorithm: str = "RS256") -> str:
        """An assertion with these claims."""
        return jwt.encode(dict(claims), self.key, algorithm=algorithm, headers=dict(headers))


def make_certificate(days: int = 30) -> Certificate:
    """A new certificate that expires in `days`, which can be negative."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "pipeops-tui test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=90))
        .not_valid_after(now + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    return Certificate(key, certificate)


class Issuer:
    """Signs tokens as an OpenID Connect provider does."""

    key_id: Final = "key-1"

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)

    @property
    def public_key(self) -> dict[str, Any]:
        """What it publishes: a JSON Web Key."""
        key: dict[str, Any] = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key()))
        return key | {"kid": self.key_id, "use": "sig", "alg": "RS256"}

    def sign(self, claims: Mapping[str, Any], key_id: str = key_id) -> str:
        """A token with these claims."""
        return jwt.encode(dict(claims), self._key, algorithm="RS256", headers={"kid": key_id})
