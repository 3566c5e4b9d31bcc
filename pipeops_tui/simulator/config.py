"""What can be asked of a simulated Azure: its configuration and the names of its scenarios.

Imports nothing heavy, because the command line is checked against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SCENARIOS: dict[str, str] = {
    "happy": "3 tenants, 14 subscriptions, some resource groups; the user is Owner everywhere.",
    "contributor-only": "The user can create resource groups but cannot assign roles.",
    "rbac-admin-conditioned": "The user can assign roles, but a condition allows only Reader, and only to users.",
    "pim-eligible": "The user is a Reader who can activate Owner through Privileged Identity Management.",
    "guest": "The user is a guest in the tenant of the subscriptions and cannot register applications.",
    "apps-restricted": "The directory does not let its users register applications.",
    "checks-refused": "Every read of permissions and policies is refused; creating works.",
    "upsert-refused": "Applications cannot be created by PATCH on their unique name.",
    "secrets-forbidden": "The app management policy allows no client secrets.",
    "lifetime-capped": "The app management policy allows client secrets for at most 90 days.",
    "quota-full": "The user has already created as many directory objects as a user can.",
    "mfa-on-write": "Sign-in has no second factor; Azure requires one for every change.",
    "mfa-surprise": "Sign-in has a second factor, and Azure asks for one all the same for every change.",
    "applications-blocked": "Conditional Access lets no application sign in from this network, so none can be tested.",
    "locked-tenant": "Fabrikam issues tokens only to users who sign in to it directly, with a second factor.",
    "revoked-session": "The session is revoked at the first write; a new sign-in works.",
    "disabled-subscription": "The first subscription is disabled and takes no writes; others are warned or past due.",
    "no-subscription": "The user is in three tenants and has no subscription in any of them.",
    "lighthouse": "The first subscription belongs to another organization and is delegated through Azure Lighthouse.",
    "policy-requires-tag": "A policy of the first subscription refuses resource groups without the tag costCenter.",
    "region-closed": "East US and West Europe are listed, but take no resource groups.",
    "no-quota": "The first subscription has 10 vCPUs, but no quota for the sizes of small servers in most regions.",
    "student": "A student's subscription: Microsoft leaves 5 regions open; 4 processor cores, a spending limit.",
    "west-europe-blocked": "Microsoft has closed West Europe to the subscriptions: resources there are refused.",
    "group-deleting": "PipeOpsRG is being deleted for another minute.",
    "locked-group": "One group is locked against changes, another against deletion.",
    "assignment-limit": "The first subscription has as many role assignments as it can have.",
    "slow-replication": "Every change takes seconds to reach the other services.",
    "throttled": "The first request of every write, and of some reads, is answered with 429.",
    "providers-unregistered": "No resource provider is registered yet.",
    "twins": "An application named PipeOps exists already and belongs to another user.",
    "six-months-later": "Half a year after a colleague connected PipeOps: 9 connections in 9 states, 1 made by hand.",
    "pipeops-at-work": "PipeOps creates a cluster 2 minutes after the secret was first used.",
    "pipeops-refused": "PipeOps is refused a cluster for lack of quota 1 minute after the secret was first used.",
    "many": "10,000 subscriptions in 40 tenants; 3,000 resource groups in the first subscription.",
    "flaky": "About 1 request in 8 has a random fault.",
    "down": "Sign-in and Azure Resource Manager work; Microsoft Graph refuses connections.",
}
"""The scenarios by name, one line each: what `pipeops-tui simulate --help` lists."""


class SimulatorError(Exception):
    """The simulator could not start. The text is one sentence for the user."""


@dataclass(frozen=True, slots=True)
class SimulatorConfig:
    """What to simulate and how to serve it."""

    scenario: str = "happy"
    """A key of `SCENARIOS`."""
    port: int = 0
    """0: any free port."""
    latency_ms: int = 0
    """Milliseconds added to every answer."""
    seed: int = 0
    """Decides every id, every secret and every random fault."""
    faults: tuple[str, ...] = ()
    """Texts for `parse_fault`."""
    ca_out: Path | None = None
    """The file that gets the CA certificate (PEM) and keeps it; None: a temporary file, removed at the end."""
    auto_approve_device_codes: bool = False
    """Whether the default user is signed in without a person who types the code."""
    owner_assigns_after_s: float | None = None
    """After how many seconds of looking for access an Owner assigns Contributor to a service principal; None: never."""
