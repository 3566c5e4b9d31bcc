"""Explains failures of the sign-in methods themselves, as azure-identity or the Azure CLI report them."""

from __future__ import annotations

from pipeops_tui.azure.errors.evidence import AzureService, Evidence
from pipeops_tui.azure.errors.rule import Rule, login_command, sign_in_again, words
from pipeops_tui.core import az_commands
from pipeops_tui.core.problem import FailureKind, Problem, Section


def _cli_missing(evidence: Evidence) -> Problem:
    return Problem(
        title="The Azure CLI is not installed",
        what="No program called az can be found.",
        remedy="Choose another sign-in method, or install it.",
        link="https://learn.microsoft.com/cli/azure/install-azure-cli",
    )


def _cli_signed_out(evidence: Evidence) -> Problem:
    return Problem(
        title="The Azure CLI is not signed in",
        what="It has no session that can be used.",
        remedy="Run the command in another terminal and try again, or choose another sign-in method.",
        link=Section.SIGN_IN,
        command=login_command(evidence),
    )


def _cli_slow(evidence: Evidence) -> Problem:
    return Problem(
        title="The Azure CLI does not answer",
        what="It did not answer in time when asked for a token.",
        why="Its first start can be slow, above all on Windows and under WSL.",
        remedy="Try again, or choose another sign-in method.",
        link=Section.SIGN_IN,
    )


def _cli_broker(evidence: Evidence) -> Problem:
    """Azure/azure-cli#28841 introduced it and says how to turn it off, #29881 shows the failure."""
    return Problem(
        title="The Azure CLI's sign-in through Windows fails",
        what=words(evidence),
        why="On Windows it signs in through the Web Account Manager, which does not work with every account.",
        remedy="Run the commands in another terminal and try again, or choose another sign-in method.",
        link="https://learn.microsoft.com/cli/azure/authenticate-azure-cli-interactively",
        command=az_commands.log_in_without_broker(
            evidence.context.tenant_id, evidence.context.token_scope, evidence.claims
        ),
    )


def _cli_claims(evidence: Evidence) -> Problem:
    return Problem(
        title="Azure requires a newer sign-in of the Azure CLI",
        what="Azure requires a second factor or a new sign-in, for which the Azure CLI needs a terminal.",
        remedy=sign_in_again(evidence),
        link=Section.SIGN_IN,
        command=login_command(evidence),
    )


def _cli_other(evidence: Evidence) -> Problem:
    return Problem(
        title="The Azure CLI could not get a token",
        what=words(evidence),
        remedy="Run the command in another terminal and try again, or choose another sign-in method.",
        link=Section.SIGN_IN,
        command=login_command(evidence),
    )


def _cli_one_tenant(evidence: Evidence) -> Problem:
    """Azure/azure-cli#29313."""
    return Problem(
        title="The Azure CLI's account works in one tenant only",
        what="In Cloud Shell, and with a managed identity, the Azure CLI gets tokens for its own tenant only.",
        remedy="Choose a subscription of its own tenant; or run the command in another terminal, or sign in with a "
        "device code, to use this tenant too.",
        link="https://learn.microsoft.com/azure/cloud-shell/faq-troubleshooting",
        command=az_commands.log_in(evidence.context.tenant_id, evidence.context.token_scope),
    )


def _timed_out(evidence: Evidence) -> Problem:
    return Problem(
        title="The sign-in was not finished in time",
        what="It was not completed while it was valid.",
        remedy="Start it again. If the page showed error 53003, your organization blocks this method: choose another.",
        link=Section.SIGN_IN,
    )


def _no_port(evidence: Evidence) -> Problem:
    return Problem(
        title="The browser cannot return the sign-in",
        what="All ports from 8400 to 8999, where the browser's answer would arrive, are in use.",
        remedy="Sign in with a device code instead.",
        link=Section.SIGN_IN,
    )


def _no_browser(evidence: Evidence) -> Problem:
    return Problem(
        title="No browser could be opened",
        what="This computer has no browser that can be started from here.",
        remedy="Sign in with a device code instead.",
        link=Section.SIGN_IN,
    )


def _declined(evidence: Evidence) -> Problem:
    return Problem(
        title="The sign-in was declined",
        what="It was refused or cancelled on the sign-in page.",
        remedy="Try again, or choose another sign-in method.",
        link=Section.SIGN_IN,
    )


def _no_authority(evidence: Evidence) -> Problem:
    return Problem(
        title="There is no such tenant in this cloud",
        what=f"Microsoft Entra has no sign-in page for {evidence.context.tenant_id or 'the given tenant'} here.",
        remedy="Check the tenant given with --tenant, or choose another cloud with --cloud.",
        link=Section.SIGN_IN,
    )


def _from_cli(evidence: Evidence, *fragments: str) -> bool:
    return evidence.service is AzureService.AZURE_CLI and evidence.status is None and evidence.says(*fragments)


CLI_RULES: tuple[Rule, ...] = (
    Rule("az missing", FailureKind.SIGN_IN, lambda e: _from_cli(e, "not found on path"), _cli_missing),
    Rule("az signed out", FailureKind.SIGN_IN, lambda e: _from_cli(e, "Please run 'az login'"), _cli_signed_out),
    Rule("az one tenant", FailureKind.FINAL, lambda e: _from_cli(e, "shouldn't be specified"), _cli_one_tenant),
    Rule("az slow", FailureKind.SIGN_IN, lambda e: _from_cli(e, "Timed out waiting for Azure CLI"), _cli_slow),
    Rule("az broker", FailureKind.SIGN_IN, lambda e: _from_cli(e, "3399614476"), _cli_broker),
    Rule("az claims", FailureKind.SIGN_IN, lambda e: _from_cli(e, "support claims challenges"), _cli_claims),
)

METHOD_RULES: tuple[Rule, ...] = (
    Rule("az other", FailureKind.SIGN_IN, lambda e: _from_cli(e), _cli_other),
    Rule(
        "not finished",
        FailureKind.SIGN_IN,
        lambda e: e.says("Timed out") and e.says("to authenticate"),
        _timed_out,
    ),
    Rule("no port", FailureKind.SIGN_IN, lambda e: e.says("Couldn't start an HTTP server"), _no_port),
    Rule("no browser", FailureKind.SIGN_IN, lambda e: e.says("Failed to open a browser"), _no_browser),
    Rule("declined", FailureKind.SIGN_IN, lambda e: e.code == "access_denied", _declined),
    Rule("no authority", FailureKind.FINAL, lambda e: e.says("Unable to get authority configuration"), _no_authority),
)

OAUTH_RULES: tuple[Rule, ...] = (
    Rule("code declined", FailureKind.SIGN_IN, lambda e: e.code == "authorization_declined", _declined),
    Rule("code expired", FailureKind.SIGN_IN, lambda e: e.code in ("expired_token", "code_expired"), _timed_out),
)
"""Answers to a device code by their OAuth error (RFC 8628, 3.5), which says more than the AADSTS number beside it."""
