"""The pasted secret is in no remark, finding, event, representation or output, wherever it stands in the text."""

from __future__ import annotations

import dataclasses
import json
import string
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeops_tui.doctor.examining import examine, without_azure
from pipeops_tui.doctor.finding import Diagnosis
from pipeops_tui.doctor.five_values import Pasted, ValueName
from pipeops_tui.doctor.form_findings import form_findings
from pipeops_tui.doctor.paste_cleaning import NOT_TEXT
from pipeops_tui.doctor.pasted import read_bytes, read_environment, read_text
from pipeops_tui.doctor.question import QuestionChanged
from pipeops_tui.plain.finding_lines import findings_as_json, findings_as_text, taken_lines
from tests.doctor.memory_azure import CLIENT, CLOUD, GROUP, SECRET, SUBSCRIPTION, TENANT, MemoryAzure, refusal
from tests.doctor.test_reading import FORMS
from tests.doctor.wrong_inputs import OLD_SECRET, ONE_FAULT, TWO_FAULTS, WrongInput, paste

_LETTERS = string.ascii_letters + string.digits + "_~.-"
_todays_secrets = st.builds(
    lambda first, digit, rest: f"{first}{digit}Q~{rest}",
    st.text(_LETTERS, min_size=3, max_size=3),
    st.sampled_from(string.digits),
    st.text(_LETTERS, min_size=31, max_size=34),
)
_labels = st.sampled_from([*ValueName, "AZURE_CLIENT_ID", "password", "tenant", "Name", "note", "value"])
_separators = st.sampled_from([": ", "=", "\t", " | ", "\n", " ", ' = "', ":\n  "])


def told_of(pasted: Pasted) -> str:
    """All that is said of a paste before anything is sent."""
    findings = form_findings(pasted.values)
    return "\n".join([repr(pasted), *pasted.remarks, *taken_lines(pasted), *map(repr, findings)])


def parts_of(secret: str) -> Iterable[str]:
    """The secret and every long part of it."""
    return {secret, *(secret[at : at + 12] for at in range(max(1, len(secret) - 11)))}


@pytest.mark.parametrize("form", FORMS)
def test_no_form_shows_the_secret(form: str) -> None:
    told = told_of(read_text(FORMS[form]))
    assert not any(part in told for part in parts_of(SECRET))


@pytest.mark.parametrize("secret", [SECRET, OLD_SECRET, SECRET[:25], SECRET * 2, SECRET[:20] + " " + SECRET[20:]])
@pytest.mark.parametrize("place", list(ValueName))
def test_a_secret_in_any_place_is_not_shown(place: ValueName, secret: str) -> None:
    given_values = dict(zip(ValueName, (GROUP, TENANT, CLIENT, "x", SUBSCRIPTION), strict=True))
    given_values[place] = secret
    told = told_of(read_text("\n".join(f"{name}: {value}" for name, value in given_values.items())))
    assert not any(part in told for part in parts_of(secret) if len(part) > 6)


@pytest.mark.parametrize("wrong", [*ONE_FAULT, *TWO_FAULTS], ids=lambda wrong: wrong.name)
async def test_no_finding_no_event_and_no_output_shows_the_secret(wrong: WrongInput) -> None:
    azure = MemoryAzure()
    wrong.change(azure)
    pasted = read_text(wrong.text)
    told: list[QuestionChanged] = []
    diagnosis = await examine(azure, pasted.values, CLOUD, told.append)
    said = "\n".join(
        [repr(diagnosis), findings_as_text(diagnosis), findings_as_json(diagnosis), *map(repr, told), told_of(pasted)]
    )
    assert not any(part in said for part in parts_of(SECRET))


@pytest.mark.parametrize("number", [7000215, 7000222, 700016, 53003, 7000999, 90002])
async def test_no_refusal_shows_the_secret(number: int) -> None:
    error = refusal(number)
    error.problem = dataclasses.replace(error.problem, details=(("Message", f"AADSTS{number}: {SECRET}"),))
    diagnosis = await examine(MemoryAzure(sign_in_fails=error), read_text(paste()).values, CLOUD, lambda change: None)
    said = findings_as_text(diagnosis) + findings_as_json(diagnosis)
    assert not any(part in said for part in parts_of(SECRET))


def test_json_has_the_fields_of_the_contract_and_no_others() -> None:
    diagnosis_text = findings_as_json(_diagnosis_of(paste(secret="<secret>")))
    document = json.loads(diagnosis_text)
    assert set(document) == {"verdict", "findings"}
    fields = {"code", "outcome", "title", "what", "remedy", "who", "command", "link"}
    assert all(set(finding) == fields for finding in document["findings"])
    assert all(isinstance(value, str) for finding in document["findings"] for value in finding.values())


def _diagnosis_of(text: str) -> Diagnosis:
    return without_azure(read_text(text).values)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    pasted = read_text(text)
    assert told_of(pasted)
    assert read_environment({"AZURE_TENANT_ID": text, "AZURE_CLIENT_SECRET": text}).unreadable == ""


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read(data: bytes) -> None:
    assert read_bytes(data).unreadable in ("", NOT_TEXT)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(_labels, _separators, st.text(_LETTERS + " #<>*…{}[]\"'", max_size=45)), max_size=8),
    _todays_secrets,
    _labels,
    _separators,
    st.integers(0, 8),
)
def test_a_secret_among_anything_is_not_shown(
    others: list[tuple[str, str, str]], secret: str, label: str, separator: str, place: int
) -> None:
    lines = ["".join(other) for other in others]
    lines.insert(min(place, len(lines)), f"{label}{separator}{secret}")
    told = told_of(read_text("\n".join(lines)))
    assert secret not in told
    if secret[6:] not in "".join(line for line in lines if secret not in line):
        assert secret[6:] not in told


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(FORMS)), _todays_secrets)
def test_every_secret_is_read_as_it_is_in_every_form(form: str, secret: str) -> None:
    read = read_text(FORMS[form].replace(SECRET, secret)).values
    assert read.secret is not None
    assert read.secret.reveal() == secret
    assert not read.missing


@settings(max_examples=100, deadline=None)
@given(st.recursive(st.text(_LETTERS, max_size=20), lambda inner: st.lists(inner) | st.dictionaries(_labels, inner)))
def test_any_json_is_read(document: object) -> None:
    assert told_of(read_text(json.dumps(document)))


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "unit",
    [
        "* ",
        "a.",
        ">",
        "Client ID" + " " * 300 + "\n",
        "secret: " + "(" * 200 + "\n",
        '{"a":',
        "[1,",
        "\x1b[1;",
        "-e ",
        "{x}\n",
    ],
)
def test_a_mebibyte_of_anything_is_read_soon(unit: str) -> None:
    assert told_of(read_text(unit * ((1 << 20) // len(unit))))


def test_deep_json_is_read() -> None:
    assert read_text("[" * 100_000 + "]" * 100_000).values.missing == tuple(ValueName)
    assert read_text('{"a":' * 50_000 + "1" + "}" * 50_000).values.missing == tuple(ValueName)
