"""Azure as this program uses it: the only room that knows an SDK. Importing it imports none."""

from pipeops_tui.azure_cloud.connector import AzureConnector

__all__ = ["AzureConnector"]
