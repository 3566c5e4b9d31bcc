"""What F1 says on the list of connections and on an opened one."""

from __future__ import annotations

from pipeops_tui.core import az_commands
from pipeops_tui.core.marks import APPLICATION_TAG
from pipeops_tui.ui.services import About


def about_connections(portal: str) -> About:
    """What F1 says on the list and on an opened connection; `portal` is the portal's address."""
    return About(
        "What is a connection?",
        (
            "A connection is one application that was prepared for PipeOps, with its client secret and its role on one "
            "resource group. The list shows those that this computer made, and after you sign in those that your "
            "tenants have: made on other computers, by colleagues, or by hand from PipeOps' guide.",
            "A client secret expires. Renewing adds a second one and tests it; the old one works until you say that "
            "PipeOps has the new one. A connection is in order where its application, its group and its role are "
            "there and its client secret has not expired.",
            "Removing deletes the client secret, the role and the application. The resource group is deleted only if "
            "pipeops-tui created it and it is empty.",
        ),
        "App registrations",
        f"{portal}/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade",
        az_commands.find_tagged_applications(APPLICATION_TAG),
    )
