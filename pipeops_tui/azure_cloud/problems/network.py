"""The machine and the network between it and Azure."""

from __future__ import annotations

from pipeops_tui.azure_cloud.problems.evidence import Evidence, Operation, Transport
from pipeops_tui.azure_cloud.problems.rule import Rule, Text
from pipeops_tui.problem import FailureKind, Section

_SKEW_SECONDS = 300
"""Skew beyond which a refusal is put down to the clock; tokens allow for five minutes."""


def _untrusted(evidence: Evidence) -> Text:
    host = evidence.host or str(evidence.service)
    return Text(
        title="The connection cannot be trusted",
        what=f"The certificate that {host} shows is not one this computer trusts.",
        why="Company networks often open and re-sign encrypted connections with a certificate authority of their own.",
        remedy="Give your company's root certificate with --ca-file, or install it in the system's store. "
        "Verification cannot be turned off.",
        who="Your network team has the certificate (PEM format)",
        link=Section.NETWORK,
        command="pipeops-tui --ca-file company-root.pem",
    )


def _wrong_clock(evidence: Evidence) -> Text:
    skew = evidence.clock_skew or 0.0
    off = f"It is about {abs(skew) / 60:.0f} min {'ahead' if skew > 0 else 'behind'}." if skew else ""
    return Text(
        title="This computer's clock is wrong",
        what=f"Could not {evidence.context.operation}, because the time does not agree with Azure's. {off}".strip(),
        why="Tokens are only valid from one moment to another; with a wrong clock they seem not to be.",
        remedy="Set the clock, then try again. Under WSL it stops while the computer sleeps.",
        link=Section.SIGN_IN,
        command="sudo hwclock -s",
    )


def _proxy(evidence: Evidence) -> Text:
    return Text(
        title="The proxy refuses",
        what=f"The proxy between here and {evidence.host or evidence.service} does not let the request through.",
        why="It asks for a name and password, or does not allow this host.",
        remedy="Set HTTPS_PROXY with the right address and credentials, or have the host allowed.",
        who="Your network team",
        link=Section.NETWORK,
    )


def _intercepted(evidence: Evidence) -> Text:
    host = evidence.host or str(evidence.service)
    return Text(
        title=f"Something else answered for {host}",
        what=f"Could not {evidence.context.operation}: the answer ({evidence.status}) is not from Azure.",
        why="A proxy or firewall put a page of its own in place of the answer.",
        remedy=f"Have {host} allowed, or try from another network.",
        who="Your network team",
        link=Section.NETWORK,
    )


def _unreachable(evidence: Evidence) -> Text:
    host = evidence.host or str(evidence.service)
    return Text(
        title=f"No connection to {host}",
        what=f"Could not {evidence.context.operation}: {host} cannot be reached from this computer.",
        why="The network is down, or a firewall does not let the request through.",
        remedy=f"Check the network, and HTTPS_PROXY if there is a company proxy. {host} must be reachable on port 443.",
        who="Your network team, when only this host is blocked",
        link=Section.NETWORK,
    )


def _lost(evidence: Evidence) -> Text:
    writes = evidence.context.operation.writes
    after = "The request may have been carried out all the same." if writes else "Nothing was changed."
    return Text(
        title="The answer got lost",
        what=f"Asked {evidence.service} to {evidence.context.operation}, and no usable answer came back.",
        why=f"The connection broke or the answer was damaged. {after}",
        remedy="Try again: what is already there is found first." if writes else "Try again.",
        link=Section.WAITING,
    )


def _no_cloud(evidence: Evidence) -> Text:
    return Text(
        title="There is no Azure Resource Manager at this address",
        what=f"{evidence.host or 'The address'} does not describe a cloud (answer {evidence.status}).",
        why="A Resource Manager tells the other addresses of its cloud under /metadata/endpoints.",
        remedy="Check the address given with --resource-manager.",
        link=Section.NETWORK,
    )


def _is_clock(evidence: Evidence) -> bool:
    if evidence.says("token is not yet valid") or evidence.says("current time MUST be before"):
        return True
    return evidence.status == 401 and not evidence.claims and abs(evidence.clock_skew or 0.0) > _SKEW_SECONDS


def _is_page(evidence: Evidence) -> bool:
    """A refusal in no envelope of Azure's (gateway failures are HTML too, but they are 5xx)."""
    return evidence.status in (403, 451) and not evidence.code and not evidence.message


NETWORK_RULES: tuple[Rule, ...] = (
    Rule(
        "untrusted certificate",
        FailureKind.UNREACHABLE,
        lambda e: e.transport is Transport.NOT_SENT and e.says("certificate verify failed"),
        _untrusted,
    ),
    Rule(
        "proxy",
        FailureKind.UNREACHABLE,
        lambda e: e.status == 407 or (e.transport is Transport.NOT_SENT and e.says("proxy")),
        _proxy,
    ),
    Rule("not sent", FailureKind.UNREACHABLE, lambda e: e.transport is Transport.NOT_SENT, _unreachable),
    Rule("wrong clock", FailureKind.SIGN_IN, _is_clock, _wrong_clock),
    Rule(
        "no cloud",
        FailureKind.FINAL,
        lambda e: (
            e.context.operation is Operation.DISCOVER_CLOUD
            and (e.transport is Transport.UNREADABLE or 300 <= (e.status or 0) < 500)
        ),
        _no_cloud,
    ),
    Rule("lost answer", FailureKind.LOST_ANSWER, lambda e: e.transport is not Transport.ANSWERED, _lost),
    Rule("intercepted", FailureKind.REFUSED, _is_page, _intercepted),
)
