"""What is found in wrong inputs, asked of the simulated Azure with the real SDKs: exactly that, the cause first; and
nothing in 20 correct inputs of 20 forms."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator

import pytest
import pytest_asyncio

from pipeops_tui.core.clock import SystemClock
from pipeops_tui.core.model import CheckOutcome, SignInMethod
from pipeops_tui.core.ports import Connector, Examiner, Session
from pipeops_tui.doctor.examining import examine
from pipeops_tui.doctor.finding import Diagnosis, FindingCode, Verdict
from pipeops_tui.doctor.own_account import look_closer
from pipeops_tui.doctor.pasted import read_text
from pipeops_tui.plain.finding_lines import findings_as_json, findings_as_text
from pipeops_tui.simulator import RunningSimulator, SimulatorConfig, start_simulator
from pipeops_tui.simulator.simulated_azure import SimulatedAzure
from pipeops_tui.simulator.world.roles import CONTRIBUTOR, OWNER, READER
from tests.doctor import memory_azure
from tests.doctor.simulated_inputs import BOTH, ONE_FAULT, TWO_FAULTS, WORKS_ALL_THE_SAME, SimulatedInput, sovereign
from tests.doctor.simulated_place import NOTHING, Place, new_place
from tests.doctor.test_findings import spelled
from tests.doctor.test_reading import FORMS
from tests.support.person import connector_to

pytestmark = pytest.mark.asyncio(loop_scope="module")
Asked = tuple[SimulatedInput, str, str]


@pytest.fixture(scope="module")
def azure() -> Iterator[RunningSimulator]:
    """One simulated Azure for the whole table; each input has a subscription and an application of its own."""
    with start_simulator(SimulatorConfig(auto_approve_device_codes=True)) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def connector(azure: RunningSimulator) -> AsyncIterator[Connector]:
    connector: Connector = connector_to(azure, SystemClock())
    await connector.prepare()
    yield connector
    await connector.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def session(connector: Connector) -> Session:
    """The account of a person who is Owner of each subscription."""
    return await connector.sign_in(SignInMethod.DEVICE_CODE, lambda code: None)


@pytest_asyncio.fixture(loop_scope="module")
async def examiner(connector: Connector) -> Examiner:
    return await connector.examiner()


def prepared(azure: RunningSimulator, one: SimulatedInput) -> tuple[Place, str]:
    """Azure as the input has it, and the text that is pasted."""

    def prepare(azure: SimulatedAzure) -> tuple[Place, str]:
        at = new_place(azure)
        one.change(at)
        return at, one.paste(at)

    return azure.call(prepare)


async def diagnosed(examiner: Examiner, text: str) -> Diagnosis:
    return await examine(examiner, read_text(text).values, "AzureCloud", lambda change: None)


async def looked_closer(session: Session, diagnosis: Diagnosis) -> Diagnosis:
    seen = [one async for page in session.subscriptions() for one in page.subscriptions]
    return await look_closer(session, seen, diagnosis, SystemClock().now(), lambda change: None)


def named(inputs: tuple[SimulatedInput, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("one", inputs, ids=[one.name for one in inputs])


@named((*ONE_FAULT, *TWO_FAULTS, *WORKS_ALL_THE_SAME))
async def test_exactly_what_is_wrong_is_found(
    azure: RunningSimulator, examiner: Examiner, session: Session, one: SimulatedInput
) -> None:
    at, text = prepared(azure, one)
    try:
        alone = await diagnosed(examiner, text)
        diagnosis = await looked_closer(session, alone)
    finally:
        azure.call(lambda azure: at.leave())
    assert (spelled(alone), spelled(diagnosis)) == (one.without_account, one.expected)
    for found in (alone, diagnosis):
        assert found.verdict is (Verdict.WORKS if "works:ok" in one.expected else Verdict.BROKEN)
        assert all(finding.title and finding.what for finding in found.findings)
        assert all(finding.remedy for finding in found.findings if finding.outcome is CheckOutcome.BLOCKED)
        assert at.secret not in findings_as_text(found) + findings_as_json(found)


@pytest.mark.parametrize("form", list(FORMS)[:24])
async def test_correct_values_work_in_every_form(
    azure: RunningSimulator, examiner: Examiner, session: Session, form: str
) -> None:
    at = azure.call(new_place)
    text = FORMS[form]
    for before, value in (
        (memory_azure.GROUP, at.group.name),
        (memory_azure.SECRET, at.secret),
        (memory_azure.TENANT, at.tenant.tenant_id),
        (memory_azure.CLIENT, at.application.app_id),
        (memory_azure.SUBSCRIPTION, at.subscription.subscription_id),
    ):
        text = text.replace(before, value).replace(before.upper(), value.upper())
    try:
        alone = await diagnosed(examiner, text)
        diagnosis = await looked_closer(session, alone)
    finally:
        azure.call(lambda azure: at.leave())
    assert (alone.verdict, spelled(alone)) == (Verdict.WORKS, ("works:ok", *BOTH))
    assert (diagnosis.verdict, spelled(diagnosis)) == (Verdict.WORKS, ("works:ok",))


async def test_the_table_has_every_code_twice_and_enough_inputs() -> None:
    inputs = (*ONE_FAULT, *TWO_FAULTS, *WORKS_ALL_THE_SAME)
    codes = Counter(code.partition(":")[0] for one in inputs for code in one.expected)
    assert {code for code in FindingCode if codes[code] < 2} == set()
    assert len(ONE_FAULT) + len(TWO_FAULTS) >= 60
    assert len(TWO_FAULTS) >= 15
    assert all(len(one.expected) == 2 for one in TWO_FAULTS)
    assert len({one.name for one in inputs}) == len(inputs)
    # The right one is in the first finding, and no other code is there that is blocked.
    assert all(":" not in one.expected[0] for one in (*ONE_FAULT, *TWO_FAULTS))


def shown(diagnosis: Diagnosis) -> str:
    """All that is said, on one line."""
    return " ".join(findings_as_text(diagnosis).split())


Said = Callable[[Place], str]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("the application's object id", lambda at: f"Use {at.application.app_id} as Client ID."),
        ("the secret's id", lambda at: "the ID of the client secret named PipeOps secret, which is valid until"),
        ("cut off", lambda at: "begins like the client secret named PipeOps secret, which is valid until"),
        ("expired", lambda at: "begins like the client secret named PipeOps secret, which expired on"),
        ("a removed secret", lambda at: "The application has no client secret any more."),
        ("the old kind of secret", lambda at: "only client secret begins differently: this one was removed"),
        ("in another subscription", lambda at: "webshop in Other servers"),
        ("a role on two other groups", lambda at: "It has access to webshop, data, and not to pipeops-group."),
        (
            "Reader only",
            lambda at: "pipeops-group exists. Your account sees no role Contributor or Owner of the application there.",
        ),
        ("assigned a moment ago", lambda at: "The role on pipeops-group is not in effect yet"),
        ("no such tenant", lambda at: f"Use {at.tenant.tenant_id} as Tenant ID."),
    ],
)
async def test_what_only_the_person_s_account_knows_is_said(
    azure: RunningSimulator, examiner: Examiner, session: Session, name: str, said: Said
) -> None:
    one = next(one for one in ONE_FAULT if one.name == name)
    at, text = prepared(azure, one)
    try:
        diagnosis = await looked_closer(session, await diagnosed(examiner, text))
    finally:
        azure.call(lambda azure: at.leave())
    assert said(at) in shown(diagnosis)


@pytest.mark.parametrize("one", [one for one in (*ONE_FAULT, *TWO_FAULTS) if one.alone is not None])
async def test_an_account_that_sees_nothing_changes_nothing(
    azure: RunningSimulator, examiner: Examiner, session: Session, one: SimulatedInput
) -> None:
    at, text = prepared(azure, one)
    try:
        alone = await diagnosed(examiner, text)
        for operation in ("getDirectoryObjects", "getApplication", "getServicePrincipal", "listRoleAssignments"):
            refused = {"error": {"code": "Authorization_RequestDenied", "message": "No."}}
            azure.add_fault(f"{operation}@*:answer", {"effect": False, "status": 403, "body": refused})
        diagnosis = await look_closer(session, (), alone, SystemClock().now(), lambda change: None)
    finally:
        azure.clear_faults()
        azure.call(lambda azure: at.leave())
    assert diagnosis.findings == alone.findings


async def test_a_tenant_of_another_cloud_is_found_and_gets_no_secret(
    azure: RunningSimulator, examiner: Examiner
) -> None:
    """That this cloud does not know its subscription is no fault: it is in the other cloud too."""
    one = SimulatedInput("there", (), lambda at: at.paste(tenant=sovereign(at), subscription=NOTHING))
    at, text = prepared(azure, one)
    since = len(azure.requests())
    try:
        diagnosis = await diagnosed(examiner, text)
    finally:
        azure.call(lambda azure: at.leave())
    assert (diagnosis.verdict, spelled(diagnosis)) == (Verdict.UNKNOWN, ("tenant-unknown:unknown",))
    assert diagnosis.findings[0].command == "pipeops-tui doctor --cloud AzureUSGovernment"
    asked = {str(request["operation"]) for request in azure.requests()[since:]}
    assert asked <= {"getOpenIdConfiguration", "getSubscription"}


@pytest.mark.parametrize(
    ("role", "gives", "registers"), [(OWNER, True, True), (CONTRIBUTOR, False, True), (READER, False, False)]
)
async def test_only_what_the_person_is_allowed_to_do_is_offered(
    azure: RunningSimulator, examiner: Examiner, session: Session, role: str, gives: bool, registers: bool
) -> None:
    def change(at: Place) -> None:
        at.person_holds(role)
        at.take_role()
        at.unregister()

    at, text = prepared(azure, SimulatedInput("no role and no providers", (), change=change))
    try:
        diagnosis = await looked_closer(session, await diagnosed(examiner, text))
    finally:
        azure.call(lambda azure: at.leave())
    assert spelled(diagnosis) == ("role-missing", "provider-missing:warning")
    assert (diagnosis.role_to_give is not None) == gives
    assert (diagnosis.providers_to_register is not None) == registers


async def test_all_is_about_the_application_that_is_meant(
    azure: RunningSimulator, examiner: Examiner, session: Session
) -> None:
    def change(at: Place) -> None:
        at.take_role()
        at.expire()

    one = SimulatedInput("object id", (), lambda at: at.paste(client=at.application.object_id), change)
    at, text = prepared(azure, one)
    try:
        diagnosis = await looked_closer(session, await diagnosed(examiner, text))
    finally:
        azure.call(lambda azure: at.leave())
    assert spelled(diagnosis) == ("client-is-object-id", "secret-expired", "role-missing")
    assert diagnosis.values.client_id == at.application.object_id, "what was given is shown"
    assert [at.application.app_id in found.command for found in diagnosis.findings] == [False, True, True]
    assert diagnosis.role_to_give is not None
    assert diagnosis.role_to_give.client_id == at.application.app_id


async def test_nothing_is_said_of_a_secret_whose_beginning_azure_does_not_tell(
    azure: RunningSimulator, examiner: Examiner, session: Session
) -> None:
    """Client secrets of earlier years have no hint."""
    wrong = next(one for one in ONE_FAULT if one.name == "another secret")

    def change(at: Place) -> None:
        at.password.hint = None

    at, text = prepared(azure, SimulatedInput("no hint", (), wrong.paste, change))
    try:
        diagnosis = await looked_closer(session, await diagnosed(examiner, text))
    finally:
        azure.call(lambda azure: at.leave())
    assert spelled(diagnosis) == ("secret-wrong",)
    assert "begins" not in shown(diagnosis)
