"""A certificate authority as many company proxies have one: in use everywhere, and against RFC 5280 in its details."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class LooseAuthority:
    """Its Basic Constraints are not critical, and it has neither Key Usage nor a Subject Key Identifier, which Python
    3.13 demands by default (python/cpython#133564)."""

    def __init__(self, *, expired: bool = False) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._expired = expired
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A Loose Company")])
        builder = self._builder(self._name, self._key.public_key())
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=False)
        certificate = builder.sign(self._key, hashes.SHA256())
        self.cert_pem = trustme.Blob(certificate.public_bytes(serialization.Encoding.PEM))

    def issue_cert(self, *hosts: str) -> LooseCertificate:
        """A certificate for servers of these names."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
        builder = self._builder(x509.Name([]), key.public_key()).add_extension(names, critical=True)
        certificate = builder.sign(self._key, hashes.SHA256())
        return LooseCertificate(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        until = now - timedelta(days=1) if self._expired else now + timedelta(days=1)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=2))
            .not_valid_after(until)
        )


class LooseCertificate:
    """A certificate with its key."""

    def __init__(self, pem: bytes) -> None:
        self._pem = pem

    def configure_cert(self, context: ssl.SSLContext) -> None:
        """Let a server show it."""
        with TemporaryDirectory() as folder:
            file = Path(folder) / "cert.pem"
            file.write_bytes(self._pem)
            context.load_cert_chain(file)
