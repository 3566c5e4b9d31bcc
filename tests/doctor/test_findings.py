"""What is found in wrong inputs: exactly that, the cause first; and nothing in correct ones."""

from __future__ import annotations

from collections import Counter

import pytest

from pipeops_tui.core.model import CheckOutcome
from pipeops_tui.doctor.examining import examine, without_azure
from pipeops_tui.doctor.finding import Diagnosis, FindingCode, Verdict
from pipeops_tui.doctor.five_values import ValueName
from pipeops_tui.doctor.pasted import read_text
from pipeops_tui.doctor.question import Question, QuestionChanged, QuestionState
from tests.doctor.memory_azure import (
    CLIENT,
    CLOUD,
    GOVERNMENT_TENANT,
    GROUP,
    OTHER_SUBSCRIPTION,
    OTHER_TENANT,
    SECRET,
    SECRET_ID,
    SUBSCRIPTION,
    TENANT,
    UNKNOWN,
    MemoryAzure,
    refusal,
    unreachable,
)
from tests.doctor.test_reading import FORMS
from tests.doctor.wrong_inputs import ONE_FAULT, TWO_FAULTS, WORKS_ALL_THE_SAME, WrongInput, paste


async def diagnosed(text: str, azure: MemoryAzure, told: list[QuestionChanged] | None = None) -> Diagnosis:
    events: list[QuestionChanged] = [] if told is None else told
    return await examine(azure, read_text(text).values, CLOUD, events.append)


def spelled(diagnosis: Diagnosis) -> tuple[str, ...]:
    """`code` for what is blocked, else `code:outcome`."""
    return tuple(
        str(one.code) if one.outcome is CheckOutcome.BLOCKED else f"{one.code}:{one.outcome}"
        for one in diagnosis.findings
    )


def named(inputs: tuple[WrongInput, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("wrong", inputs, ids=[one.name for one in inputs])


@named((*ONE_FAULT, *TWO_FAULTS))
async def test_exactly_what_is_wrong_is_found(wrong: WrongInput) -> None:
    azure = MemoryAzure()
    wrong.change(azure)
    diagnosis = await diagnosed(wrong.text, azure)
    assert spelled(diagnosis) == wrong.expected
    is_broken = any(":" not in one for one in wrong.expected)
    assert diagnosis.verdict is (Verdict.BROKEN if is_broken else Verdict.UNKNOWN)
    assert all(one.title and one.what for one in diagnosis.findings)
    assert all(one.remedy for one in diagnosis.findings if one.outcome is CheckOutcome.BLOCKED)


@named(WORKS_ALL_THE_SAME)
async def test_what_does_not_stop_pipeops_is_only_said(wrong: WrongInput) -> None:
    azure = MemoryAzure()
    wrong.change(azure)
    diagnosis = await diagnosed(wrong.text, azure)
    assert spelled(diagnosis) == wrong.expected
    assert diagnosis.verdict is Verdict.WORKS


@pytest.mark.parametrize("form", FORMS)
async def test_correct_values_work_in_every_form(form: str) -> None:
    azure = MemoryAzure()
    diagnosis = await diagnosed(FORMS[form], azure)
    assert spelled(diagnosis) == ("works:ok",)
    assert diagnosis.closing.startswith("These five work from here. If PipeOps still refuses them")
    assert azure.closed == 1


def test_the_table_has_every_code_twice_and_enough_inputs() -> None:
    inputs = (*ONE_FAULT, *TWO_FAULTS, *WORKS_ALL_THE_SAME)
    codes = Counter(code.partition(":")[0] for one in inputs for code in one.expected)
    # The others need the person's own sign-in, or the region that is chosen in PipeOps.
    left_out = {FindingCode.CLIENT_IS_OBJECT_ID, FindingCode.ROOM, FindingCode.SERVER_FAILED}
    assert {code for code in FindingCode if codes[code] < 2} == left_out
    assert len(ONE_FAULT) + len(TWO_FAULTS) >= 60
    assert len(TWO_FAULTS) >= 15
    assert len(FORMS) >= 20
    assert len({one.name for one in inputs}) == len(inputs)


@pytest.mark.parametrize(
    ("text", "name", "right"),
    [
        (paste(tenant=UNKNOWN), ValueName.TENANT, TENANT),
        (paste(tenant=None), ValueName.TENANT, TENANT),
        (paste(tenant=TENANT[:-1]), ValueName.TENANT, TENANT),
        (paste(tenant=OTHER_TENANT), ValueName.TENANT, TENANT),
        (paste(subscription=OTHER_SUBSCRIPTION), ValueName.TENANT, OTHER_TENANT),
        (paste(tenant="contoso.onmicrosoft.com"), ValueName.TENANT, TENANT),
        (paste(group="PipeOps-RG"), ValueName.GROUP, GROUP),
        (paste(tenant=CLIENT, client=TENANT), ValueName.CLIENT, CLIENT),
        (paste(client=SECRET, secret=CLIENT), ValueName.CLIENT, CLIENT),
    ],
)
async def test_the_right_value_is_offered_where_it_is_known(text: str, name: ValueName, right: str) -> None:
    diagnosis = await diagnosed(text, MemoryAzure())
    first = next(one for one in diagnosis.findings if one.code is not FindingCode.WORKS)
    assert (name, right) in [(one.name, one.text) for one in first.right]
    assert right in f"{first.title} {first.what} {first.remedy}"


@pytest.mark.parametrize(
    ("text", "change"),
    [
        (paste(tenant=GOVERNMENT_TENANT), {}),
        (paste(tenant=UNKNOWN), {}),
        (paste(tenant=None), {}),
        (paste(), {"failing": {"tenant": unreachable()}}),
        (paste(client=None), {}),
        (paste(client="<client id>"), {}),
    ],
)
async def test_the_secret_is_sent_only_to_a_tenant_that_is_in_the_cloud_in_use(
    text: str, change: dict[str, object]
) -> None:
    azure = MemoryAzure(**change)  # type: ignore[arg-type]
    await diagnosed(text, azure)
    assert azure.sent == []


async def test_the_secret_goes_to_the_tenant_that_was_given_and_once() -> None:
    azure = MemoryAzure()
    await diagnosed(paste(subscription=OTHER_SUBSCRIPTION), azure)
    assert azure.sent == [(TENANT, CLIENT)]


async def test_the_application_is_closed_when_the_examination_is_cancelled() -> None:
    azure = MemoryAzure()

    def cancel(change: QuestionChanged) -> None:
        if change.question is Question.SUBSCRIPTION:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await examine(azure, read_text(paste()).values, CLOUD, cancel)
    assert azure.closed == 1


@named((*ONE_FAULT, *TWO_FAULTS, *WORKS_ALL_THE_SAME))
async def test_every_question_ends_once(wrong: WrongInput) -> None:
    azure = MemoryAzure()
    wrong.change(azure)
    told: list[QuestionChanged] = []
    await diagnosed(wrong.text, azure, told)
    ends = Counter(one.question for one in told if one.state is not QuestionState.ASKING)
    assert ends == Counter(Question)
    asking = {one.question for one in told if one.state is QuestionState.ASKING}
    answered = {one.question for one in told if one.state is QuestionState.ANSWERED}
    assert asking <= answered
    assert all(one.detail for one in told if one.state is not QuestionState.ASKING)


async def test_without_a_network_the_forms_are_judged() -> None:
    values = read_text(paste(secret=SECRET_ID)).values
    diagnosis = without_azure(values, unreachable())
    assert spelled(diagnosis) == ("secret-is-its-id", "sign-in-refused:unknown")
    assert diagnosis.closing == "Not yet: the Client Secret is the secret's ID, not its value."
    sound = without_azure(read_text(paste()).values, unreachable())
    assert sound.verdict is Verdict.UNKNOWN
    assert sound.closing == "Whether these five work could not be decided: Azure could not be asked."


async def test_a_refusal_is_told_by_its_number_also_in_the_facts_of_its_problem() -> None:
    error = refusal(7000222)
    error.code = ""
    diagnosis = await diagnosed(paste(), MemoryAzure(late_refusal=error))
    assert spelled(diagnosis) == ("secret-expired",)


async def test_the_role_is_given_with_a_command_for_this_group_and_nothing_else() -> None:
    diagnosis = await diagnosed(paste(), MemoryAzure(groups={}))
    assert diagnosis.findings[0].command == (
        f"az role assignment create --assignee {CLIENT} --role Contributor "
        f"--scope /subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}"
    )
