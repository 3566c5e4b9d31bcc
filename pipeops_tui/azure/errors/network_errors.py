"""Explains failures of this computer and of the network between it and Azure."""

from __future__ import annotations

from pipeops_tui.azure.errors import local_errors
from pipeops_tui.azure.errors.evidence import AzureOperation, Evidence, Transport
from pipeops_tui.azure.errors.rule import Rule
from pipeops_tui.core import refusals
from pipeops_tui.core.problem import FailureKind, Problem, Section

_SKEW_SECONDS = 300
"""Skew beyond which a refusal is put down to the clock; tokens allow for five minutes."""


def _untrusted(evidence: Evidence) -> Problem:
    host = evidence.host or str(evidence.service)
    if evidence.ca_file:
        return Problem(
            title="The connection cannot be trusted",
            what=f"This computer does not trust the certificate that {host} shows, also not with {evidence.ca_file}.",
            why="Another authority than those in the file signed it, or it is not valid. The details say which.",
            remedy="Ask for the root certificate that signs this connection. Verification cannot be turned off.",
            who="Your network team has the certificate (PEM format)",
            link=Section.NETWORK,
        )
    return Problem(
        title="The connection cannot be trusted",
        what=f"The certificate that {host} shows is not one this computer trusts.",
        why="Company networks often open and re-sign encrypted connections with an authority of their own.",
        remedy="Name your company's root certificate with --ca-file, or install it in the system's store. "
        "Verification cannot be turned off.",
        who="Your network team has the certificate (PEM format)",
        link=Section.NETWORK,
        command="pipeops-tui --ca-file company-root.pem",
    )


def _wrong_clock(evidence: Evidence) -> Problem:
    skew = evidence.clock_skew or 0.0
    off = f" It is about {abs(skew) / 60:.0f} min {'ahead' if skew > 0 else 'behind'}." if skew else ""
    return refusals.wrong_clock(f"Could not {evidence.context.operation}: the time does not agree with Azure's.{off}")


def _proxy(evidence: Evidence) -> Problem:
    return Problem(
        title="The proxy refuses",
        what=f"The proxy between here and {evidence.host or evidence.service} does not let the request through.",
        why="It asks for a name and password, or does not allow this host.",
        remedy="Set HTTPS_PROXY with the right address and credentials, or have the host allowed.",
        who="Your network team",
        link=Section.NETWORK,
    )


def _intercepted(evidence: Evidence) -> Problem:
    host = evidence.host or str(evidence.service)
    return refusals.answered_by_other(host, evidence.context.operation, evidence.status)


def _incomplete(evidence: Evidence) -> Problem:
    return local_errors.incomplete_answer(evidence.context.operation).problem


def _unreachable(evidence: Evidence) -> Problem:
    host = evidence.host or str(evidence.service)
    return Problem(
        title=f"No connection to {host}",
        what=f"Could not {evidence.context.operation}: {host} cannot be reached from this computer.",
        why="The network is down, or a firewall does not let the request through.",
        remedy=f"Check the network, and HTTPS_PROXY if there is a company proxy. {host} must be reachable over HTTPS.",
        who="Your network team, when only this host is blocked",
        link=Section.NETWORK,
    )


def _lost(evidence: Evidence) -> Problem:
    writes = evidence.context.operation.writes
    return Problem(
        title="No answer received",
        what=f"Asked {evidence.service} to {evidence.context.operation}, and received no usable answer.",
        why=f"The connection broke or the answer was damaged. {_after(evidence)}",
        remedy="Try again: what exists already is found first." if writes else "Try again.",
        link=Section.WAITING,
    )


def _after(evidence: Evidence) -> str:
    """What is known of the effect of a request whose answer cannot be used."""
    writes = evidence.context.operation.writes
    return "It is not known whether the request was carried out." if writes else "Nothing was changed."


def _too_large(evidence: Evidence) -> Problem:
    host = evidence.host or str(evidence.service)
    return Problem(
        title="The answer was too large",
        what=f"Could not {evidence.context.operation}: the answer of {host} is larger than any that Azure gives. "
        "The rest of it was not read.",
        why=f"Something between you and Azure could have answered instead. {_after(evidence)}",
        remedy=f"Try again. If it happens again, try from another network, or have {host} allowed.",
        who="Your network team",
        link=Section.NETWORK,
    )


def _malformed(evidence: Evidence) -> Problem:
    host = evidence.host or str(evidence.service)
    return Problem(
        title="The answer could not be understood",
        what=f"Could not {evidence.context.operation}: the answer of {host} is not in the form that Azure documents.",
        why=f"A proxy changed it, or Azure answers in a new way. {_after(evidence)}",
        remedy="Try again. If it happens again, copy the details and open an issue.",
        link=Section.ELSE,
    )


def _foreign_address(evidence: Evidence) -> Problem:
    host = evidence.host or str(evidence.service)
    return Problem(
        title="An answer leads to another host",
        what=f"Could not {evidence.context.operation}: the answer says that the rest of the list is not on {host}. "
        "Nothing was sent to the other host.",
        why="A proxy changed the answer, or this is not Azure. Tokens are only ever sent to their own cloud.",
        remedy="Try again, or try from another network.",
        who="Your network team",
        link=Section.NETWORK,
    )


def _no_cloud(evidence: Evidence) -> Problem:
    return Problem(
        title="There is no Azure Resource Manager at this address",
        what=f"{evidence.host or 'The address'} does not describe a cloud (answer {evidence.status}).",
        why="A Resource Manager lists the other addresses of its cloud under /metadata/endpoints.",
        remedy="Check the address given with --resource-manager.",
        link=Section.NETWORK,
    )


def _is_untrusted(evidence: Evidence) -> bool:
    """OpenSSL's words, or the exception's name: the systems' own stores have words of their own."""
    return evidence.says("certificate verify failed") or evidence.says("SSLCertVerificationError")


def _reads(evidence: Evidence) -> bool:
    return not evidence.context.operation.writes


def _is_clock(evidence: Evidence) -> bool:
    if evidence.says("token is not yet valid") or evidence.says("current time MUST be before"):
        return True
    return evidence.status == 401 and not evidence.claims and abs(evidence.clock_skew or 0.0) > _SKEW_SECONDS


def _is_page(evidence: Evidence) -> bool:
    """A redirect, or a refusal in no envelope of Azure's (gateway failures are HTML too, but they are 5xx). A 401 can
    do without one: what counts is its header."""
    status = evidence.status or 0
    enveloped = evidence.code or evidence.message or evidence.aadsts
    return 300 <= status < 400 or (400 <= status < 500 and status != 401 and not enveloped)


NETWORK_RULES: tuple[Rule, ...] = (
    Rule(
        "untrusted certificate",
        FailureKind.FINAL,  # waiting does not make a certificate trusted
        lambda e: e.transport is Transport.NOT_SENT and _is_untrusted(e),
        _untrusted,
    ),
    Rule(
        "proxy",
        FailureKind.UNREACHABLE,
        lambda e: e.status == 407 or (e.transport is Transport.NOT_SENT and e.says("proxy")),
        _proxy,
    ),
    Rule("not sent", FailureKind.UNREACHABLE, lambda e: e.transport is Transport.NOT_SENT, _unreachable),
    Rule("foreign address", FailureKind.FINAL, lambda e: e.transport is Transport.FOREIGN, _foreign_address),
    # A read would get the same again. After a write, what exists has to be looked for.
    Rule("too large", FailureKind.UNREADABLE, lambda e: e.transport is Transport.TOO_LARGE and _reads(e), _too_large),
    Rule("too large write", FailureKind.INCOMPLETE, lambda e: e.transport is Transport.TOO_LARGE, _too_large),
    Rule("malformed", FailureKind.UNREADABLE, lambda e: e.transport is Transport.MALFORMED and _reads(e), _malformed),
    Rule("malformed write", FailureKind.INCOMPLETE, lambda e: e.transport is Transport.MALFORMED, _malformed),
    Rule("wrong clock", FailureKind.SIGN_IN, _is_clock, _wrong_clock),
    Rule(
        "no cloud",
        FailureKind.FINAL,
        lambda e: (
            e.context.operation is AzureOperation.DISCOVER_CLOUD
            and (e.transport is Transport.UNREADABLE or 300 <= (e.status or 0) < 500)
        ),
        _no_cloud,
    ),
    Rule(
        "intercepted",
        FailureKind.INTERCEPTED,
        lambda e: e.transport is Transport.INTERCEPTED or (e.transport is Transport.ANSWERED and _is_page(e)),
        _intercepted,
    ),
    Rule("incomplete", FailureKind.INCOMPLETE, lambda e: e.transport is Transport.INCOMPLETE, _incomplete),
    Rule("lost answer", FailureKind.LOST_ANSWER, lambda e: e.transport is not Transport.ANSWERED, _lost),
)
