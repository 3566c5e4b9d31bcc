"""Batches: up to 20 requests in one (Microsoft Graph "Combine multiple HTTP requests using JSON batching")."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote, urlsplit

from pipeops_tui.simulator.graph import graph_service
from pipeops_tui.simulator.graph.graph_service import json_body
from pipeops_tui.simulator.routing import Call, handles, router
from pipeops_tui.simulator.wire import Json, JsonObject, Reply, Request, ServiceError, decode_object, encode

_MOST = 20
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
_FAILED_DEPENDENCY = 424
_SHOWN = ("Location", "Retry-After", "Cache-Control", "Content-Type")
"""The headers of an answer that a batch repeats."""


@handles("batch")
def batch(call: Call) -> Reply:
    """Answers each request on its own; one that depends on a failed one is not carried out (424)."""
    requests = json_body(call.request).get("requests")
    if not isinstance(requests, list) or not requests:
        raise _invalid("Invalid batch payload format.")
    if len(requests) > _MOST:
        raise _invalid(f"Number of batch request steps exceeds the maximum value of {_MOST}.")
    steps = [_checked(step) for step in requests]
    ids = [str(step["id"]) for step in steps]
    if len(set(ids)) < len(ids):
        raise _invalid("Request ids of a batch must be unique.")
    statuses: dict[str, int] = {}
    responses: list[Json] = []
    for step in steps:
        response = _answered(call, step, statuses)
        statuses[str(step["id"])] = int(str(response["status"]))
        responses.append(response)
    return Reply.of(200, {"responses": responses}, "application/json")


def _answered(call: Call, step: JsonObject, statuses: Mapping[str, int]) -> JsonObject:
    needed = step.get("dependsOn")
    for other in needed if isinstance(needed, list) else ():
        if str(other) not in statuses:
            raise _invalid(f"The request '{step['id']}' depends on '{other}', which does not come before it.")
        if statuses[str(other)] >= 400:
            error = {"code": "FailedDependency", "message": f"The request depends on '{other}', which failed."}
            return {"id": step["id"], "status": _FAILED_DEPENDENCY, "headers": {}, "body": {"error": error}}
    request = _request(call, step)
    reply = graph_service.serve(call.world, request, router().match(request))
    headers: JsonObject = {name: reply.headers[name] for name in _SHOWN if name in reply.headers}
    response: JsonObject = {"id": step["id"], "status": reply.status, "headers": headers}
    if reply.body:
        shown = decode_object(reply.body)
        response["body"] = shown if shown is not None else base64.b64encode(reply.body).decode()
    return response


def _request(call: Call, step: JsonObject) -> Request:
    """The request of a step; it carries the batch's own token."""
    url = urlsplit(str(step["url"]))
    sent = step.get("headers")
    headers = {str(k).lower(): str(v) for k, v in sent.items()} if isinstance(sent, Mapping) else {}
    body = step.get("body")
    return Request(
        method=str(step["method"]).upper(),
        path=f"/v1.0/{unquote(url.path).strip('/')}",
        query=dict(parse_qsl(url.query, keep_blank_values=True)),
        headers={**headers, "authorization": call.request.headers.get("authorization", "")},
        body=b"" if body is None else encode(body),
    )


def _checked(step: Json) -> JsonObject:
    if not isinstance(step, dict) or not all(isinstance(step.get(key), str) for key in ("id", "method", "url")):
        raise _invalid("Invalid batch payload format.")
    if str(step["method"]).upper() not in _METHODS or urlsplit(str(step["url"])).scheme or "$batch" in str(step["url"]):
        raise _invalid(f"The request '{step['id']}' cannot be part of a batch.")
    headers = step.get("headers")
    named = {str(name).lower() for name in headers} if isinstance(headers, Mapping) else set()
    if step.get("body") is not None and "content-type" not in named:
        raise _invalid(f"Write request id : {step['id']} does not contain Content-Type header or body.")
    return step


def _invalid(message: str) -> ServiceError:
    return ServiceError(400, "BadRequest", message)
