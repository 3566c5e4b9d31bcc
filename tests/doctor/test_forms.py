"""What each value looks like, what is said about a wrong form, and small ways in which text is and is not read."""

from __future__ import annotations

import pytest

from pipeops_tui.core.model import CheckOutcome, ResourceGroup, RoleGrant
from pipeops_tui.core.problem import CloudError, FailureKind, Problem
from pipeops_tui.doctor.five_values import ValueName
from pipeops_tui.doctor.pasted import read_text
from pipeops_tui.doctor.question import Question, QuestionChanged
from pipeops_tui.doctor.value_forms import (
    UNUSUAL,
    group_fault,
    id_fault,
    may_be_secret,
    refused_secret_doubt,
    secret_doubt,
    secret_fault,
)
from tests.doctor.memory_azure import (
    CLIENT,
    CONTRIBUTOR,
    GOVERNMENT_TENANT,
    GROUP,
    OTHER_SUBSCRIPTION,
    OTHER_TENANT,
    READER,
    SECRET,
    SECRET_ID,
    SUBSCRIPTION,
    TENANT,
    UNKNOWN,
    MemoryAzure,
    contributor_on,
    unreachable,
)
from tests.doctor.test_findings import diagnosed, spelled
from tests.doctor.wrong_inputs import OLD_SECRET, paste


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (SECRET, ""),
        (OLD_SECRET, ""),
        (SECRET_ID, ""),
        ("<secret>", "placeholder"),
        ("{{ client_secret }}", "placeholder"),
        ("%AZURE_CLIENT_SECRET%", "placeholder"),
        ("changeme", "placeholder"),
        ("xxxxxxxxxxxxxxxx", "placeholder"),
        ("00000000-0000-0000-0000-000000000000", "placeholder"),
        ("Zq38Q~kT4w…", "ellipsis"),
        ("Zq38Q~kT4w...", "ellipsis"),
        ("Zq3***", "masked"),
        ("Zq3●●●●●●", "masked"),
        ("Zq38Q~kT4 wB1nXs9", "blank"),
        ("Zq38Q~kT4wB1nXsß", "character in it"),
    ],
)
def test_what_can_be_no_secret_is_said(text: str, says: str) -> None:
    assert says in secret_fault(text)
    assert bool(secret_fault(text)) == bool(says)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (SECRET, ""),
        (SECRET[:-4], "but has 36 characters: a part seems to be missing"),
        (SECRET * 2, "but has 80 characters: more seems to have been copied"),
        (f"-{'x' * 4}{SECRET}", "something before it"),
        ("Zq38", "It has 4 characters. Client secrets have more"),
        ("Z", "It has 1 character. Client"),
        (SECRET[1:], "without the beginning"),
        (SECRET[4:], "without the beginning"),
        (OLD_SECRET, UNUSUAL),
    ],
)
def test_an_unusual_secret_is_only_doubted(text: str, says: str) -> None:
    assert says in secret_doubt(text)
    assert bool(secret_doubt(text)) == bool(says)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (SECRET[:-1], "It has 39 characters, and the client secrets of today have 37 to 40"),
        (SECRET[5:], "then its first 6 characters are missing"),
        (SECRET[6:], "then its first 6 characters are missing"),
        (SECRET[:5], "It has 5 characters. Client secrets have more"),
        (OLD_SECRET, UNUSUAL),
    ],
)
def test_the_form_of_a_refused_secret_tells_what_can_be_missing(text: str, says: str) -> None:
    assert says in refused_secret_doubt(text)
    assert text not in refused_secret_doubt(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<tenant-id>", "placeholder"),
        (SECRET, "looks like a client secret"),
        ("3f0d6f0e…", "ellipsis"),
        ("3f0d6f0e", "It has 8 characters, and an ID has 36."),
        ("3", "It has 1 character, and"),
        (TENANT.replace("-", "") + "0000", "It is not an ID"),
        ("Pay-As-You-Go", "It is not an ID"),
    ],
)
def test_what_is_no_id_is_said_without_quoting_it(text: str, says: str) -> None:
    assert says in id_fault(text)
    assert text not in id_fault(text) or len(text) == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (GROUP, ""),
        ("<group>", "placeholder"),
        (SECRET, "looks like a client secret"),
        ("a b", "space"),
        ("a.", "period"),
        ("ab" * 46, "Too long by 2"),
    ],
)
def test_what_can_be_no_group_is_said(text: str, says: str) -> None:
    assert says in group_fault(text)
    assert bool(group_fault(text)) == bool(says)


def test_texts_that_can_be_secrets_are_known_wherever_they_stand() -> None:
    assert all(map(may_be_secret, (SECRET, SECRET[:10], f"x{SECRET}", "aB3" * 10)))
    assert not any(map(may_be_secret, (GROUP, TENANT, "MC_PipeOpsRG_cluster_westeurope", "", "aB3" * 9)))


@pytest.mark.parametrize(
    "line",
    [
        "Client ID the application",
        "Tenant ID mine",
        "Subscription ID 12",
        "rg somewhere",
        "https://portal.azure.com",
        "tenant: –",
        "Client Secret: -",
        "AZURE_CLIENT_SECRET=''",
        "secret somewhere",
        "value: x1",
        "webshop\nPipeOpsRG",
        "Secret ID",
        "Client ID | Client Secret | Tenant ID\nonly one cell",
    ],
)
def test_what_is_no_value_is_not_taken_for_one(line: str) -> None:
    assert read_text(line).values.missing == tuple(ValueName)


def test_a_group_can_stand_behind_its_label_without_a_colon() -> None:
    assert read_text(f"Resource Group Name {GROUP}").values.group_name == GROUP
    assert read_text(f"Client Secret {SECRET}").values.secret is not None


def test_the_id_of_a_secret_does_not_become_the_next_value() -> None:
    pasted = read_text(f"Secret ID\n{SECRET_ID}\nClient Secret\n{SECRET}\nClient ID: {CLIENT}")
    assert any("(Secret ID)" in remark for remark in pasted.remarks)
    values = pasted.values
    assert values.secret is not None
    assert (values.secret.reveal(), values.client_id) == (SECRET, CLIENT)


def test_words_that_were_not_used_are_said() -> None:
    text = f"{GROUP}\n{TENANT}\n{CLIENT}\n{SECRET}\n{SUBSCRIPTION}\n"
    assert any("words without a name" in one for one in read_text(f"{text}webshop").remarks)
    assert any("words without a name" in one for one in read_text(f"{text}{UNKNOWN}\n{SECRET_ID}").remarks)
    assert not any("words without a name" in one for one in read_text(text).remarks)


@pytest.mark.parametrize("value", [f"{TENANT} (Contoso)", f"the tenant is {TENANT}"])
def test_an_id_is_found_in_the_text_around_it(value: str) -> None:
    pasted = read_text(f"Tenant ID: {value}")
    assert pasted.values.tenant_id == TENANT
    remark = "Text around a value was taken off." if value.startswith(TENANT) else "Values were found inside sentences"
    assert any(remark in one for one in pasted.remarks)


@pytest.mark.parametrize("text", ["hunter2-hunter2-hunter2", "PipeOpsRG"])
async def test_a_group_that_is_the_secret_is_not_shown(text: str) -> None:
    values = read_text(paste(group=text, secret=text)).values
    assert values.group_name == ""
    diagnosis = await diagnosed(paste(group=text, secret=text), MemoryAzure())
    assert spelled(diagnosis)[0] == "values-swapped"
    assert diagnosis.findings[0].title == "Resource Group Name and Client Secret are the same"
    assert text not in repr(diagnosis)


async def test_many_groups_are_counted_and_few_are_named() -> None:
    few = {name: ResourceGroup(name, "westeurope") for name in ("alpha", "beta")}
    assert "beta, alpha" in (await diagnosed(paste(), MemoryAzure(groups=few))).findings[0].what
    many = {name: ResourceGroup(name, "westeurope") for name in ("alpha", "beta", "gamma", "delta", "eps", "zeta")}
    assert "6 other groups" in (await diagnosed(paste(), MemoryAzure(groups=many))).findings[0].what


async def test_a_role_counts_only_on_another_group_and_when_it_is_enough() -> None:
    scope = f"/subscriptions/{SUBSCRIPTION}"
    reader = RoleGrant("/x/acdd72a7-3385-48ef-bd42-f606fba81ae7", f"{scope}/resourceGroups/webshop")
    whole = RoleGrant(contributor_on("x").role_definition_id, scope)
    azure = MemoryAzure(permissions=(READER,), roles=(reader, whole, contributor_on(GROUP.lower())))
    assert spelled(await diagnosed(paste(), azure)) == ("role-missing",)
    azure = MemoryAzure(permissions=(READER,), roles=(reader, contributor_on("data")))
    assert (await diagnosed(paste(), azure)).findings[0].right[0].text == "data"
    assert spelled(await diagnosed(paste(), MemoryAzure(permissions=(READER, CONTRIBUTOR)))) == ("works:ok",)


async def test_it_is_said_whether_the_other_tenant_has_the_application() -> None:
    mine = (await diagnosed(paste(subscription=OTHER_SUBSCRIPTION), MemoryAzure())).findings[0]
    assert "Or give the ID of a subscription of that tenant" in mine.remedy
    assert "probably wrong" not in mine.what
    theirs = (await diagnosed(paste(tenant=OTHER_TENANT), MemoryAzure())).findings[0]
    assert "the Tenant ID is probably wrong" in theirs.what
    assert "Or correct the Subscription ID" in theirs.remedy


async def test_a_subscription_that_cannot_be_asked_matters_only_without_a_sign_in() -> None:
    failing = {"tenant_of_subscription": unreachable()}
    assert spelled(await diagnosed(paste(), MemoryAzure(failing=failing))) == ("works:ok",)
    assert spelled(await diagnosed(paste(client=UNKNOWN), MemoryAzure(failing=failing))) == (
        "client-unknown",
        "subscription-unknown:unknown",
    )


async def test_a_refusal_without_a_number_is_one_only_if_azure_has_decided() -> None:
    decided = CloudError(FailureKind.FINAL, Problem("Refused", "No.", remedy="Ask."), 400)
    assert spelled(await diagnosed(paste(), MemoryAzure(sign_in_fails=decided))) == ("sign-in-refused",)
    passing = CloudError(FailureKind.SERVER, Problem("A problem", "It failed.", remedy="Try again."), 503)
    assert spelled(await diagnosed(paste(), MemoryAzure(sign_in_fails=passing))) == ("sign-in-refused:unknown",)
    numbered = CloudError(FailureKind.THROTTLED, passing.problem, 429, "AADSTS90055")
    assert spelled(await diagnosed(paste(), MemoryAzure(sign_in_fails=numbered))) == ("sign-in-refused:unknown",)


async def test_questions_say_what_came_of_them() -> None:
    async def details(text: str, azure: MemoryAzure) -> dict[Question, tuple[CheckOutcome | None, str]]:
        told: list[QuestionChanged] = []
        await diagnosed(text, azure, told)
        return {one.question: (one.outcome, one.detail) for one in told}

    well = await details(paste(), MemoryAzure())
    assert well[Question.TENANT] == (CheckOutcome.OK, "exists")
    assert well[Question.HOME_TENANT] == (CheckOutcome.OK, TENANT)
    assert well[Question.GROUP] == (CheckOutcome.OK, f"the application has read {GROUP}")
    assert {outcome for outcome, _ in well.values()} == {CheckOutcome.OK}
    other = await details(paste(tenant=GOVERNMENT_TENANT), MemoryAzure())
    assert other[Question.TENANT] == (CheckOutcome.UNKNOWN, "is in another cloud: AzureUSGovernment")
    assert other[Question.SIGN_IN] == (None, "needs Tenant ID")
    assert other[Question.GROUP] == (None, "needs the sign-in")
    none = await details(paste(tenant=None, subscription=None), MemoryAzure())
    assert none[Question.TENANT] == (None, "there is no usable Tenant ID")
    assert none[Question.HOME_TENANT] == (None, "there is no usable Subscription ID")
    unknown = await details(paste(tenant=UNKNOWN, subscription=SECRET_ID), MemoryAzure())
    assert unknown[Question.TENANT][0] is unknown[Question.HOME_TENANT][0] is CheckOutcome.BLOCKED


async def test_only_ids_in_wrong_places_are_looked_for_elsewhere() -> None:
    azure = MemoryAzure()
    await diagnosed(paste(), azure)
    assert azure.asked.count("tenant") == azure.asked.count("tenant_of_subscription") == 1
    half = await diagnosed(paste(tenant=CLIENT, client=TENANT, subscription=None), MemoryAzure())
    assert spelled(half) == ("values-missing", "values-swapped")
    assert half.signed_in
