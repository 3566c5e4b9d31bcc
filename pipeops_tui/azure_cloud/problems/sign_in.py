"""Refusals of Microsoft Entra, by their AADSTS numbers.

Numbers and meanings: Microsoft Learn, "Microsoft Entra authentication and authorization error codes". It says to react
to `error` and to take the numbers as hints; a number that stands here only makes the text better.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeops_tui.azure_cloud.problems.challenges import again, login_command
from pipeops_tui.azure_cloud.problems.evidence import Evidence, Operation
from pipeops_tui.azure_cloud.problems.rule import Rule, Text
from pipeops_tui.problem import FailureKind, Section

_ACCESS_ADMIN = "A Conditional Access Administrator, who finds the attempt in the sign-in logs by the ids below"
_PROOF = frozenset({Operation.PROVE_SIGN_IN, Operation.PROVE_ACCESS})
AZURE_CLI_APP = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
"""Client id of the Microsoft Azure CLI, with which people sign in unless --client-id says otherwise."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """Some numbers that mean the same. Texts may hold `{tenant}` and `{account}`."""

    name: str
    numbers: tuple[int, ...]
    kind: FailureKind
    title: str
    what: str
    remedy: str
    why: str = ""
    who: str = ""
    link: str = Section.SIGN_IN

    def rule(self) -> Rule:
        return Rule(self.name, self.kind, self._applies(), self._text)

    def _applies(self) -> Callable[[Evidence], bool]:
        return lambda evidence: evidence.has_aadsts(*self.numbers)

    def _text(self, evidence: Evidence) -> Text:
        tenant = evidence.context.tenant_id or "this tenant"
        account = evidence.context.account or "this account"
        again_here = again(evidence)

        def fill(text: str) -> str:
            return text.replace("{tenant}", tenant).replace("{account}", account).replace("{again}", again_here)

        return Text(
            title=fill(self.title),
            what=fill(self.what),
            why=fill(self.why),
            remedy=fill(self.remedy),
            who=self.who,
            link=self.link,
            command=login_command(evidence) if self.kind is FailureKind.SIGN_IN else "",
        )


_ENTRIES: tuple[_Entry, ...] = (
    _Entry(
        "sign-in service failed",
        (50000, 90006, 90012, 90020, 90033),
        FailureKind.SERVER,
        "Microsoft Entra ID has a problem",
        "Its sign-in service failed.",
        "Try again. If it stays, look at the status page.",
        why="Such failures are on Microsoft's side and usually pass within a minute.",
        link="https://azure.status.microsoft/status",
    ),
    _Entry(
        "second factor not set up",
        (50079, 50072),
        FailureKind.SIGN_IN,
        "Set up your second factor first",
        "Your organization asks for a second factor, and your account has none yet.",
        "Register one at https://aka.ms/mfasetup, then sign in again.",
        link="https://aka.ms/mfasetup",
    ),
    _Entry(
        "second factor",
        (50076, 50074, 50078, 50158),
        FailureKind.SIGN_IN,
        "Your organization asks for a second factor",
        "Tenant {tenant} wants a second factor for this.",
        "{again}",
        why="A rule of your organization, or the place you sign in from, asks for it.",
    ),
    _Entry(
        "second factor blocked",
        (53004, 53010, 53011),
        FailureKind.REFUSED,
        "You cannot register a second factor from here",
        "Your organization asks for a second factor, and does not let you set one up in this place or state.",
        "Register it from a trusted place or device, or ask for a Temporary Access Pass.",
        who="An Authentication Administrator",
        link="https://learn.microsoft.com/entra/identity/authentication/howto-authentication-temporary-access-pass",
    ),
    _Entry(
        "device code session refused",
        (530036,),
        FailureKind.SIGN_IN,
        "Your tenant does not accept device-code sign-ins",
        "The session that began with a device code is not accepted any more.",
        "Sign in again in a browser, or run az login and continue with the Azure CLI.",
        why="Conditional Access can refuse sessions by the way in which they began.",
        link="https://learn.microsoft.com/entra/identity/conditional-access/concept-authentication-flows",
    ),
    _Entry(
        "token protection",
        (530084,),
        FailureKind.REFUSED,
        "Token protection blocks this sign-in",
        "A policy allows only sign-ins that are bound to a registered device.",
        "On Windows run az login, which uses the system's sign-in, then continue with the Azure CLI here.",
        who=_ACCESS_ADMIN,
        link="https://learn.microsoft.com/entra/identity/conditional-access/concept-token-protection",
    ),
    _Entry(
        "security defaults",
        (530035, 530032),
        FailureKind.REFUSED,
        "A security policy blocks this sign-in",
        "The tenant's security policy does not allow it.",
        "Try another way to sign in, or from a device your organization manages.",
        who=_ACCESS_ADMIN,
    ),
    _Entry(
        "conditional access",
        (53003, 53000, 53001, 53002, 53005, 50097, 50005, 50131, 530033),
        FailureKind.REFUSED,
        "Conditional Access refused this sign-in",
        "A rule of tenant {tenant} does not allow it from this device, place or application.",
        "Try another way to sign in, or a device that your organization manages.",
        who=_ACCESS_ADMIN,
        link="https://learn.microsoft.com/entra/identity/conditional-access/troubleshoot-conditional-access",
    ),
    _Entry(
        "not preauthorized",
        (65002,),
        FailureKind.FINAL,
        "This application may not ask for that",
        "The public client used to sign in is not allowed to reach this service.",
        "Start again without --client-id, or with a client that may use Azure and Microsoft Graph.",
    ),
    _Entry(
        "consent",
        (65001, 90094, 65004, 650052),
        FailureKind.REFUSED,
        "The sign-in needs consent",
        "Nobody has allowed this application to act for users of tenant {tenant}.",
        "Accept the question when signing in, or have an administrator accept it for everyone.",
        who="A Cloud Application Administrator",
    ),
    _Entry(
        "client unknown",
        (700016, 7000112, 90099, 7000113, 7000229),
        FailureKind.REFUSED,
        "Your tenant does not know the application you sign in with",
        "The public client is missing or switched off in tenant {tenant}.",
        f"Have “Microsoft Azure CLI” ({AZURE_CLI_APP}) enabled, or give a public client of your own with --client-id.",
        who="A Cloud Application Administrator",
    ),
    _Entry(
        "tenant unknown",
        (90002, 900021, 90013),
        FailureKind.FINAL,
        "There is no such directory in this cloud",
        "Microsoft Entra does not know tenant {tenant} here.",
        "Check the id, or choose another cloud with --cloud.",
    ),
    _Entry(
        "another cloud",
        (90038, 900382, 1000104, 900439),
        FailureKind.FINAL,
        "This directory belongs to another cloud",
        "Tenant {tenant} is not in this cloud.",
        "Start again with --cloud AzureUSGovernment or --cloud AzureChinaCloud.",
    ),
    _Entry(
        "not in the tenant",
        (50020, 16000, 16003, 50034, 51004, 50014, 90072, 500208),
        FailureKind.REFUSED,
        "Your account is not in this tenant",
        "{account} does not belong to tenant {tenant}.",
        "Sign in with another account, or have that tenant's administrator invite you.",
        who="A User Administrator of that tenant",
    ),
    _Entry(
        "tenant restrictions",
        (500021, 500022, 500211, 500212, 500213),
        FailureKind.REFUSED,
        "Your company does not allow signing in to this tenant",
        "A rule about other organizations' tenants stands against it.",
        "Use a network or account that may.",
        who="The network or identity administrators of both organizations",
    ),
    _Entry(
        "session over",
        (700082, 70043, 50173, 70008, 50132, 50133, 700084, 700081, 50089),
        FailureKind.SIGN_IN,
        "Your sign-in has run out",
        "Microsoft Entra does not prolong it any more.",
        "{again}",
        why="It was unused for too long, your password changed, or a rule limits how long it lasts.",
    ),
    _Entry(
        "not confirmed",
        (50199,),
        FailureKind.SIGN_IN,
        "Microsoft Entra asks you to confirm",
        "Its page asks whether you are trying to sign in to this application.",
        "Sign in again, and press Continue on that page.",
        why="It asks everyone who signs in from another device, to keep codes from being phished.",
        link="https://learn.microsoft.com/entra/identity-platform/reference-error-codes",
    ),
    _Entry(
        "code not valid",
        (70019, 70020, 70018),
        FailureKind.SIGN_IN,
        "The code has expired",
        "It was not entered in time, or not as shown.",
        "Ask for a new code.",
    ),
    _Entry(
        "not completed",
        (70017, 50126, 50055, 50053, 50057),
        FailureKind.SIGN_IN,
        "The sign-in was not completed",
        "It was declined, or the account could not sign in.",
        "Try again, or with another account.",
    ),
    _Entry(
        "loop",
        (50196, 90055),
        FailureKind.THROTTLED,
        "Microsoft Entra asks to slow down",
        "There were too many sign-ins in a short time.",
        "Wait a few minutes, then try again.",
    ),
    _Entry(
        "secret expired",
        (7000222,),
        FailureKind.FINAL,
        "The client secret has expired",
        "The service principal's client secret is not valid any more.",
        "Set AZURE_CLIENT_SECRET to a current one.",
    ),
    _Entry(
        "secret wrong",
        (7000215, 7000216, 700027),
        FailureKind.FINAL,
        "The service principal's credentials are wrong",
        "Microsoft Entra does not accept the client secret or certificate from the environment.",
        "Set AZURE_CLIENT_SECRET to the secret's value (not its id), or correct the certificate.",
    ),
)


def _untested(evidence: Evidence) -> Text:
    return Text(
        title="Created, but not to be tested from this network",
        what="A policy of your tenant does not let the new application sign in from here.",
        why="Conditional Access for workload identities allows sign-ins only from named places.",
        remedy="The values can be used. PipeOps' addresses must be allowed in the policy.",
        who=_ACCESS_ADMIN,
        link="https://learn.microsoft.com/entra/identity/conditional-access/workload-identity",
    )


SIGN_IN_RULES: tuple[Rule, ...] = (
    Rule(
        "proof blocked by policy",
        FailureKind.FINAL,
        lambda e: e.context.operation in _PROOF and e.has_aadsts(53003, 53005, 53000, 530035),
        _untested,
    ),
    *(entry.rule() for entry in _ENTRIES),
)
