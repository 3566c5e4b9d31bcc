"""Which API versions each resource type answers to (Azure/azure-rest-api-specs and recorded exchanges)."""

from __future__ import annotations

from pipeops_tui.simulator.arm.errors import GATEWAY
from pipeops_tui.simulator.operations import Operation
from pipeops_tui.simulator.wire import Request, ServiceError

_RESOURCES = (
    "2025-04-01", "2025-03-01", "2024-11-01", "2024-07-01", "2024-03-01", "2023-07-01", "2022-12-01", "2022-09-01",
    "2022-06-01", "2022-05-01", "2022-01-01", "2021-04-01", "2021-01-01", "2020-10-01", "2020-09-01", "2020-08-01",
    "2020-07-01", "2020-06-01", "2020-05-01", "2020-01-01", "2019-11-01", "2019-10-01", "2019-09-01", "2019-08-01",
    "2019-07-01", "2019-06-01", "2019-05-10", "2019-05-01", "2019-03-01", "2018-11-01", "2018-09-01", "2018-08-01",
    "2018-07-01", "2018-06-01", "2018-05-01", "2018-02-01", "2018-01-01", "2017-12-01", "2017-08-01", "2017-06-01",
    "2017-05-10", "2017-05-01", "2017-03-01", "2016-09-01", "2016-07-01", "2016-06-01", "2016-02-01", "2015-11-01",
    "2015-01-01", "2014-04-01-preview", "2014-04-01",
)  # fmt: skip
_AUTHORIZATION = (
    "2022-05-01-preview", "2022-04-01", "2020-10-01-preview", "2020-08-01-preview", "2020-04-01-preview",
    "2020-03-01-preview", "2018-09-01-preview", "2018-07-01", "2018-01-01-preview", "2017-10-01-preview",
    "2015-07-01", "2015-06-01", "2015-05-01-preview", "2014-10-01-preview", "2014-07-01-preview", "2014-04-01-preview",
)  # fmt: skip

SUPPORTED: dict[str, tuple[str, ...]] = {
    "subscriptions": _RESOURCES,
    "tenants": _RESOURCES,
    "resourceGroups": _RESOURCES,
    "providers": _RESOURCES,
    "permissions": _AUTHORIZATION,
    "roleDefinitions": _AUTHORIZATION,
    "roleAssignments": _AUTHORIZATION,
    "denyAssignments": ("2024-07-01-preview", "2022-04-01", "2018-07-01-preview"),
    "locks": ("2020-05-01", "2017-04-01", "2016-09-01", "2015-01-01"),
    "roleEligibilityScheduleInstances": ("2022-04-01-preview", "2020-10-01", "2020-10-01-preview"),
    "policies": ("2024-10-01", "2023-03-01", "2022-03-01", "2020-07-01"),
    "usages": ("2025-04-01", "2024-11-01", "2024-07-01", "2024-03-01", "2023-09-01", "2023-03-01"),
    "resourceGraph": (
        "2024-04-01",
        "2022-10-01",
        "2021-03-01",
        "2021-03-01-preview",
        "2020-04-01-preview",
        "2019-04-01",
    ),
    "metadata": ("2022-09-01", "2020-06-01", "2019-05-01", "2018-05-01", "2015-01-01"),
}
"""By `Operation.provider_type`, newest first."""


def check_version(request: Request, operation: Operation | None) -> None:
    """Raises ServiceError (400) when `api-version` is missing or not one the resource type answers to."""
    version = request.argument("api-version")
    if not version:
        raise ServiceError(
            400,
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
            headers=GATEWAY,
        )
    if operation is None or operation.provider_type == "any":
        return
    supported = SUPPORTED[operation.provider_type]
    if version.lower() not in supported:
        raise ServiceError(
            400,
            "InvalidApiVersionParameter",
            f"The api-version '{version}' is invalid. The supported versions are '{','.join(supported)}'.",
            headers=GATEWAY,
        )
