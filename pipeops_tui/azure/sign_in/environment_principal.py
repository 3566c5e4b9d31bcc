"""Reads the service principal that the environment's AZURE_… variables name. Imports no SDK."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeops_tui.azure.addresses import same_place
from pipeops_tui.azure.clouds import PUBLIC_SIGN_IN_HOST, place_of
from pipeops_tui.core.model import CloudEndpoints
from pipeops_tui.core.secret import Secret

_AROUND = " \t\r\n\v\f\x00\x85\xa0\u2028\u2029\ufeff\u200b\u200c\u200d\u2060"
"""What a copied value or a sourced .env file leaves at the ends of a value; no value of these variables has it there.
A file with Windows' line ends leaves a carriage return, which is sent as a part of the secret otherwise."""


@dataclass(frozen=True, slots=True)
class EnvironmentPrincipal:
    """What the variables hold, without blanks and line ends around it; `reason` says why it cannot be used here."""

    client_id: str = ""
    tenant_id: str = ""
    secret: Secret | None = None
    certificate_path: str = ""
    certificate_password: Secret | None = None
    sends_chain: bool = False
    token_file: str = ""
    """Path of a token of another issuer, which the application trusts (workload identity federation)."""
    trimmed: tuple[str, ...] = ()
    """Names of the variables from whose values something was taken off."""
    reason: str = ""


def value_in(environ: Mapping[str, str], name: str) -> str:
    """The value of one of these variables without what does not belong to it; empty when it is not set."""
    return environ.get(name, "").strip(_AROUND)


def environment_principal(environ: Mapping[str, str], endpoints: CloudEndpoints) -> EnvironmentPrincipal:
    """The service principal in `environ`, by the variables that azure-identity's `EnvironmentCredential` reads, with a
    client secret or a certificate, and by those of its `WorkloadIdentityCredential`, in this order.

    They belong to the cloud that AZURE_AUTHORITY_HOST names, and to the public one without it; anywhere else they are
    not sent.
    """
    trimmed: list[str] = []

    def value(name: str) -> str:
        text = value_in(environ, name)
        if text and text != environ[name]:
            trimmed.append(name)
        return text

    def secret(name: str) -> Secret | None:
        text = value(name)
        return Secret(text) if text else None

    host = value("AZURE_AUTHORITY_HOST")
    principal = EnvironmentPrincipal(
        client_id=value("AZURE_CLIENT_ID"),
        tenant_id=value("AZURE_TENANT_ID"),
        secret=secret("AZURE_CLIENT_SECRET"),
        certificate_path=value("AZURE_CLIENT_CERTIFICATE_PATH"),
        certificate_password=secret("AZURE_CLIENT_CERTIFICATE_PASSWORD"),
        sends_chain=bool(value("AZURE_CLIENT_SEND_CERTIFICATE_CHAIN")),
        token_file=value("AZURE_FEDERATED_TOKEN_FILE"),
        trimmed=tuple(trimmed),
    )
    reason = _missing(principal) or _elsewhere("these credentials belong", host, endpoints)
    return EnvironmentPrincipal(reason=reason) if reason else principal


def trimmed_words(principal: EnvironmentPrincipal) -> str:
    """Which values were shortened, to be said before they are used; empty when none was."""
    if not principal.trimmed:
        return ""
    return f"blanks or line ends at the ends of {_enumerated(principal.trimmed)} are left out"


def _enumerated(names: Sequence[str]) -> str:
    """Names as a sentence has them: `A, B and C`."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _missing(principal: EnvironmentPrincipal) -> str:
    missing = [
        name
        for name, present in (
            ("AZURE_CLIENT_ID", principal.client_id),
            ("AZURE_TENANT_ID", principal.tenant_id),
            ("AZURE_CLIENT_SECRET", principal.secret or principal.certificate_path or principal.token_file),
        )
        if not present
    ]
    return f"{_enumerated(missing)} {'is' if len(missing) == 1 else 'are'} not set" if missing else ""


def identity_elsewhere(environ: Mapping[str, str], endpoints: CloudEndpoints) -> str:
    """Why the managed identity of this machine is not used with `endpoints`; empty where it is. A cloud whose addresses
    are read from a URL gets its tokens only where AZURE_AUTHORITY_HOST says that the identity belongs there."""
    if not endpoints.discovered:
        return ""
    return _elsewhere("a managed identity belongs", value_in(environ, "AZURE_AUTHORITY_HOST"), endpoints)


def _elsewhere(what: str, host: str, endpoints: CloudEndpoints) -> str:
    host = host or PUBLIC_SIGN_IN_HOST
    if same_place(host, endpoints.authority):
        return ""
    # A custom cloud can have any name, even that of the public one.
    here = place_of(endpoints.resource_manager) if endpoints.discovered else endpoints.name
    return f"{what} to {host.removeprefix('https://')}, not to {here}"
