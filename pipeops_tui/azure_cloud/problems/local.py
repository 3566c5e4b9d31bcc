"""Failures that no service answered: what was given on the command line, and ways that cannot be taken."""

from __future__ import annotations

from pathlib import Path

from pipeops_tui.azure_cloud.problems.evidence import Operation
from pipeops_tui.problem import CloudError, FailureKind, Problem, Section


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
            remedy="Give a file that exists and that you may use, then start again.",
            link=Section.NETWORK,
        ),
    )


def way_not_offered(reason: str) -> CloudError:
    """This way of signing in cannot work here, for a reason known before trying."""
    return CloudError(
        FailureKind.SIGN_IN,
        Problem(
            title="This way to sign in is not available here",
            what=reason[:1].upper() + reason[1:] + ".",
            remedy="Choose another way to sign in.",
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
            remedy="Check --tenant and --client-id, or AZURE_TENANT_ID and AZURE_CLIENT_CERTIFICATE_PATH.",
            link=Section.SIGN_IN,
        ),
    )


def other_account() -> CloudError:
    """Somebody else signed in where a session was to be renewed: what was chosen and begun is not theirs."""
    return CloudError(
        FailureKind.SIGN_IN,
        Problem(
            title="That was another account",
            what="The sign-in succeeded, but with another account than the one that is working here. It was not used.",
            remedy="Sign in again with the same account. To work with another one, use Switch account in the palette.",
            link=Section.SIGN_IN,
        ),
    )


def wrong_tenant(expected: str, actual: str) -> CloudError:
    """The Graph token belongs to another tenant than the subscription: an application made there could never be given
    a role here (`PrincipalNotFound` for ever)."""
    return CloudError(
        FailureKind.FINAL,
        Problem(
            title="The directory is not the subscription's",
            what=f"The subscription trusts tenant {expected}, but Microsoft Graph would write into {actual}.",
            why="An application made in another directory could never get access to this subscription.",
            remedy="Sign in again, to the subscription's own tenant. Nothing has been created.",
            link=Section.SIGN_IN,
        ),
    )


def empty_answer(operation: Operation) -> CloudError:
    """A success that lacks what it should have brought: it may have been carried out."""
    return CloudError(
        FailureKind.LOST_ANSWER,
        Problem(
            title="The answer was empty",
            what=f"Azure reports success, but sent nothing back for the request to {operation}.",
            remedy="Try again: what is already there is found first.",
            link=Section.WAITING,
        ),
    )


def no_secret_in_answer() -> CloudError:
    """Graph says it added a client secret, but the value is not in the answer, and is never given again."""
    return CloudError(
        FailureKind.LOST_ANSWER,
        Problem(
            title="The client secret was not handed over",
            what="Microsoft Graph added a client secret, but its answer did not hold the value.",
            remedy="Try again: the unusable secret is removed and a new one made.",
            link=Section.RUN,
        ),
    )
