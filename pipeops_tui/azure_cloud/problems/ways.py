"""The ways of signing in themselves: no answer of Entra, but of azure-identity or the Azure CLI."""

from __future__ import annotations

from pipeops_tui.azure_cloud.problems.challenges import again, login_command
from pipeops_tui.azure_cloud.problems.evidence import Evidence, Service
from pipeops_tui.azure_cloud.problems.general import words
from pipeops_tui.azure_cloud.problems.rule import Rule, Text
from pipeops_tui.problem import FailureKind, Section


def _cli_missing(evidence: Evidence) -> Text:
    return Text(
        title="The Azure CLI is not installed",
        what="No program called az can be found.",
        remedy="Choose another way to sign in, or install it.",
        link="https://learn.microsoft.com/cli/azure/install-azure-cli",
    )


def _cli_signed_out(evidence: Evidence) -> Text:
    return Text(
        title="The Azure CLI is not signed in",
        what="It has no session that could be used.",
        remedy="Run the command in another terminal and try again, or choose another way to sign in.",
        link=Section.SIGN_IN,
        command=login_command(evidence),
    )


def _cli_slow(evidence: Evidence) -> Text:
    return Text(
        title="The Azure CLI does not answer",
        what="It was asked for a token and did not answer in time.",
        why="Its first start can be slow, above all on Windows and under WSL.",
        remedy="Try again, or choose another way to sign in.",
        link=Section.SIGN_IN,
    )


def _cli_broker(evidence: Evidence) -> Text:
    """Azure/azure-cli#28841 introduced it and tells how to leave it, #29881 shows the failure."""
    return Text(
        title="The Azure CLI's sign-in through Windows fails",
        what=words(evidence),
        why="On Windows it signs in through the Web Account Manager, which does not work with every account.",
        remedy="Run the commands in another terminal and try again, or choose another way to sign in.",
        link="https://learn.microsoft.com/cli/azure/authenticate-azure-cli-interactively",
        command=f"az account clear\naz config set core.enable_broker_on_windows=false\n{login_command(evidence)}",
    )


def _cli_claims(evidence: Evidence) -> Text:
    return Text(
        title="Azure asks for more than the Azure CLI's session has",
        what="A second factor or a fresh sign-in is asked for, and the CLI can only get that in its own terminal.",
        remedy=again(evidence),
        link=Section.SIGN_IN,
        command=login_command(evidence),
    )


def _cli_other(evidence: Evidence) -> Text:
    return Text(
        title="The Azure CLI could not get a token",
        what=words(evidence),
        remedy="Run the command in another terminal and try again, or choose another way to sign in.",
        link=Section.SIGN_IN,
        command=login_command(evidence),
    )


def _timed_out(evidence: Evidence) -> Text:
    return Text(
        title="The sign-in was not finished in time",
        what="Nobody completed it while it was valid.",
        remedy="Start it again. If the page showed error 53003, your organization blocks this way: take another one.",
        link=Section.SIGN_IN,
    )


def _no_port(evidence: Evidence) -> Text:
    return Text(
        title="The browser cannot answer",
        what="All ports from 8400 to 8999, where the browser's answer would arrive, are in use.",
        remedy="Sign in with a device code instead.",
        link=Section.SIGN_IN,
    )


def _no_browser(evidence: Evidence) -> Text:
    return Text(
        title="No browser could be opened",
        what="This computer has no browser that can be started from here.",
        remedy="Sign in with a device code instead.",
        link=Section.SIGN_IN,
    )


def _declined(evidence: Evidence) -> Text:
    return Text(
        title="The sign-in was declined",
        what="It was refused or cancelled on the sign-in page.",
        remedy="Try again, or choose another way to sign in.",
        link=Section.SIGN_IN,
    )


def _no_authority(evidence: Evidence) -> Text:
    return Text(
        title="There is no such directory in this cloud",
        what=f"Microsoft Entra has no sign-in page for {evidence.context.tenant_id or 'the given tenant'} here.",
        remedy="Check the tenant given with --tenant, or choose another cloud with --cloud.",
        link=Section.SIGN_IN,
    )


def _from_cli(evidence: Evidence, *fragments: str) -> bool:
    return evidence.service is Service.AZURE_CLI and evidence.status is None and evidence.says(*fragments)


CLI_RULES: tuple[Rule, ...] = (
    Rule("az missing", FailureKind.SIGN_IN, lambda e: _from_cli(e, "not found on path"), _cli_missing),
    Rule("az signed out", FailureKind.SIGN_IN, lambda e: _from_cli(e, "Please run 'az login'"), _cli_signed_out),
    Rule("az slow", FailureKind.SIGN_IN, lambda e: _from_cli(e, "Timed out waiting for Azure CLI"), _cli_slow),
    Rule("az broker", FailureKind.SIGN_IN, lambda e: _from_cli(e, "3399614476"), _cli_broker),
    Rule("az claims", FailureKind.SIGN_IN, lambda e: _from_cli(e, "support claims challenges"), _cli_claims),
)

WAY_RULES: tuple[Rule, ...] = (
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
