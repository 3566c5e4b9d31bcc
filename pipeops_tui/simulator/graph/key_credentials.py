"""Certificates of applications (Microsoft Graph v1.0 "keyCredential"), which are set with the whole list of them."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from pipeops_tui.simulator.graph.graph_service import bad_request
from pipeops_tui.simulator.routing import Call
from pipeops_tui.simulator.wire import Json
from pipeops_tui.simulator.world.clock import Moment
from pipeops_tui.simulator.world.records import CertificateRecord


def certificates_in(call: Call, sent: Json, known: Sequence[CertificateRecord]) -> list[CertificateRecord]:
    """The certificates of `keyCredentials` as a client sends it. One without `key` is one of `known`, by its key id.

    Raises ServiceError (400) for what is no X.509 certificate, as DER or PEM in base64.
    """
    if not isinstance(sent, list) or not all(isinstance(item, dict) for item in sent):
        raise bad_request("Invalid value specified for property 'keyCredentials' of resource 'Application'.")
    return [_certificate(call, item, known) for item in sent if isinstance(item, dict)]


def _certificate(call: Call, sent: dict[str, Json], known: Sequence[CertificateRecord]) -> CertificateRecord:
    key_id = _guid(sent["keyId"]) if sent.get("keyId") else call.world.ids.guid("certificate key")
    if sent.get("key") is None:
        kept = next((one for one in known if one.key_id == key_id), None)
        if kept is None:
            raise bad_request("A value is required for property 'key' of resource 'KeyCredential'.")
        return kept
    certificate = _parsed(sent["key"])
    name = sent.get("displayName")
    return CertificateRecord(
        key_id=key_id,
        display_name=None if name is None else str(name),
        start=Moment.of(certificate.not_valid_before_utc.timestamp()),
        end=Moment.of(certificate.not_valid_after_utc.timestamp()),
        der=certificate.public_bytes(Encoding.DER),
    )


def _parsed(key: Json) -> x509.Certificate:
    try:
        content = base64.b64decode(str(key), validate=True)
        is_pem = content.lstrip().startswith(b"-----BEGIN")
        return x509.load_pem_x509_certificate(content) if is_pem else x509.load_der_x509_certificate(content)
    except ValueError:  # of which binascii.Error is one
        raise bad_request("Key credential is not a valid certificate.") from None


def _guid(value: Json) -> str:
    try:
        return str(UUID(str(value)))
    except ValueError:
        raise bad_request("Cannot convert the value of property 'keyId' to a GUID.") from None
