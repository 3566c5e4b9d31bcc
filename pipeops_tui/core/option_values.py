"""What `--auth` and `--cloud` can name. Light: the command line is parsed before settings and model are loaded."""

from __future__ import annotations

from enum import StrEnum


class SignInMethod(StrEnum):
    """How to sign in; the values are those of `--auth`, in the order in which they are listed."""

    AZURE_CLI = "azure-cli"
    BROWSER = "browser"
    DEVICE_CODE = "device-code"
    ENVIRONMENT = "environment"
    MANAGED_IDENTITY = "managed-identity"


CHOSEN_WITHOUT_ASKING = (SignInMethod.AZURE_CLI, SignInMethod.ENVIRONMENT)
"""What a command that asks nothing chooses from by itself, in this order."""
WITHOUT_ASKING = (*CHOSEN_WITHOUT_ASKING, SignInMethod.MANAGED_IDENTITY)
"""The ways to sign in that ask the person nothing. A managed identity is used only where it is named: it is the
machine's own, and everyone who can log in there has it."""


PUBLIC_CLOUD = "AzureCloud"
"""The public cloud, as the Azure CLI names it."""
CLOUDS = (PUBLIC_CLOUD, "AzureUSGovernment", "AzureChinaCloud")
RESOURCE_MANAGERS = {
    PUBLIC_CLOUD: "https://management.azure.com",
    "AzureUSGovernment": "https://management.usgovcloudapi.net",
    "AzureChinaCloud": "https://management.chinacloudapi.cn",
}
"""The Resource Managers of the built-in clouds (the Azure CLI's `az cloud list`), as journals record them."""
PUBLIC_GRAPH = "https://graph.microsoft.com"
PUBLIC_PORTAL = "https://portal.azure.com"
