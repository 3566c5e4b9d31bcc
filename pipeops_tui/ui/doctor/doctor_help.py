"""What F1 says on the screen of doctor."""

from __future__ import annotations

from pipeops_tui.core import az_commands
from pipeops_tui.doctor.five_values import FiveValues
from pipeops_tui.ui.services import About


def about_doctor(values: FiveValues, portal: str) -> About:
    """The five values, the examination and its limits in plain words; `portal` is the portal's address."""
    return About(
        "Why does PipeOps say no?",
        (
            "PipeOps signs in to Azure with five values: the name of a resource group, and four that say which "
            "application signs in, in which tenant (your organization's Microsoft Entra directory), with which client "
            "secret, to which subscription. When one of them is wrong, PipeOps says only that they are not valid.",
            "Paste all five in any form: PipeOps' labels, .env, JSON, YAML, a mail. An error message of PipeOps or "
            "Terraform is understood too. What was taken for what is shown; Enter on a row changes it. Addresses "
            "in the text are never used.",
            "Examine first looks at the form of the values, then asks Azure without an account, then signs in as the "
            "application. The client secret is sent to the sign-in of its tenant and nowhere else. It is not drawn, "
            "not stored, and forgotten when you leave.",
            "A finding says what is wrong, how it is known, what to do and who can do it. Where a question stays open, "
            "signing in with your own account answers more. Nothing is changed before you confirm it.",
        ),
        "App registrations",
        f"{portal}/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade",
        az_commands.sign_in(values.tenant_id or "<tenant id>", values.client_id or "<client id>"),
    )
