"""Failures that no service answered: what was given on the command line, and ways that cannot be taken."""

from __future__ import annotations

from pathlib import Path

from pipeops_tui.problem import CloudError, FailureKind, Problem


def unusable_cloud(reason: str) -> CloudError:
    """The cloud on the command line, or what it said about itself, cannot be worked with."""
    return CloudError(
        FailureKind.FINAL,
        Problem(
            title="This cloud cannot be used",
            what=reason,
            remedy="Check --cloud, --resource-manager and AZURE_AUTHORITY_HOST, then start again.",
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
        ),
    )
