"""Answers as Azure gives them: the bodies and headers of recorded exchanges and of public issues."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field, replace
from datetime import datetime

from pipeops_tui.azure.errors.evidence import (
    AzureOperation,
    AzureService,
    Evidence,
    RequestContext,
    Transport,
    evidence_of_answer,
)

SUBSCRIPTION = "1b7e09cc-4a2e-4f2f-9d0a-6f6d1f0aa0c4"
TENANT = "3f0d6f0e-52b1-4b0a-9a51-c5a0b9a1f7d3"
PRINCIPAL = "9c2f4c1e-7c6b-4f0e-8a53-2f5f7b6f0d11"
SCOPE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/PipeOpsRG"
MFA_CLAIMS = '{"access_token":{"acrs":{"essential":true,"values":["p1"]}}}'
CAE_CLAIMS = '{"access_token":{"nbf":{"essential":true, "value":"1611165359"}}}'


PERSON = "you@contoso.com"


def context(operation: AzureOperation, account: str = PERSON) -> RequestContext:
    """What the operation was about, as the clients fill it in."""
    return RequestContext(
        operation,
        tenant_id=TENANT,
        subscription_id=SUBSCRIPTION,
        group="PipeOpsRG",
        scope=SCOPE,
        principal_id=PRINCIPAL,
        namespace="Microsoft.Storage",
        account=account,
        token_scope="https://management.azure.com/.default",
    )


def challenge(error: str, claims: str) -> dict[str, str]:
    """The header of a 401 with a claims challenge."""
    encoded = base64.b64encode(claims.encode()).decode()
    return {
        "WWW-Authenticate": f'Bearer authorization_uri="https://login.windows.net/", error="{error}", '
        f'error_description="why", claims="{encoded}"'
    }


@dataclass(frozen=True)
class Case:
    """One failure on the wire, and the rule that must recognise it."""

    rule: str
    operation: AzureOperation
    service: AzureService
    status: int | None = None
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    evidence: Evidence | None = None
    """For failures that brought no answer."""
    account: str = PERSON
    is_program: bool = False

    def found(self, now: datetime) -> Evidence:
        """The evidence it leaves at `now`."""
        if self.evidence is not None:
            return self.evidence
        assert self.status is not None
        where = replace(context(self.operation, self.account), is_program=self.is_program)
        return evidence_of_answer(
            where, self.service, self.status, self.headers, self.body, "management.azure.com", now
        )


def arm(rule: str, operation: AzureOperation, status: int, code: str, message: str = "", **error: object) -> Case:
    """An answer in Resource Manager's envelope."""
    body = {"error": {"code": code, "message": message, **error}}
    return Case(rule, operation, AzureService.RESOURCE_MANAGER, status, body)


def graph(rule: str, operation: AzureOperation, status: int, code: str, message: str, *details: dict[str, str]) -> Case:
    """An answer in Graph's envelope."""
    inner = {"date": "2025-02-20T10:52:38", "request-id": "r", "client-request-id": "r"}
    error: dict[str, object] = {"code": code, "message": message, "innerError": inner}
    if details:
        error["details"] = list(details)
    return Case(rule, operation, AzureService.GRAPH, status, {"error": error})


def entra(rule: str, number: int, error: str, message: str = "said by Entra.", **more: object) -> Case:
    """A refusal of the token endpoint."""
    operation = more.pop("operation", AzureOperation.GET_TOKEN)
    assert isinstance(operation, AzureOperation)
    is_program = bool(more.pop("is_program", False))
    body = {
        "error": error,
        "error_description": f"AADSTS{number}: {message} Trace ID: t Correlation ID: c Timestamp: 2021-01-20 17:49:04Z",
        "error_codes": [number],
        "timestamp": "2021-01-20 17:49:04Z",
        "trace_id": "7b1d6c0e-trace",
        "correlation_id": "0d1b-correlation",
        **more,
    }
    status = 401 if error == "invalid_client" else 400
    return Case(rule, operation, AzureService.ENTRA, status, body, is_program=is_program)


def silent(
    rule: str, operation: AzureOperation, service: AzureService, transport: Transport, reason: str, host: str = ""
) -> Case:
    """A request that no answer came to."""
    return Case(
        rule,
        operation,
        service,
        evidence=Evidence(context(operation), service, transport=transport, reason=reason, host=host),
    )


def told(rule: str, service: AzureService, message: str, code: str = "", claims: str = "") -> Case:
    """A refusal that azure-identity gives as text, without an answer."""
    evidence = Evidence(context(AzureOperation.GET_TOKEN), service, message=message, code=code, claims=claims)
    return Case(rule, AzureOperation.GET_TOKEN, service, evidence=evidence)
