"""Validation of template deployments (Azure REST API "Deployments - Validate").

Nothing is ever deployed from a template: this world refuses to start a deployment.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeops_tui.simulator.arm import arm_errors
from pipeops_tui.simulator.arm.arm_service import group_of, json_body
from pipeops_tui.simulator.arm.location_policies import check_resource_location
from pipeops_tui.simulator.routing import Call, handles
from pipeops_tui.simulator.wire import Json, Reply, ServiceError
from pipeops_tui.simulator.world.clock import precise


@handles("validateDeployment")
def validate_deployment(call: Call) -> Reply:
    """Whether a template could be deployed: 200, or 400 InvalidTemplate that names the first mistake."""
    group = group_of(call)
    sent = json_body(call.request).get("properties")
    properties = sent if isinstance(sent, Mapping) else {}
    template, given = properties.get("template"), properties.get("parameters")
    if not isinstance(template, Mapping) or properties.get("mode") not in ("Incremental", "Complete"):
        raise arm_errors.bad_body("The request content was invalid: 'properties' needs 'mode' and 'template'.")
    parameters = template.get("parameters")
    values = given if isinstance(given, Mapping) else {}
    for name, declared in (parameters if isinstance(parameters, Mapping) else {}).items():
        if name not in values and (not isinstance(declared, Mapping) or "defaultValue" not in declared):
            raise _not_provided(call.request.body.decode(), name)
    resources = template.get("resources")
    if not isinstance(resources, list) or not all(_is_complete(item) for item in resources):
        raise _invalid("The template resources are not valid: each needs 'type', 'apiVersion' and 'name'.", 1, 1, "")
    name = call.params["deployment"]
    _check_locations(call, name, resources)
    return Reply.of(
        200,
        {
            "id": f"{group.scope}/providers/Microsoft.Resources/deployments/{name}",
            "name": name,
            "type": "Microsoft.Resources/deployments",
            "properties": {
                "parameters": values,
                "mode": properties["mode"],
                "provisioningState": "Succeeded",
                "timestamp": precise(call.world.now()),
                "duration": "PT0S",
                "correlationId": call.correlation_id,
                "dependencies": [],
            },
        },
    )


def _check_locations(call: Call, deployment: str, resources: list[Json]) -> None:
    """Raises ServiceError where a resource of the template is not allowed in its location: the code of each refusal is
    in the details of one answer (Azure-Samples/AI-Gateway#398). Locations that are expressions are not evaluated."""
    refused = []
    for resource in resources:
        sent = resource if isinstance(resource, Mapping) else {}
        name, location = str(sent["name"]), sent.get("location")
        if not isinstance(location, str) or location.startswith("["):
            continue
        try:
            check_resource_location(call, name, location)
        except ServiceError as error:
            refused.append({"code": error.code, "target": name, "message": error.message})
    if refused:
        raise ServiceError(
            400,
            "InvalidTemplateDeployment",
            f"The template deployment '{deployment}' is not valid according to the validation procedure. The tracking "
            f"id is '{call.correlation_id}'. See inner errors for details.",
            details=refused,
            headers=arm_errors.GATEWAY,
        )


def _is_complete(resource: Json) -> bool:
    return isinstance(resource, Mapping) and all(
        isinstance(resource.get(key), str) for key in ("type", "apiVersion", "name")
    )


def _not_provided(body: str, name: str) -> ServiceError:
    before = body[: body.find(f'"{name}"') + len(name) + 2]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    text = (
        f"The value for the template parameter '{name}' at line '{line}' and column '{column}' is not provided. "
        "Please see https://aka.ms/arm-create-parameter-file for usage details."
    )
    return _invalid(text, line, column, f"properties.template.parameters.{name}")


def _invalid(text: str, line: int, column: int, path: str) -> ServiceError:
    return ServiceError(
        400,
        "InvalidTemplate",
        f"Deployment template validation failed: '{text}'.",
        additional_info=(
            {"type": "TemplateViolation", "info": {"lineNumber": line, "linePosition": column, "path": path}},
        ),
        headers=arm_errors.GATEWAY,
    )
