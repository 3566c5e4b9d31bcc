"""Makes the `CloudError`s for what no service answered: bad options, unusable sign-in methods, incomplete answers."""

from __future__ import annotations

from pathlib import Path

from pipeops_tui.azure.errors.evidence import AzureOperation, AzureService
from pipeops_tui.core import az_commands
from pipeops_tui.core.problem import CloudError, FailureKind, Problem, Section

_GUID = "32 digits and letters from a to f, with four hyphens"


def unusable_cloud(reason: str) -> CloudError:
    """The cloud on the command line, or what it said about itself, cannot be worked with."""
    return CloudError(
        FailureKind.FINAL,
        Problem(
            title="This cloud cannot be used",
            what=reason,
            remedy="Check --cloud, --resource-manager and AZURE_AUTHORITY_HOST, then start again.",
            link=Section.NETWORK,
        ),
    )


def unusable_proxy(reason: str) -> CloudError:
    """The machine's proxy settings cannot be worked with."""
    return CloudError(
        FailureKind.FINAL,
        Problem(
            title="The proxy setting cannot be used",
            what=reason,
            remedy="Set HTTPS_PROXY to an address like http://proxy.example.com:8080, then start again.",
            link=Section.NETWORK,
        ),
    )


def bad_file(meaning: str, path: Path | None, error: OSError) -> CloudError:
    """A file named on the command line cannot be used; `meaning` says which one, e.g. "CA file"."""
    reason = error.strerror or "it holds no certificate in PEM format"
    return CloudError(
        FailureKind.FINAL,
        Problem(
            title=f"The {meaning} cannot be used",
            what=f"{path}: {reason}.",
            remedy="Name a file that exists and that you can use, then start again.",
            link=Section.NETWORK,
        ),
    )


def method_unavailable(reason: str) -> CloudError:
    """This sign-in method cannot work here, for a reason known before trying."""
    return CloudError(
        FailureKind.SIGN_IN,
        Problem(
            title="This sign-in method is not available here",
            what=reason[:1].upper() + reason[1:] + ".",
            remedy="Choose another sign-in method.",
            link=Section.SIGN_IN,
        ),
    )


def unusable_credentials(reason: str) -> CloudError:
    """What signing in would be done with is malformed: a tenant's name, a certificate file."""
    return CloudError(
        FailureKind.FINAL,
        Problem(
            title="These credentials cannot be used",
            what=reason if reason.endswith(".") else f"{reason}.",
            remedy="Check --tenant and --client-id, or the environment's AZURE_… variables.",
            link=Section.SIGN_IN,
        ),
    )


def other_account() -> CloudError:
    """Another account signed in where a session was to be renewed: what was begun belongs to the first one."""
    return CloudError(
        FailureKind.SIGN_IN,
        Problem(
            title="That was another account",
            what="The sign-in succeeded, but with another account than the one that is working here. It was not used.",
            remedy="Sign in again with the same account. To work with another one, use Switch account in the palette.",
            link=Section.SIGN_IN,
        ),
    )


def identity_in_one_tenant() -> CloudError:
    """A managed identity exists in the tenant of its machine only (Microsoft Learn, "Managed identities for Azure
    resources frequently asked questions")."""
    return CloudError(
        FailureKind.FINAL,
        Problem(
            title="A managed identity works in its own tenant only",
            what="The machine's managed identity has no account in this tenant.",
            remedy="Choose a subscription of its own tenant, or sign in in another way.",
            link=Section.SIGN_IN,
        ),
    )


def expired_token(service: AzureService) -> CloudError:
    """What was given out as a token has expired by its own word, twice in a row."""
    from_cli = service is AzureService.AZURE_CLI
    giver = "The Azure CLI" if from_cli else "The sign-in"
    remedy = "Run the command in another terminal and try again" if from_cli else "Sign in again"
    return CloudError(
        FailureKind.SIGN_IN,
        Problem(
            title=f"{giver} gives out an expired token",
            what="It was asked twice, and the token had expired both times. It was not used.",
            why="Its stored session is stale, or this computer's clock is wrong.",
            remedy=f"{remedy}; check the clock. Or choose another sign-in method.",
            link=Section.SIGN_IN,
            command=az_commands.log_in() if from_cli else "",
        ),
    )


def wrong_tenant(expected: str, actual: str) -> CloudError:
    """The Graph token belongs to another tenant than the subscription: an application made there could never be given
    a role here (always `PrincipalNotFound`)."""
    return CloudError(
        FailureKind.FINAL,
        Problem(
            title="The tenant is not the subscription's",
            what=f"The subscription belongs to tenant {expected}, but Microsoft Graph would write into {actual}.",
            why="An application registered in another tenant can never get access to this subscription.",
            remedy="Sign in again, to the subscription's own tenant. Nothing has been created.",
            link=Section.SIGN_IN,
        ),
    )


def incomplete_answer(operation: AzureOperation) -> CloudError:
    """A success that lacks what it must hold, or is about something else: whether it was carried out is not known."""
    return CloudError(
        FailureKind.INCOMPLETE,
        Problem(
            title="The answer is incomplete",
            what=f"Asked Azure to {operation}. The answer reports success, but lacks what Azure always sends.",
            why="Azure, or something between you and Azure, has sent only part of it.",
            remedy="Try again: what exists already is found first.",
            link=Section.WAITING,
        ),
    )


def no_such_tenant() -> CloudError:
    """A tenant's name that is no GUID and no domain. It is not quoted: what was pasted can be the secret."""
    return CloudError(
        FailureKind.FINAL,
        Problem(
            title="This is not a tenant ID",
            what=f"A tenant ID has {_GUID}. This one does not.",
            remedy="Copy the tenant ID again (Azure portal: Microsoft Entra ID, Overview).",
            link=Section.SIGN_IN,
        ),
    )


def tenant_elsewhere(tenant_id: str, cloud: str) -> CloudError:
    """The tenant is in another cloud than the one in use, where the secret would not belong."""
    return CloudError(
        FailureKind.FINAL,
        Problem(
            title="This tenant belongs to another cloud",
            what=f"The tenant {tenant_id} is in {cloud}. The client secret was not sent.",
            remedy="Start again with --cloud and the name of that cloud.",
            link=Section.SIGN_IN,
        ),
        tenant_id=tenant_id,
    )


def no_client_id() -> CloudError:
    """A client ID that is no GUID. It is not quoted either."""
    return CloudError(
        FailureKind.FINAL,
        Problem(
            title="This is not a client ID",
            what=f"A client ID has {_GUID}. This one does not.",
            remedy="Copy the Application (client) ID from the application's Overview.",
            link=Section.SIGN_IN,
        ),
    )
