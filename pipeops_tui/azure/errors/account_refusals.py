"""Refusals of Microsoft Entra that are about the person: second factor, account, password, session, code."""

from __future__ import annotations

from pipeops_tui.azure.errors.entra_row import APPLICATION_ADMINISTRATOR, ERROR_CODES, row
from pipeops_tui.azure.errors.rule import Rule
from pipeops_tui.core.problem import FailureKind, Problem, Section

_USER_ADMINISTRATOR = "A User Administrator of your organization"
_ON_PREMISES = (80001, 80002, 80007, 80010, 80012, 80013, 80014, 81004, 81010, 81012, 90123)
"""From agents and domain controllers in the organization's own network."""
_LOST = (50058, 16001, 16002, 160021, 50140, 50143, 51006, 90086)
"""The browser's or the organization's session was not found, or not chosen."""

SECOND_FACTOR_ROWS: tuple[Rule, ...] = (
    row(
        "second factor not set up",
        (50079, 50072),
        FailureKind.SIGN_IN,
        Problem(
            title="Set up your second factor first",
            what="Your organization requires a second factor, and your account has none yet.",
            remedy="Register one at https://aka.ms/mfasetup, then sign in again.",
            link="https://aka.ms/mfasetup",
        ),
    ),
    row(
        "second factor",
        (50076, 50074, 50078, 50158, 50161, 50170),
        FailureKind.SIGN_IN,
        Problem(
            title="Your organization requires a second factor",
            what="This tenant requires a second factor to reach {service}.",
            why="A policy of your organization, or the place you sign in from, requires it.",
            remedy="{again}",
            link=Section.SIGN_IN,
        ),
    ),
    row(
        "second factor blocked",
        (53004, 53010),
        FailureKind.REFUSED,
        Problem(
            title="You cannot register a second factor from here",
            what="Your organization requires a second factor and does not let you register it from here.",
            remedy="Register it from a trusted place or device, or ask for a Temporary Access Pass.",
            who="An Authentication Administrator",
            link="https://learn.microsoft.com/entra/identity/authentication/howto-authentication-temporary-access-pass",
        ),
    ),
)

ACCOUNT_ROWS: tuple[Rule, ...] = (
    row(
        # 500200 is Microsoft's text in Azure/azure-mcp#14; the others refuse such accounts at the address used.
        "personal account",
        (500200, 500208, 9001023, 9002332, 90124, 90130, 50059, 50128, 90019),
        FailureKind.REFUSED,
        Problem(
            title="This account does not say which tenant it belongs to",
            what="A personal Microsoft account (outlook.com, live.com and the like) cannot sign in without a tenant.",
            why="The tenant that its subscription belongs to has to be named.",
            remedy="Start again with --tenant and that tenant's ID (Azure portal: Microsoft Entra ID, Properties), or "
            "sign in with a work or school account. Where the account is no member, have it invited.",
            who="You; a User Administrator of that tenant can invite the account",
            link="https://learn.microsoft.com/entra/external-id/add-users-administrator",
        ),
    ),
    row(
        "not in the tenant",
        (50020, 16000, 16003, 50034, 51004, 50014, 90072, 90084, 90125, 90126),
        FailureKind.REFUSED,
        Problem(
            title="Your account is not in this tenant",
            what="Your account does not belong to this tenant, or has not accepted its invitation yet.",
            remedy="Sign in with another account, or have that tenant's administrator invite you.",
            who="A User Administrator of that tenant",
            link=Section.SIGN_IN,
        ),
    ),
    row(
        "not assigned",
        (50105,),
        FailureKind.REFUSED,
        Problem(
            title="Your account is not assigned to this application",
            what="This tenant lets only assigned people sign in with the application that pipeops-tui uses.",
            remedy="Have your account assigned to it (Enterprise applications, Application type: All "
            "applications, Users and groups), or name another "
            "public client with --client-id.",
            who=APPLICATION_ADMINISTRATOR,
            link="https://learn.microsoft.com/entra/identity/enterprise-apps/assign-user-or-group-access-portal",
        ),
    ),
    row(
        "account at risk",
        (53011, 530034, 50135),
        FailureKind.REFUSED,
        Problem(
            title="Your account is blocked because it seems to be at risk",
            what="Microsoft Entra has seen something unusual about it, and does not let it sign in.",
            remedy="Have the risk looked at and dismissed in your own tenant, and change your password if asked to.",
            who="A Security Administrator of your own tenant",
            link="https://learn.microsoft.com/entra/id-protection/howto-identity-protection-remediate-unblock",
        ),
    ),
    row(
        "account locked",
        (50053, 50057),
        FailureKind.REFUSED,
        Problem(
            title="Your account is locked or disabled",
            what="Microsoft Entra does not let this account sign in.",
            why="It was disabled, or there were too many wrong passwords or sign-ins from a suspicious address.",
            remedy="Wait some minutes and try again, or have the account unlocked; or sign in with another account.",
            who=_USER_ADMINISTRATOR,
            link="https://learn.microsoft.com/entra/id-protection/howto-identity-protection-remediate-unblock",
        ),
    ),
    row(
        "password",
        (50055, 50144, 50125, 120000, 120002, 120015),
        FailureKind.SIGN_IN,
        Problem(
            title="Your password has to be changed",
            what="It has expired, or has to be changed before you can sign in.",
            remedy="Change it at https://aka.ms/sspr, then sign in again.",
            who=f"You, or {_USER_ADMINISTRATOR[0].lower()}{_USER_ADMINISTRATOR[1:]}",
            link="https://aka.ms/sspr",
        ),
    ),
    row(
        "federation",
        (20001, 20012, 20033, 40008, 40009, 40015, 50008, 5000819, 50107, 50169, 50180, 90020, *_ON_PREMISES),
        FailureKind.REFUSED,
        Problem(
            title="Your organization's own sign-in service failed",
            what="Microsoft Entra sends your password check to a service of your organization, and that one failed.",
            remedy="Try again later. If it happens again, give the details to the people who run that service.",
            who="The administrators of your organization's AD FS, password agents or other identity provider",
            link=ERROR_CODES,
        ),
    ),
)

SESSION_ROWS: tuple[Rule, ...] = (
    row(
        "session over",
        (700082, 70043, 50173, 70008, 50132, 50133, 700084, 700081, 50089, 70000, 700020, 50085, 50139, 50197, *_LOST),
        FailureKind.SIGN_IN,
        Problem(
            title="Your sign-in has expired",
            what="Microsoft Entra does not renew it any more.",
            why="It was unused for too long, your password changed, or a policy limits how long it is valid.",
            remedy="{again}",
            link=Section.SIGN_IN,
        ),
    ),
    row(
        "not confirmed",
        (50199,),
        FailureKind.SIGN_IN,
        Problem(
            title="Microsoft Entra asks you to confirm",
            what="Its page asks whether you are trying to sign in to this application.",
            why="It asks everyone who signs in from another device, to protect them from phishing.",
            remedy="Sign in again, and press Continue on that page.",
            link=ERROR_CODES,
        ),
    ),
    row(
        "code not valid",
        (70019, 70020, 70018, 90119, 90120, 50134),
        FailureKind.SIGN_IN,
        Problem(
            title="The code has expired",
            what="It was not entered in time, or not as shown.",
            remedy="Sign in again to get a new code.",
            link=Section.SIGN_IN,
        ),
    ),
    row(
        "not completed",
        (70017, 50126, 50056, 50064),
        FailureKind.SIGN_IN,
        Problem(
            title="The sign-in was not completed",
            what="It was declined, or the account could not sign in.",
            remedy="Try again, or with another account.",
            link=Section.SIGN_IN,
        ),
    ),
)
