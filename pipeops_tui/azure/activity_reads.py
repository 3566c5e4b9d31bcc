"""Reads the activity log of a subscription: what an application was refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from pipeops_tui.azure.clients import Clients
from pipeops_tui.azure.errors.evidence import AzureOperation, RequestContext
from pipeops_tui.azure.json_values import Document, as_dict, as_dicts, parse, text_at, time_at, without_json
from pipeops_tui.azure.policy_answers import in_words, violations_in
from pipeops_tui.core.clock import Clock
from pipeops_tui.core.model import Subscription
from pipeops_tui.core.model.doctor_facts import FailedOperation
from pipeops_tui.core.problem import redact

_VERSION: Final = "2015-04-01"
_FIELDS: Final = "claims,eventTimestamp,operationId,operationName,properties,resourceId,status"
"""What is looked at; an event has three times as much."""
_KEPT_DAYS: Final = 89
"""Azure keeps events for 90 days, and refuses a question that reaches further back."""
_DEEPEST: Final = 8


class ActivityReads:
    """Reads of one account in the activity log. Every method raises `CloudError`."""

    def __init__(self, clients: Clients, clock: Clock) -> None:
        self._clients = clients
        self._clock = clock

    async def failed_operations(
        self, subscription: Subscription, group_name: str, client_id: str, days: int = 14
    ) -> Sequence[FailedOperation]:
        """Activity Logs - List (2015-04-01), all pages. Its filter knows the group and the time; the application is
        picked out by the claim `appid` of the token that each request came with; an empty `client_id` means any."""
        now = self._clock.now()
        since = now - timedelta(days=min(days, _KEPT_DAYS))
        group = group_name.replace("'", "''")
        times = f"eventTimestamp ge '{since:%Y-%m-%dT%H:%M:%SZ}' and eventTimestamp le '{now:%Y-%m-%dT%H:%M:%SZ}'"
        context = RequestContext(
            AzureOperation.READ_ACTIVITY,
            tenant_id=subscription.tenant_id,
            subscription_id=subscription.subscription_id,
            group=group_name,
            scope=subscription.scope_of(group_name),
        )
        pages = self._clients.read_pages(
            context,
            f"{subscription.scope}/providers/Microsoft.Insights/eventtypes/management/values",
            _VERSION,
            **{"$filter": f"{times} and resourceGroupName eq '{group}'", "$select": _FIELDS},
        )
        events = [event async for page in pages for event in page if _is_failure_of(event, client_id)]
        # Azure writes several events for one operation; the last one says most.
        operations: dict[str, FailedOperation] = {}
        for number, event in enumerate(events):
            failed = _failed_operation(event)
            key = text_at(event, "operationId") or str(number)
            if failed is not None and (key not in operations or operations[key].at < failed.at):
                operations[key] = failed
        return sorted(operations.values(), key=lambda one: one.at, reverse=True)


def _is_failure_of(event: Document, client_id: str) -> bool:
    status, application = text_at(event.get("status"), "value"), text_at(event.get("claims"), "appid")
    return status.casefold() == "failed" and (not client_id or application.casefold() == client_id.casefold())


def _failed_operation(event: Document) -> FailedOperation | None:
    """The facts of an event; None for one that does not say when it was."""
    at = time_at(event, "eventTimestamp")
    if at is None:
        return None
    properties = as_dict(event.get("properties"))
    said = text_at(properties, "statusMessage")
    reason = _innermost(as_dict(parse(said)))
    return FailedOperation(
        at=at,
        action=text_at(event.get("operationName"), "value"),
        resource_id=text_at(event, "resourceId"),
        code=redact(text_at(reason, "code") or text_at(properties, "statusCode")),
        message=redact(_words(reason, said)),
    )


def _words(reason: Document, said: str) -> str:
    """What Azure says, in words for a person: some resource providers put JSON into their messages."""
    message = text_at(reason, "message")
    if violations := violations_in([reason], message):
        return in_words(violations)
    return without_json(message or said)


def _innermost(answer: Mapping[str, object]) -> Document:
    """The reason inside the others: a refused template wraps the refusals of what is in it in `details`. Some resource
    providers leave out the envelope `error`."""
    reason = as_dict(answer.get("error")) or answer
    for _ in range(_DEEPEST):
        inner = next(iter(as_dicts(reason.get("details"))), None)
        if inner is None or not text_at(inner, "message"):
            break
        reason = inner
    return reason
