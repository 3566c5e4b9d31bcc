"""Azure as this program uses it: the only room that imports an Azure SDK.

Importing this package imports none. The SDKs take 0.7 s of CPU time to import, so they are imported in a thread
(`loading`) after the first screen is shown. That is why modules that are needed before import the others inside
functions; it is not said again at each of those imports.
"""

from pipeops_tui.azure.connector import AzureConnector

__all__ = ["AzureConnector"]
