"""Knows what people and programs call the five values."""

from __future__ import annotations

import re
from typing import Final

from pipeops_tui.doctor.five_values import ValueName

WHERE_TO_FIND: Final = {
    ValueName.GROUP: "In the Azure portal: Resource groups.",
    ValueName.TENANT: "In the Azure portal: Microsoft Entra ID, Overview, Tenant ID.",
    ValueName.CLIENT: "In the Azure portal: App registrations, the application, Application (client) ID.",
    ValueName.SECRET: "Azure shows it once, when it is made: the column Value, not Secret ID.",
    ValueName.SUBSCRIPTION: "In the Azure portal: Subscriptions, the subscription, Subscription ID.",
}
"""Where a person finds each value."""
LONGEST_NAME_OF_A_VALUE: Final = 60
"""Characters; longer texts name nothing."""
_NAMES: Final = {
    ValueName.GROUP: "resourcegroupname resourcegroup group groupname rg rgname resourcegroupid",
    ValueName.TENANT: (
        "tenantid tenant directoryid directory directorytenantid directorytenant tenantguid activedirectorytenantid "
        "tenantiddirectoryid hometenantid"
    ),
    ValueName.CLIENT: (
        "clientid client appid applicationid applicationclientid appclientid serviceprincipalid spid spnid "
        "clientguid serviceprincipalclientid spclientid"
    ),
    ValueName.SECRET: (
        "clientsecret secret password appsecret applicationsecret clientsecretvalue secretvalue clientkey "
        "serviceprincipalkey serviceprincipalsecret serviceprincipalpassword spnkey spsecret sppassword apppassword "
        "applicationpassword clientpassword secrettext secretkey spclientsecret"
    ),
    ValueName.SUBSCRIPTION: "subscriptionid subscription subid subscriptionguid",
}
"""As PipeOps' form, the Azure portal, `az ad sp create-for-rbac` (also with `--sdk-auth`), Azure SDKs (AZURE_…),
Terraform (ARM_…) and Azure DevOps call them, in lower case without anything but letters."""
_OF_NAME: Final = {name: value for value, names in _NAMES.items() for name in names.split()}
_SECRET_IDS: Final = frozenset({"secretid", "clientsecretid", "keyid"})
_PREFIXES: Final = re.compile(r"^(?:azure|arm|az|aad|entra|microsoft|ms|tfvar|env|pulumi)")
_ADDRESSING: Final = re.compile(r"^(?:your|my) ", re.IGNORECASE)
_IN_BRACKETS: Final = re.compile(r"\([^()]*\)")
_OWN: Final = re.compile(r"^pipeops_", re.IGNORECASE)
"""With the underscore only: PipeOpsRG is a group, not a name for one."""
_SHORT: Final = frozenset({"group", "groupname", "rg", "rgname"})
"""These name a group only as they are: there are groups called `azure-rg`."""
_NOT_LETTERS: Final = re.compile(r"[\W_]+")


def value_named(text: str) -> ValueName | None:
    """The value that `text` is a name of; None where it is none."""
    return next((_OF_NAME[name] for name in _spellings(text) if name in _OF_NAME), None)


def is_name_of_secret_id(text: str) -> bool:
    """Whether `text` names the id of a client secret, which is not its value."""
    return any(name in _SECRET_IDS for name in _spellings(text))


def is_name_of_names(text: str) -> bool:
    """Whether `text` says that a name follows, as in `- name: AZURE_CLIENT_ID`."""
    return _NOT_LETTERS.sub("", text.lower()) in ("name", "key")


def is_name_of_values(text: str) -> bool:
    """Whether `text` says that a value follows, or heads the portal's column with the values of client secrets."""
    return _NOT_LETTERS.sub("", text.lower()) == "value"


def _spellings(text: str) -> list[str]:
    """`text` in lower case, letters and digits only, also without what is put before names or in brackets."""
    if len(text) > LONGEST_NAME_OF_A_VALUE:
        return []
    text = _ADDRESSING.sub("", _OWN.sub("", text.strip())).lower()
    found = []
    for variant in (text, _IN_BRACKETS.sub("", text)):
        name = _NOT_LETTERS.sub("", variant)
        found.append(name)
        while (shorter := _PREFIXES.sub("", name)) != name:
            name = shorter
            found += [] if name in _SHORT else [name]
    return found
