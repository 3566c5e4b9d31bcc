"""The application at one step, over a small Azure in memory and a clock that a test moves by hand."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from textual.message import Message
from textual.pilot import Pilot

from pipeops_tui.clipboard import Clipboard, TerminalEnvironment
from pipeops_tui.core.model import (
    Account,
    Application,
    CloudEndpoints,
    DenyAssignment,
    DeviceCode,
    Directory,
    EligibleRole,
    Lock,
    MachineSize,
    NewPassword,
    Permission,
    PolicyFinding,
    Provider,
    Quota,
    Region,
    RegionRestriction,
    ResourceGroup,
    RoleGrant,
    SecretPolicy,
    SignInMethod,
    SignInOption,
    Subscription,
    SubscriptionPage,
    SubscriptionState,
    Tenant,
    TokenFacts,
)
from pipeops_tui.core.ports import Examiner, Session, Workspace
from pipeops_tui.core.retry import Waits
from pipeops_tui.core.secret import Secret
from pipeops_tui.core.settings import Settings
from pipeops_tui.core.wizard import Step
from pipeops_tui.provisioning.events import RowState
from pipeops_tui.ui.app import PipeOpsApp
from pipeops_tui.ui.base.step_screen import StepScreen
from tests.clipboard.support import MemoryRunner, desktop
from tests.provisioning.world import SUBSCRIPTION, TENANT, Fault, World
from tests.support.clocks import VirtualClock
from tests.support.inside import drawn_lines, show_step
from tests.support.patience import PATIENCE
from tests.support.unfaked import UnfakedSession

_METHOD = SignInMethod.DEVICE_CODE
START = datetime(2026, 11, 23, 9, 14, tzinfo=UTC)
CONTOSO = Tenant(TENANT, "Contoso", "contoso.com")
PAY_AS_YOU_GO = Subscription(SUBSCRIPTION, "Pay-As-You-Go", TENANT, "Contoso", SubscriptionState.ENABLED)
WEST_EUROPE = Region("westeurope", "West Europe", "Europe", True, True)
OWNER = (Permission(("*",), ()),)
CONTRIBUTOR = (Permission(("*",), ("Microsoft.Authorization/*/Write",)),)
ENDPOINTS = CloudEndpoints(
    "AzureCloud",
    "https://login.microsoftonline.com",
    "https://management.azure.com",
    "https://management.azure.com/.default",
    "https://graph.microsoft.com",
    "https://graph.microsoft.com/.default",
    "https://portal.azure.com",
)


class KnownSecretWorld(World):
    """Gives out client secrets that the test knows, one after another."""

    secrets: Sequence[str] = ()
    given: int = 0

    async def add_password(self, object_id: str, key_id: str, description: str, expires: datetime) -> NewPassword:
        made = await super().add_password(object_id, key_id, description, expires)
        if not self.secrets:
            return made
        value = self.secrets[min(self.given, len(self.secrets) - 1)]
        self.given += 1
        self.change_secret(object_id, made.key_id, value)
        return NewPassword(made.key_id, Secret(value), made.expires)


@dataclass
class MemorySession(UnfakedSession):
    """What a signed-in account sees; every field is an answer that a test may change."""

    world: World
    permissions_: Sequence[Permission] = OWNER
    twins: Sequence[Application] = ()
    providers_: dict[str, str] = field(default_factory=dict)
    grants: Sequence[RoleGrant] = ()
    restrictions: Sequence[RegionRestriction] = ()
    longest_days: int | None = None
    owned: int = 3
    quotas_: Sequence[Quota] = (Quota("cores", 0, 100), Quota("standardDSv5Family", 0, 100))
    account: Account = field(
        default_factory=lambda: Account("you@contoso.com", "11111111-1111-4111-8111-111111111111", TENANT, _METHOD)
    )
    endpoints: CloudEndpoints = ENDPOINTS
    clock_skew: float | None = 0.0
    waits: Waits = field(default_factory=Waits)
    approved: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the person has approved the device code of `renew`."""
    renewed: list[tuple[str, str]] = field(default_factory=list)

    async def subscriptions(self) -> AsyncIterator[SubscriptionPage]:
        yield SubscriptionPage(CONTOSO, (PAY_AS_YOU_GO,), 0)

    async def unlock_tenant(self, tenant_id: str, show_code: Callable[[DeviceCode], None]) -> SubscriptionPage:
        return SubscriptionPage(CONTOSO, (PAY_AS_YOU_GO,), 0)

    async def reread_tenant(self, tenant_id: str) -> SubscriptionPage:
        return SubscriptionPage(CONTOSO, (PAY_AS_YOU_GO,), 0)

    async def renew(self, tenant_id: str, claims: str, show_code: Callable[[DeviceCode], None]) -> None:
        show_code(DeviceCode("FXK7-Q2PL", "https://microsoft.com/devicelogin", START + timedelta(minutes=15)))
        await self.approved.wait()
        self.renewed.append((tenant_id, claims))

    async def regions(self, subscription: Subscription) -> Sequence[Region]:
        return [WEST_EUROPE]

    async def region_restrictions(self, subscription: Subscription) -> Sequence[RegionRestriction]:
        return self.restrictions

    async def cluster_restrictions(
        self, subscription: Subscription, region_names: Sequence[str]
    ) -> Sequence[RegionRestriction]:
        return ()

    async def resource_groups(self, subscription: Subscription) -> Sequence[ResourceGroup]:
        return list(self.world.groups.values())

    async def resource_group(self, subscription: Subscription, name: str) -> ResourceGroup | None:
        return self.world.groups.get(name.lower())

    async def providers(self, subscription: Subscription, namespaces: Sequence[str] = ()) -> Sequence[Provider]:
        return [Provider(name, self.providers_.get(name, "Registered")) for name in namespaces]

    async def quotas(self, subscription: Subscription, location: str) -> Sequence[Quota]:
        return self.quotas_

    async def machine_sizes(self, subscription: Subscription, location: str) -> Sequence[MachineSize]:
        return [MachineSize("Standard_D2s_v5", "standardDSv5Family", 2)]

    async def permissions(self, subscription: Subscription, group_name: str = "") -> Sequence[Permission]:
        return self.permissions_

    async def directory(self, tenant_id: str) -> Directory:
        return Directory(tenant_id, "Contoso", "contoso.com", "Member")

    async def applications_named(self, tenant_id: str, display_name: str) -> Sequence[Application]:
        return [twin for twin in self.twins if twin.display_name == display_name]

    async def token_facts(self, tenant_id: str) -> TokenFacts:
        return TokenFacts(True, True)

    async def own_roles(self, subscription: Subscription, group_name: str = "") -> Sequence[RoleGrant]:
        return self.grants

    async def eligible_roles(self, subscription: Subscription, group_name: str = "") -> Sequence[EligibleRole]:
        return ()

    async def deny_assignments(self, subscription: Subscription, group_name: str = "") -> Sequence[DenyAssignment]:
        return ()

    async def all_locks(self, subscription: Subscription) -> Sequence[Lock]:
        return []

    async def locks(self, subscription: Subscription, group_name: str = "") -> Sequence[Lock]:
        return ()

    async def role_assignment_count(self, subscription: Subscription) -> int:
        return 12

    async def policy_findings(
        self, subscription: Subscription, group_name: str, location: str, tags: Sequence[tuple[str, str]]
    ) -> Sequence[PolicyFinding]:
        return ()

    async def users_may_register(self, tenant_id: str) -> bool | None:
        return True

    async def directory_roles(self, tenant_id: str) -> frozenset[str]:
        return frozenset()

    async def secret_policy(self, tenant_id: str) -> SecretPolicy:
        return SecretPolicy(longest_days=self.longest_days)

    async def owned_application_count(self, tenant_id: str) -> int:
        return self.owned

    async def workspace(self, subscription: Subscription) -> Workspace:
        return self.world

    async def close(self) -> None:
        return None


@dataclass
class MemoryConnector:
    """Signs in at once."""

    session: MemorySession
    signed_in: int = 0

    async def prepare(self) -> CloudEndpoints:
        return ENDPOINTS

    async def sign_in_options(self) -> AsyncIterator[Sequence[SignInOption]]:
        yield [SignInOption(_METHOD, "Device code", "Type a code into a browser", True, True)]

    async def sign_in(self, method: SignInMethod, show_code: Callable[[DeviceCode], None]) -> Session:
        self.signed_in += 1
        return self.session

    async def examiner(self) -> Examiner:
        raise NotImplementedError

    async def example(self) -> str:
        return ""

    async def close(self) -> None:
        return None


class Stage:
    """The application, what lies behind it, and the hand on its clock."""

    def __init__(self, app: PipeOpsApp, pilot: Pilot[None], clock: VirtualClock, session: MemorySession) -> None:
        self.app = app
        self.pilot = pilot
        self.clock = clock
        self.session = session

    @property
    def world(self) -> World:
        return self.session.world

    @property
    def screen(self) -> str:
        """The text of the screen, one line a row."""
        return "\n".join(drawn_lines(self.app.screen))

    async def sees(self, *patterns: str, passing: float = 0.0) -> str:
        """Wait until every regular expression is found; meanwhile `passing` seconds pass each time it looks."""
        found = [re.compile(pattern, re.MULTILINE) for pattern in patterns]
        return await self.until(lambda: all(p.search(self.screen) for p in found), f"{patterns}", passing=passing)

    async def until(self, condition: Callable[[], bool], what: str, *, passing: float = 0.0) -> str:
        """Wait until `condition()` holds; `AssertionError` with the screen when it never does."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, f"never: {what}; the screen is:\n{self.screen}"
            self.clock.advance(passing)
            await self.pilot.pause(0.005)
        return self.screen

    async def presses(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def passes(self, seconds: float) -> None:
        """Let time pass, and everything happen that is due."""
        self.clock.advance(seconds)
        await self.pilot.pause(0.25)

    async def creates(self) -> str:
        """From the review to the Credentials screen, everything proved."""
        await self.presses("enter")
        await self.sees("Create now")
        await self.presses("enter")
        await self.sees("values go into", passing=0.5)
        run = self.app.journey.run
        assert run is not None
        proved = [RowState.DONE] * len(run.rows)
        return await self.until(lambda: [row.state for row in run.rows] == proved, "the test sign-in", passing=0.5)


@asynccontextmanager
async def at(
    step: Step,
    *,
    size: tuple[int, int] = (100, 30),
    faults: Sequence[Fault] = (),
    secrets: Sequence[str] = (),
    runner: MemoryRunner | None = None,
    surroundings: TerminalEnvironment | None = None,
    world: World | None = None,
    prepare: Callable[[MemorySession], object] = lambda session: None,
    message_hook: Callable[[Message], None] | None = None,
    app_class: type[PipeOpsApp] = PipeOpsApp,
    sent: list[str] | None = None,
    toasts: bool = False,
) -> AsyncIterator[Stage]:
    """The application with every default chosen, standing at `step`; with `toasts` the notices that go by themselves
    are shown."""
    clock = VirtualClock(START, by_hand=True)
    if world is None:
        known = KnownSecretWorld(clock, faults)
        known.secrets = secrets
        world = known
    session = MemorySession(world)
    prepare(session)
    to_terminal = sent if sent is not None else []
    with TemporaryDirectory() as folder:
        app = app_class(
            Settings(demo="happy"),
            MemoryConnector(session),
            clock=clock,
            state_dir=Path(folder),
            open_url=lambda url: None,
            clipboard=Clipboard(
                to_terminal.append,
                environment=surroundings or desktop(),
                runner=runner or MemoryRunner({"xclip"}),
                clock=clock,
            ),
        )
        async with app.run_test(size=size, message_hook=message_hook, notifications=toasts) as pilot:
            while not isinstance(app.screen, StepScreen) or app.screen.arriving:  # the first step arrives once painted
                await pilot.pause()
            journey = app.journey
            await journey.sign_in(_METHOD, lambda code: None)
            journey.wizard.choose(subscription=PAY_AS_YOU_GO, group_name="PipeOpsRG", region=WEST_EUROPE)
            journey.wizard.step = journey.wizard.reached = step
            show_step(app)
            await pilot.pause()
            yield Stage(app, pilot, clock, session)
