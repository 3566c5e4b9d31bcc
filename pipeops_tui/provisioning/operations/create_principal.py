"""The service principal: the application's identity in this tenant, which roles are assigned to."""

from __future__ import annotations

from datetime import datetime

from pipeops_tui.core import az_commands
from pipeops_tui.core.model import Plan, ServicePrincipal
from pipeops_tui.core.problem import CloudError, FailureKind
from pipeops_tui.core.retry import Cause
from pipeops_tui.provisioning.events import Row
from pipeops_tui.provisioning.job import Job, RunContext
from pipeops_tui.provisioning.journal.entries import Subject
from pipeops_tui.provisioning.operations.create_application import COPYING
from pipeops_tui.provisioning.operations.operation import is_young, upsert_refused

_EXISTS = "Request_MultipleObjectsWithSameKeyValue"


class PrincipalOperation:
    """Creates it with an upsert by client id, or with POST where upserts are refused: an application has at most one
    in a tenant, so a second POST is answered with 409 and makes nothing."""

    key = "principal"
    needs = ("application",)
    essential = True

    def row(self, plan: Plan, now: datetime) -> Row:
        return Row(
            self.key,
            "Service principal",
            f"for {plan.application_name} in this tenant",
            equivalent=az_commands.create_principal(),
        )

    def done(self, context: RunContext) -> bool:
        return context.state.principal.made

    async def make(self, job: Job) -> str:
        client_id = job.state.client_id
        await job.intend(Subject.PRINCIPAL, client_id)
        principal = await self._create(job, client_id)
        if principal is None:
            principal = await job.until(
                lambda: job.workspace.service_principal_of(client_id),
                Cause.REPLICATION,
                waiting_for="Microsoft Entra to show the new service principal",
            )
        await job.made(Subject.PRINCIPAL, client_id, principal.object_id)
        return ""

    async def check(self, job: Job) -> None:
        record = job.state.principal
        if not record.made or is_young(job, record):
            return
        found = await job.ask(lambda: job.workspace.service_principal_of(record.name))
        # One that was deleted and made again has another object id, and none of the roles.
        if found is None or found.object_id != record.id:
            await job.gone(Subject.PRINCIPAL, record.name)

    async def _create(self, job: Job, client_id: str) -> ServicePrincipal | None:
        """The new one; None when there is one already."""
        try:
            return await job.ask(
                lambda: job.workspace.upsert_service_principal(client_id), waiting_for=COPYING, judge=_busy
            )
        except CloudError as error:
            if _exists(error):
                return None
            if not upsert_refused(error):
                raise
        try:
            return await job.ask(
                lambda: job.workspace.create_service_principal(client_id), waiting_for=COPYING, judge=_busy
            )
        except CloudError as error:
            if _exists(error):
                return None
            raise


def _exists(error: CloudError) -> bool:
    return error.kind is FailureKind.CONFLICT and error.code == _EXISTS


def _busy(error: CloudError) -> Cause | None:
    """A 409 right after creation that is not about an existing one comes from a replica that lags behind
    (hashicorp/terraform-provider-azuread#1764)."""
    return Cause.REPLICATION if error.kind is FailureKind.CONFLICT and not _exists(error) else None
