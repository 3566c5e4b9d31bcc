"""Refusals of Microsoft Entra that are about the tenant: its state, its policies, its devices and its applications."""

from __future__ import annotations

from pipeops_tui.azure.errors.entra_row import (
    ACCESS_ADMINISTRATOR,
    APPLICATION_ADMINISTRATOR,
    AZURE_CLI_APP,
    ERROR_CODES,
    row,
)
from pipeops_tui.azure.errors.rule import Rule
from pipeops_tui.core.problem import FailureKind, Problem, Section

TENANT_UNKNOWN = (90002, 900021, 900023, 90013, 90022, 90102)
"""900023 is Microsoft's text for a name that is no GUID and no domain (caddy-dns/azure#3)."""
IN_ANOTHER_CLOUD = (90038, 900382, 900432, 1000104, 900439, 90043, 90051)

TENANT_ROWS: tuple[Rule, ...] = (
    row(
        # Azure/azure-cli#32031; 5000224 is the same for a tenant that was taken out of service
        # (AzureAD/microsoft-authentication-library-for-dotnet#5251). Neither is in Microsoft's list of error codes.
        "tenant blocked",
        (5000225, 5000224),
        FailureKind.FINAL,
        Problem(
            title="This tenant is blocked because it was not used",
            what="No account can sign in to it. Microsoft deletes it 20 days after blocking it.",
            why="Microsoft blocks tenants that are not used for a long time.",
            remedy="Use another tenant. If this one is needed, ask Microsoft support to reactivate it within 20 days.",
            who="An administrator of that tenant, with Microsoft support",
            link="https://aka.ms/TenantLifecycle",
        ),
    ),
    row(
        "tenant unknown",
        TENANT_UNKNOWN,
        FailureKind.FINAL,
        Problem(
            title="There is no such tenant in this cloud",
            what="Microsoft Entra does not know the tenant {tenant} here.",
            remedy="Check the id, or choose another cloud with --cloud.",
            link=Section.SIGN_IN,
        ),
    ),
    row(
        "another cloud",
        IN_ANOTHER_CLOUD,
        FailureKind.FINAL,
        Problem(
            title="This tenant belongs to another cloud",
            what="The tenant {tenant} is not in this cloud.",
            remedy="Start again with --cloud AzureUSGovernment or --cloud AzureChinaCloud.",
            link=Section.SIGN_IN,
        ),
    ),
    row(
        "tenant restrictions",
        (50002, 500021, 500022, 500211, 500212, 500213),
        FailureKind.REFUSED,
        Problem(
            title="Your company does not allow signing in to this tenant",
            what="A policy about other organizations' tenants does not allow it.",
            remedy="Use another network, or an account that is allowed to.",
            who="The network or identity administrators of both organizations",
            link="https://learn.microsoft.com/entra/external-id/cross-tenant-access-overview",
        ),
    ),
)

POLICY_ROWS: tuple[Rule, ...] = (
    row(
        "device code session refused",
        (530036,),
        FailureKind.SIGN_IN,
        Problem(
            title="Your tenant does not accept device-code sign-ins",
            what="Your tenant no longer accepts the session that began with a device code.",
            why="Conditional Access can refuse sessions by the method with which they began.",
            remedy="Sign in again in a browser, or run az login and continue with the Azure CLI.",
            link="https://learn.microsoft.com/entra/identity/conditional-access/concept-authentication-flows",
        ),
    ),
    row(
        "token protection",
        (530084,),
        FailureKind.REFUSED,
        Problem(
            title="Token protection blocks this sign-in",
            what="A policy allows only sign-ins that are bound to a registered device.",
            remedy="On Windows run az login, which uses the system's sign-in, then continue with the Azure CLI here.",
            who=ACCESS_ADMINISTRATOR,
            link="https://learn.microsoft.com/entra/identity/conditional-access/concept-token-protection",
        ),
    ),
    row(
        # 530003 is Microsoft's text in Azure/azure-cli#29282, 530033 in Azure/azure-cli#27919.
        "device not managed",
        (530003, 530033, 53000, 53001, 50097, 50127, 50129, 50155, 50187, 50005, 135011, 130006, 130007, 130008),
        FailureKind.REFUSED,
        Problem(
            title="{service} is open only to managed devices",
            what="A policy of this tenant lets only devices that the organization manages reach {service}.",
            why="Signing in again from here changes nothing: the device is what is refused. A device code never shows "
            "which device you use.",
            remedy="On a managed device choose Browser, or run az login there and continue with the Azure CLI; or ask "
            "for an exception.",
            who=ACCESS_ADMINISTRATOR,
            link="https://learn.microsoft.com/entra/identity/conditional-access/troubleshoot-conditional-access",
        ),
    ),
    row(
        "security defaults",
        (530035, 530032),
        FailureKind.REFUSED,
        Problem(
            title="A security policy blocks this sign-in",
            what="The tenant's security policy does not allow it.",
            remedy="Try another sign-in method, or sign in from a device that your organization manages.",
            who=ACCESS_ADMINISTRATOR,
            link="https://learn.microsoft.com/entra/fundamentals/security-defaults",
        ),
    ),
    row(
        "conditional access",
        (53003, 53002, 53005, 50131, 50177, 50178),
        FailureKind.REFUSED,
        Problem(
            title="Conditional Access refused this sign-in",
            what="A policy of this tenant does not allow reaching {service} from this device, place or application.",
            remedy="Try another sign-in method, or sign in from a device that your organization manages.",
            who=ACCESS_ADMINISTRATOR,
            link="https://learn.microsoft.com/entra/identity/conditional-access/troubleshoot-conditional-access",
        ),
    ),
)

APPLICATION_ROWS: tuple[Rule, ...] = (
    row(
        "service switched off",
        (500014, 500011, 50001, 1000031, 650052, 650054),
        FailureKind.REFUSED,
        Problem(
            title="{service} is switched off in this tenant",
            what="The tenant gives out no tokens for {service}: the application of Microsoft's that stands for it is "
            "disabled or missing there, or the tenant's own subscription has lapsed.",
            remedy="Have it enabled (Microsoft Entra ID, Enterprise applications, Application type: All "
            "applications, application ID {service_app}, Properties, Enabled for users to sign in), or use another "
            "tenant.",
            who=APPLICATION_ADMINISTRATOR,
            link="https://learn.microsoft.com/entra/identity/enterprise-apps/disable-user-sign-in-portal",
        ),
    ),
    row(
        "not preauthorized",
        (65002,),
        FailureKind.FINAL,
        Problem(
            title="This application is not allowed to sign you in",
            what="The public client used to sign in is not allowed to reach {service}.",
            remedy="Start again without --client-id, or with a client that can use Azure and Microsoft Graph.",
            link=Section.SIGN_IN,
        ),
    ),
    row(
        "consent",
        (65001, 90094, 90095, 65004, 65005, 650056, 650057, 90008, 9002341),
        FailureKind.REFUSED,
        Problem(
            title="The sign-in needs consent",
            what="This application has not been allowed to act for users of this tenant.",
            remedy="Accept the question when signing in, or have an administrator accept it for everyone.",
            who="A Cloud Application Administrator",
            link=Section.SIGN_IN,
        ),
    ),
    row(
        "client unusable",
        (7000218, 700025, 50011, 50194, 70003, 50049),
        FailureKind.FINAL,
        Problem(
            title="People cannot sign in with this application",
            what="The application given with --client-id is not set up as a public client of this tenant.",
            remedy="Start again without --client-id; or allow public client flows for it, add the redirect address "
            "http://localhost, and give --tenant where it serves a single tenant.",
            who="The application's owner, or a Cloud Application Administrator",
            link="https://learn.microsoft.com/entra/identity-platform/msal-client-applications",
        ),
    ),
    row(
        "client unknown",
        (700016, 7000112, 90099, 7000113, 7000229, 70001, 700011),
        FailureKind.REFUSED,
        Problem(
            title="Your tenant does not know the application you sign in with",
            what="The public client is missing or disabled in this tenant.",
            remedy=f"Have “Microsoft Azure CLI” ({AZURE_CLI_APP}) enabled, or name another client with --client-id.",
            who="A Cloud Application Administrator",
            link=Section.SIGN_IN,
        ),
    ),
)

SERVICE_ROWS: tuple[Rule, ...] = (
    row(
        "sign-in service failed",
        (50000, 50033, 50087, 50166, 70012, 80005, 40010, 90006, 90012, 90024, 90033, 90036, 90090, 90091),
        FailureKind.SERVER,
        Problem(
            title="Microsoft Entra ID has a problem",
            what="Its sign-in service failed.",
            why="Such failures are on Microsoft's side and usually pass within a minute.",
            remedy="Try again. If it happens again, look at the status page.",
            link="https://azure.status.microsoft/status",
        ),
    ),
    row(
        "loop",
        (50196, 90055, 50088),
        FailureKind.THROTTLED,
        Problem(
            title="Microsoft Entra is limiting sign-ins",
            what="There were too many sign-ins in a short time.",
            remedy="Wait a few minutes, then try again.",
            link=ERROR_CODES,
        ),
    ),
)
