"""The words with which a person asks an administrator to correct what was found."""

from __future__ import annotations

from pipeops_tui.doctor.finding import Finding
from pipeops_tui.doctor.five_values import FiveValues


def admin_message(finding: Finding, values: FiveValues) -> str:
    """A message to the person that `finding.who` names. It names the application and the group, never the secret."""
    known = [
        f"{label}: {text}"
        for label, text in (
            ("Application (client) ID", values.client_id),
            ("Tenant ID", values.tenant_id),
            ("Subscription ID", values.subscription_id),
            ("Resource group", values.group_name),
        )
        if text
    ]
    paragraphs = [
        f"Hello, PipeOps (https://pipeops.io) is to create servers in our Azure subscription, and cannot: "
        f"{finding.title}. {finding.what}".rstrip(),
        f"Please help: {finding.remedy}" if finding.remedy else "",
        f"With the Azure CLI:\n{finding.command}" if finding.command else "",
        "\n".join(known),
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
