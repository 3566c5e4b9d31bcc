"""What `--auth` and `--cloud` can name. Light: the command line is parsed before settings and model are loaded."""

from __future__ import annotations

from enum import StrEnum


class SignInMethod(StrEnum):
    """How a person can sign in; the values are those of `--auth`."""

    AZURE_CLI = "azure-cli"
    BROWSER = "browser"
    DEVICE_CODE = "device-code"
    ENVIRONMENT = "environment"


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
