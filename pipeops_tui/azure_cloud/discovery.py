"""Asks a custom cloud's Resource Manager for the other endpoints of its cloud."""

from __future__ import annotations

from pipeops_tui.azure_cloud.clouds import METADATA_PATH
from pipeops_tui.azure_cloud.failures import Failures
from pipeops_tui.azure_cloud.problems.evidence import Context, Operation, Service
from pipeops_tui.azure_cloud.transports import Transports

_DEADLINE = 30.0


async def fetch_metadata(resource_manager: str, transports: Transports, failures: Failures) -> object:
    """The decoded answer of `{resource_manager}/metadata/endpoints`, asked without a token; closes `transports`.
    Raises `CloudError`."""

    async def ask() -> object:
        response = await transports.for_graph(resource_manager).get(resource_manager.rstrip("/") + METADATA_PATH)
        response.raise_for_status()
        document: object = response.json()
        return document

    try:
        return await failures.perform(Context(Operation.DISCOVER_CLOUD), Service.RESOURCE_MANAGER, ask(), _DEADLINE)
    finally:
        await transports.close()
