"""Doctor in a journey: the examination, and the person's own account, which looks closer and gives a role."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from pipeops_tui.core.model import DeviceCode, SignInMethod, SignInOption
from pipeops_tui.core.problem import CloudError
from pipeops_tui.core.retry import Wait
from pipeops_tui.doctor.account_writes import give_role, register_providers
from pipeops_tui.doctor.examining import examine, without_azure
from pipeops_tui.doctor.finding import Diagnosis
from pipeops_tui.doctor.five_values import FiveValues
from pipeops_tui.doctor.own_account import look_closer
from pipeops_tui.doctor.question import Tell
from pipeops_tui.journey.journey import Journey

_CLIENT_ID = "AZURE_CLIENT_ID"


async def examine_with(
    journey: Journey, values: FiveValues, tell: Tell, show_waits: Callable[[Sequence[Wait]], None]
) -> Diagnosis:
    """Examine `values` with the connector of `journey`; `show_waits` is told which questions wait. Raises nothing but
    cancellation."""
    try:
        cloud = await journey.prepare()
    except CloudError as error:
        return without_azure(values, error)
    examiner = await journey.connector.examiner()
    examiner.waits.watch(show_waits)
    return await examine(examiner, values, cloud.name, tell)


class PersonsAccount:
    """That of a journey. The application under examination is never taken for the person."""

    def __init__(self, journey: Journey, environment: Mapping[str, str]) -> None:
        """`environment` can hold the application under examination."""
        self._journey = journey
        self._environment = environment

    @property
    def portal(self) -> str:
        """Address of the Azure portal of its cloud."""
        return self._journey.portal

    def is_there(self, values: FiveValues) -> bool:
        """Whether another account than the application of `values` has signed in."""
        session = self._journey.session
        if session is None:
            return False
        return session.account.method is not SignInMethod.ENVIRONMENT or not self._is_examined(values)

    def _is_examined(self, values: FiveValues) -> bool:
        return self._environment.get(_CLIENT_ID, "").strip().casefold() == values.client_id.casefold()

    def not_offered(self, values: FiveValues) -> tuple[SignInMethod, ...]:
        """The ways to sign in that would sign in as the application of `values`."""
        return (SignInMethod.ENVIRONMENT,) if self._is_examined(values) else ()

    async def methods(self, values: FiveValues) -> Sequence[SignInOption]:
        """The ways to sign in that work here, the recommended one first. Raises `CloudError`."""
        found = [options async for options in self._journey.connector.sign_in_options()][-1]
        usable = [one for one in found if one.available and one.method not in self.not_offered(values)]
        return sorted(usable, key=lambda one: not one.recommended)

    async def sign_in(self, method: SignInMethod, show_code: Callable[[DeviceCode], None]) -> None:
        """Sign in for the whole journey. Raises `CloudError`; cancel it to give up."""
        await self._journey.sign_in(method, show_code)

    async def look_closer(
        self, diagnosis: Diagnosis, tell: Tell, show_waits: Callable[[Sequence[Wait]], None]
    ) -> Diagnosis:
        """What this account knows more; what it cannot read stays as it was found."""
        self._journey.watch_waits(show_waits)
        reads = self._journey.lookups.reads
        try:
            pages = [page.subscriptions async for page in self._journey.lookups.subscriptions.pages()]
        except CloudError:
            pages = []
        seen = [subscription for page in pages for subscription in page]
        return await look_closer(reads, seen, diagnosis, self._journey.clock.now(), tell)

    async def give_role(self, diagnosis: Diagnosis) -> None:
        """Assign the role that is missing. Raises `CloudError`."""
        session, role = self._journey.session, diagnosis.role_to_give
        if session is None or role is None:
            return
        await give_role(await session.workspace(role.subscription), role, diagnosis.values.group_name)

    async def register_providers(self, diagnosis: Diagnosis) -> None:
        """Begin to register those that are missing. Raises `CloudError`."""
        session, missing = self._journey.session, diagnosis.providers_to_register
        if session is not None and missing is not None:
            await register_providers(await session.workspace(missing.subscription), missing.namespaces)

    def forget(self) -> None:
        """Ask again the next time what can have changed."""
        if self._journey.session is not None:
            from pipeops_tui.core.ports.reads import Topic

            self._journey.lookups.forget(Topic.RIGHTS, Topic.RESTRICTIONS, Topic.CONNECTIONS, Topic.GROUP, Topic.GROUPS)
            self._journey.lookups.forget(Topic.PROVIDERS)
