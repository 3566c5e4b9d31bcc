"""Finds what can be told without a network: what is missing, exchanged, given twice or has the wrong form."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from pipeops_tui.core import az_commands, names
from pipeops_tui.core.model import CheckOutcome
from pipeops_tui.doctor.finding import Finding, FindingCode, RightValue
from pipeops_tui.doctor.five_values import IDS, SAME_AS_SECRET, FiveValues, ValueName, names_of
from pipeops_tui.doctor.server_failures import error_findings
from pipeops_tui.doctor.value_forms import secret_doubt, secret_fault

APP_REGISTRATIONS: Final = "https://learn.microsoft.com/entra/identity-platform/quickstart-register-app"
ADD_CREDENTIALS: Final = "https://learn.microsoft.com/entra/identity-platform/how-to-add-credentials"
FIND_TENANT: Final = "https://learn.microsoft.com/entra/fundamentals/how-to-find-tenant"
FIND_SUBSCRIPTION: Final = "https://learn.microsoft.com/azure/azure-portal/get-subscription-tenant-id"
GROUP_NAMES: Final = "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules"
SECRET_OWNER: Final = "An owner of the application, or a Cloud Application Administrator"  # noqa: S105 - who can help
NEW_VALUE: Final = (
    "The value is shown only once, when the secret is created. Create a new one and copy its Value: App registrations "
    "→ the application → Certificates & secrets → New client secret."
)
_UNKNOWN_CODES: Final = {
    ValueName.TENANT: (FindingCode.TENANT_UNKNOWN, FIND_TENANT, "Microsoft Entra ID → Overview → Tenant ID"),
    ValueName.CLIENT: (
        FindingCode.CLIENT_UNKNOWN,
        APP_REGISTRATIONS,
        "App registrations → the application → Overview → Application (client) ID",
    ),
    ValueName.SUBSCRIPTION: (
        FindingCode.SUBSCRIPTION_UNKNOWN,
        FIND_SUBSCRIPTION,
        "Subscriptions → the subscription → Subscription ID",
    ),
}


def form_findings(values: FiveValues) -> tuple[Finding, ...]:
    """All that is wrong with the forms of the five values, by themselves and beside each other; and what errors mean
    that were pasted with them."""
    equal = tuple(_equal(values))
    return (
        *_missing(values),
        *_exchanged(values),
        *equal,
        *_flaws(values),
        *_secret(values, is_told=bool(equal)),
        *error_findings(values.error_codes),
    )


def renewing(values: FiveValues) -> str:
    """The command that makes a new client secret; empty where the application is not known."""
    return az_commands.renew(values.client_id) if values.client_id else ""


def where_to_find(name: ValueName) -> str:
    """Where the Azure portal shows an id."""
    return _UNKNOWN_CODES[name][2]


def _missing(values: FiveValues) -> Iterator[Finding]:
    if not values.missing:
        return
    missing = names_of(values.missing)
    found = len(ValueName) - len(values.missing)
    none = not found
    yield Finding(
        FindingCode.VALUES_MISSING,
        CheckOutcome.BLOCKED,
        "None of the five values was found" if none else f"Missing: {missing}",
        "The text has none of them in a form that is known."
        if none
        else f"{found} of the five values {'was' if found == 1 else 'were'} found.",
        "PipeOps needs all five. Give them one a line, each with its label: " + ", ".join(ValueName) + ".",
        about=values.missing,
    )


def _exchanged(values: FiveValues) -> Iterator[Finding]:
    for one, other in values.exchanged:
        yield swapped((one, other), values, f"What was given as {one} has the form of the {other}, and the reverse.")


def swapped(about: tuple[ValueName, ...], values: FiveValues, what: str) -> Finding:
    """Values that stand in each other's places. `values` has them in the right ones."""
    right = tuple(RightValue(name, values.text(name)) for name in about if values.text(name))
    return Finding(
        FindingCode.VALUES_SWAPPED,
        CheckOutcome.BLOCKED,
        f"{names_of(about)} are in each other's places",
        what,
        "Exchange them in PipeOps' form. " + " ".join(f"{one.name}: {one.text}." for one in right),
        about=about,
        right=right,
    )


def _equal(values: FiveValues) -> Iterator[Finding]:
    """Values that are the same text. Two ids of Azure never are."""
    texts = {name: values.text(name).lower() for name in ValueName if values.text(name)}
    if values.secret is not None:
        texts[ValueName.SECRET] = values.secret.reveal().lower()
    pairs = [(one, other) for one, other in combinations(texts, 2) if texts[one] == texts[other]]
    if values.flaw(ValueName.GROUP) == SAME_AS_SECRET:
        pairs.append((ValueName.GROUP, ValueName.SECRET))
    same = tuple(name for name in ValueName if any(name in pair for pair in pairs))
    if not same:
        return
    yield Finding(
        FindingCode.VALUES_SWAPPED,
        CheckOutcome.BLOCKED,
        f"{names_of(same)} are the same",
        "One value was pasted into several places: in Azure they are never the same.",
        " ".join(["Copy each from its own place in the Azure portal.", *(_where(name) for name in same)]),
        about=same,
    )


def _where(name: ValueName) -> str:
    if name in IDS:
        return f"{name}: {where_to_find(name)}."
    if name is ValueName.GROUP:
        return f"{name}: Resource groups."
    return f"{name}: the column Value of a new client secret."


def _flaws(values: FiveValues) -> Iterator[Finding]:
    for flaw in values.flaws:
        if flaw.reason == SAME_AS_SECRET:
            continue
        if flaw.name is ValueName.GROUP:
            yield Finding(
                FindingCode.GROUP_MISSING,
                CheckOutcome.BLOCKED,
                "Azure cannot have a resource group of this name",
                f"Resource Group Name: {flaw.sentence}",
                "Copy the name of the group as it is: Resource groups in the Azure portal.",
                link=GROUP_NAMES,
                about=(ValueName.GROUP,),
            )
            continue
        code, link, where = _UNKNOWN_CODES[flaw.name]
        yield Finding(
            code,
            CheckOutcome.BLOCKED,
            f"The {flaw.name} is not an ID",
            flaw.sentence,
            f"Copy it again: {where}.",
            link=link,
            about=(flaw.name,),
        )


def _secret(values: FiveValues, *, is_told: bool) -> Iterator[Finding]:
    """`is_told`: another finding says that values are the same."""
    if values.secret is None:
        return
    text = values.secret.reveal()
    if fault := secret_fault(text):
        yield malformed_secret(values, fault, CheckOutcome.BLOCKED)
    elif names.is_guid(text):
        ids = {values.text(name) for name in IDS} | {values.group_name.lower()}
        if not (is_told and text.lower() in ids):
            yield _secret_is_its_id(values)
    elif doubt := secret_doubt(text):
        yield malformed_secret(values, doubt, CheckOutcome.WARNING)


def _secret_is_its_id(values: FiveValues) -> Finding:
    """The client secret is a GUID, and no client secret of Microsoft Entra is one."""
    return Finding(
        FindingCode.SECRET_IS_ITS_ID,
        CheckOutcome.BLOCKED,
        "The Client Secret is the secret's ID, not its value",
        "It is a GUID, as in the column Secret ID of the Azure portal. The value stands in the column Value.",
        NEW_VALUE,
        SECRET_OWNER,
        renewing(values),
        ADD_CREDENTIALS,
        about=(ValueName.SECRET,),
    )


def malformed_secret(values: FiveValues, what: str, outcome: CheckOutcome) -> Finding:
    """`what` says as a sentence what is wrong or unusual with the client secret. A WARNING is only a hint."""
    is_certain = outcome is CheckOutcome.BLOCKED
    return Finding(
        FindingCode.SECRET_MALFORMED,
        outcome,
        "The Client Secret was not copied as it is" if is_certain else "The Client Secret looks unusual",
        what,
        f"Copy the whole value again, if you still have it. {NEW_VALUE}"
        if is_certain
        else "If PipeOps refuses it, copy the whole value again.",
        SECRET_OWNER if is_certain else "",
        renewing(values) if is_certain else "",
        ADD_CREDENTIALS,
        about=(ValueName.SECRET,),
    )
