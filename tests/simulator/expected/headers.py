"""The headers of each service."""

from __future__ import annotations

from tests.conformity.headers import FORMS, Rule, absent, exactly, form

_JSON = "application/json; charset=utf-8"
_ODATA = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"


def _in_form(*names: str) -> tuple[Rule, ...]:
    return tuple(form(name, FORMS[name]) for name in names)


_ARM_ALWAYS = (
    exactly("cache-control", "no-cache"),
    exactly("pragma", "no-cache"),
    exactly("expires", "-1"),
    exactly("strict-transport-security", "max-age=31536000; includeSubDomains"),
    exactly("x-content-type-options", "nosniff"),
    exactly("x-cache", "CONFIG_NOCACHE"),
    *_in_form(
        "date", "x-msedge-ref", "x-ms-request-id", "x-ms-correlation-request-id", "x-ms-routing-request-id"
    ),
    absent("server"),
)  # fmt: skip
_JSON_BODY = (exactly("content-type", _JSON),)

ARM_EMPTY = (*_ARM_ALWAYS, absent("content-type"))
ARM = (*_ARM_ALWAYS, *_JSON_BODY, absent("x-ms-failure-cause"))
ARM_REFUSED = (*_ARM_ALWAYS, *_JSON_BODY, exactly("x-ms-failure-cause", "gateway"))
"""Errors of the gateway; those that come from a resource provider have no cause."""
RBAC = (
    *ARM,
    form("x-ms-operation-identifier", FORMS["x-ms-operation-identifier"]),
    form("set-cookie", "x-ms-gateway-slice=Production; path=/; secure; samesite=none; httponly"),
)


def counted(*names: str) -> tuple[Rule, ...]:
    """What remains of the rate limits, such as `subscription-reads`; each is a number."""
    return tuple(form(f"x-ms-ratelimit-remaining-{name}", r"\d+") for name in names)


READS = counted("subscription-reads", "subscription-global-reads")
WRITES = counted("subscription-writes", "subscription-global-writes")
DELETES = counted("subscription-deletes", "subscription-global-deletes")

_GRAPH_ALWAYS = (
    exactly("cache-control", "no-cache"),
    exactly("strict-transport-security", "max-age=31536000"),
    *_in_form("date", "request-id", "client-request-id", "x-ms-resource-unit"),
    form("x-ms-ags-diagnostic", r'\{"ServerInfo":\{"DataCenter":"[^"]+","Slice":"[^"]+","Ring":"[^"]+",.*\}\}'),
    absent("x-ms-request-id"),
)
GRAPH_EMPTY = (*_GRAPH_ALWAYS, absent("content-type"), absent("odata-version"))
GRAPH = (
    *_GRAPH_ALWAYS,
    exactly("content-type", _ODATA),
    exactly("odata-version", "4.0"),
    exactly("transfer-encoding", "chunked"),
)
GRAPH_REFUSED = (*_GRAPH_ALWAYS, exactly("content-type", "application/json"), absent("odata-version"))

_ENTRA_ALWAYS = (
    exactly("content-type", _JSON),
    exactly("strict-transport-security", "max-age=31536000; includeSubDomains"),
    exactly("x-content-type-options", "nosniff"),
    exactly("p3p", 'CP="DSP CUR OTPi IND OTRi ONL FIN"'),
    *_in_form("date", "x-ms-request-id", "x-ms-ests-server"),
)
_NOT_STORED = (
    exactly("cache-control", "no-store, no-cache"),
    exactly("pragma", "no-cache"),
    exactly("expires", "-1"),
)
ENTRA_CACHED = (
    *_ENTRA_ALWAYS,
    exactly("cache-control", "max-age=86400, private"),
    exactly("access-control-allow-origin", "*"),
    exactly("access-control-allow-methods", "GET, OPTIONS"),
)


def entra(number: int = 0) -> tuple[Rule, ...]:
    """An answer to a POST; `number` is the AADSTS code of an error."""
    return (*_ENTRA_ALWAYS, *_NOT_STORED, exactly("x-ms-clitelem", f"1,{number},0,,"))
