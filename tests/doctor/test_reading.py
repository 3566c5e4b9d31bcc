"""Reading five values: 20 and more correct inputs in as many forms, and what is around values in real pastes."""

from __future__ import annotations

import pytest

from pipeops_tui.doctor.changed_values import combined, with_next
from pipeops_tui.doctor.five_values import Pasted, ValueName, others_given
from pipeops_tui.doctor.paste_cleaning import (
    ADDRESSES_UNUSED,
    INVISIBLE_TAKEN,
    MAIL_TAKEN,
    MOST_BYTES,
    NOT_TEXT,
    QUOTES_TAKEN,
    TOO_LONG,
)
from pipeops_tui.doctor.pasted import read_bytes, read_environment, read_text
from tests.doctor.memory_azure import CLIENT, GROUP, SECRET, SECRET_ID, SUBSCRIPTION, TENANT

LABELS = (
    f"Resource Group Name: {GROUP}\nTenant ID: {TENANT}\nClient ID: {CLIENT}\nClient Secret: {SECRET}\n"
    f"Subscription ID: {SUBSCRIPTION}\n"
)
DOTENV = (
    f"AZURE_RESOURCE_GROUP={GROUP}\nAZURE_TENANT_ID={TENANT}\nAZURE_CLIENT_ID={CLIENT}\nAZURE_CLIENT_SECRET={SECRET}\n"
    f"AZURE_SUBSCRIPTION_ID={SUBSCRIPTION}\n"
)
BARE = f"{GROUP}\n{TENANT}\n{CLIENT}\n{SECRET}\n{SUBSCRIPTION}\n"

FORMS = {
    "labels": LABELS,
    "labels in another order, case and punctuation": (
        f"SUBSCRIPTION ID = {SUBSCRIPTION.upper()}\nclient secret={SECRET}\nClient id - {CLIENT}\n"
        f"tenant ID => {TENANT}\nresource group name ：{GROUP}"
    ),
    "a table copied with tabs": LABELS.replace(": ", "\t"),
    "a table in Markdown": (
        f"| Name | Value |\n| --- | --- |\n| Resource Group Name | {GROUP} |\n| Tenant ID | `{TENANT}` |\n"
        f"| Client ID | {CLIENT} |\n| Client Secret | `{SECRET}` |\n| Subscription ID | {SUBSCRIPTION} |"
    ),
    "a label on one line and its value on the next": LABELS.replace(": ", "\n"),
    "all labels, then all values": "\n".join([*ValueName, BARE]),
    "the portal's pages": (
        f"Application (client) ID\n: {CLIENT}\nObject ID\n: {SECRET_ID}\nDirectory (tenant) ID\n: {TENANT}\n"
        f"Description\tExpires\tValue\tSecret ID\nPipeOps secret\t1/1/2027\t{SECRET}\t{SECRET_ID}\n"
        f"Resource group\n: {GROUP}\nSubscription ID\n: {SUBSCRIPTION}"
    ),
    ".env": f"# Azure\n{DOTENV}",
    ".env with quotes and comments": (
        f'AZURE_RESOURCE_GROUP="{GROUP}"\nAZURE_TENANT_ID=\'{TENANT}\'\nAZURE_CLIENT_ID="{CLIENT}" # the application\n'
        f"AZURE_CLIENT_SECRET='{SECRET}'   # until May\nAZURE_SUBSCRIPTION_ID={SUBSCRIPTION}"
    ),
    "shell exports": "\n".join(f"export {line}" for line in DOTENV.replace("AZURE_", "ARM_").splitlines()),
    "PowerShell": "\n".join(
        f'$env:{name} = "{value}"' for name, _, value in (line.partition("=") for line in DOTENV.splitlines())
    ),
    "setx": "\n".join(
        f'setx {name} "{value}"' for name, _, value in (line.partition("=") for line in DOTENV.splitlines())
    ),
    "az ad sp create-for-rbac": (
        "WARNING: The output includes credentials that you must protect.\n"
        f'{{\n  "appId": "{CLIENT}",\n  "displayName": "PipeOps",\n  "password": "{SECRET}",\n'
        f'  "tenant": "{TENANT}"\n}}\nSubscription: {SUBSCRIPTION}\nResource group: {GROUP}'
    ),
    "--sdk-auth": (
        f'{{"clientId": "{CLIENT}", "clientSecret": "{SECRET}", "subscriptionId": "{SUBSCRIPTION}", "tenantId": '
        f'"{TENANT}", "activeDirectoryEndpointUrl": "https://login.example.org", "resourceManagerEndpointUrl": '
        f'"https://arm.example.org/"}}\nAZURE_RESOURCE_GROUP={GROUP}'
    ),
    "JSON with other names inside": (
        f'{{"azure": {{"ARM_CLIENT_ID": "{CLIENT}", "ARM_CLIENT_SECRET": "{SECRET}", "ARM_TENANT_ID": "{TENANT}", '
        f'"ARM_SUBSCRIPTION_ID": "{SUBSCRIPTION}", "resource_group": "{GROUP}"}}}}'
    ),
    "a list of settings in JSON": (
        f'[{{"name": "AZURE_TENANT_ID", "value": "{TENANT}"}}, {{"name": "AZURE_CLIENT_ID", "value": "{CLIENT}"}}, '
        f'{{"name": "AZURE_CLIENT_SECRET", "value": "{SECRET}"}}, {{"name": "SUBSCRIPTION_ID", "value": '
        f'"{SUBSCRIPTION}"}}, {{"name": "RESOURCE_GROUP", "value": "{GROUP}"}}]'
    ),
    "Terraform's outputs in JSON": (
        f'{{"client_id": {{"sensitive": false, "value": "{CLIENT}"}}, "client_secret": {{"value": "{SECRET}"}}, '
        f'"tenant_id": {{"value": "{TENANT}"}}, "subscription_id": {{"value": "{SUBSCRIPTION}"}}, '
        f'"resource_group_name": {{"value": "{GROUP}"}}}}'
    ),
    "YAML": (
        f"azure:\n  resource_group_name: {GROUP}\n  tenant_id: {TENANT}\n  client_id: {CLIENT}\n"
        f'  client_secret: "{SECRET}"\n  subscription_id: {SUBSCRIPTION}'
    ),
    "YAML of a container's environment": "\n".join(
        f"- name: {name}\n  value: {value}" for name, _, value in (line.partition("=") for line in DOTENV.splitlines())
    ),
    "Terraform": (
        f'provider "azurerm" {{\n  client_id       = "{CLIENT}"\n  client_secret   = "{SECRET}"\n'
        f'  tenant_id       = "{TENANT}"\n  subscription_id = "{SUBSCRIPTION}"\n}}\nresource_group_name = "{GROUP}"'
    ),
    "five bare lines": BARE,
    "bare words on one line": f"{TENANT} {CLIENT} {GROUP} {SUBSCRIPTION} {SECRET}",
    "five bare lines with quotes": "\n".join(f'"{line}",' for line in BARE.splitlines()),
    "a quoted mail": "\n".join(f"> > {line}" for line in LABELS.splitlines()),
    "a list in Markdown": "\n".join(f"- **{line.replace(': ', ':** `')}`" for line in LABELS.splitlines()),
    "one line with commas": LABELS.strip().replace("\n", ", "),
    "a connection string": (
        f"TenantId={TENANT};ClientId={CLIENT};ClientSecret={SECRET};SubscriptionId={SUBSCRIPTION};ResourceGroup={GROUP}"
    ),
    "a table of az with columns": (
        f"AppId                                 DisplayName    Password    Tenant\n"
        f"------------------------------------  -------------  ----------  ------\n"
        f"{CLIENT}  PipeOps    {SECRET}    {TENANT}\nsubscription: {SUBSCRIPTION}\nresource group: {GROUP}"
    ),
    "docker run": f"docker run {' '.join(f'-e {line}' for line in DOTENV.split())} image",
    "docker run over several lines": "docker run " + " \\\n".join(f"-e {line}" for line in DOTENV.split()),
    "an XML file of settings": "\n".join(
        f'<add key="{name}" value="{value}" />'
        for name, _, value in (line.partition("=") for line in DOTENV.splitlines())
    ),
    "the Credentials screen": (
        f"  1  Resource Group Name   {GROUP}                       ✓ copied\n"
        f"  2  Tenant ID             {TENANT}       ✓ copied\n  3  Client ID             {CLIENT}     ▌ next: c\n"
        f"  4  Client Secret         {SECRET}   expires 22 May 2027\n  5  Subscription ID       {SUBSCRIPTION}"
    ),
    "labels with notes in brackets": (
        f"Resource Group: {GROUP}\nTenant ID (Directory ID): {TENANT}\nClient ID (Application ID): {CLIENT}\n"
        f"Client Secret (Value): {SECRET}\nSubscription ID (GUID): {SUBSCRIPTION}"
    ),
    "labels with stars": "\n".join(f"{line.replace(': ', ' *: ')}" for line in LABELS.splitlines()),
    "az login": (
        f"az login --service-principal -u {CLIENT} -p {SECRET} --tenant {TENANT}\n"
        f"az account set --subscription {SUBSCRIPTION}\nresource group: {GROUP}"
    ),
    "two documents of az": (
        f'{{"appId": "{CLIENT}", "displayName": "x", "password": "{SECRET}", "tenant": "{TENANT}"}}\n'
        f'{{"environmentName": "AzureCloud", "homeTenantId": "{TENANT}", "id": "{SUBSCRIPTION}", "name": "Pay", '
        f'"tenantId": "{TENANT}", "user": {{"name": "a@b.example", "type": "user"}}}}\nrg = {GROUP}'
    ),
    "a box drawn in a terminal": "\n".join(f"│ {line.replace(': ', ' │ ')} │" for line in LABELS.splitlines()),
    "CSV": (
        f"ResourceGroup,TenantId,ClientId,ClientSecret,SubscriptionId\n{GROUP},{TENANT},{CLIENT},{SECRET},{SUBSCRIPTION}"
    ),
    "a page's source": "".join(
        f"<tr><td><b>{label}</b></td><td class='v'>{value}</td></tr>"
        for label, _, value in (line.partition(": ") for line in LABELS.splitlines())
    ),
    "a dictionary of Python": (
        f"{{'resource_group': '{GROUP}', 'tenant_id': '{TENANT}', 'client_id': '{CLIENT}', 'client_secret': "
        f"'{SECRET}', 'subscription_id': '{SUBSCRIPTION}',}}"
    ),
    "a letter": "Hi, here are the values:\n\n" + LABELS.replace(": ", " - ") + "\nThanks, Ann",
    "bare lines in a letter": f"Hello\n{BARE}Bye",
    "resource ids": LABELS.replace(f": {GROUP}", f": /subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}").replace(
        f": {SUBSCRIPTION}", f": /subscriptions/{SUBSCRIPTION}"
    ),
    "GUIDs in braces and without dashes": LABELS.replace(TENANT, f"{{{TENANT.upper()}}}").replace(
        CLIENT, CLIENT.replace("-", "")
    ),
}


def values_of(pasted: Pasted) -> tuple[str, ...]:
    """The five values in the order of PipeOps' form."""
    values = pasted.values
    secret = values.secret.reveal() if values.secret is not None else ""
    return values.group_name, values.tenant_id, values.client_id, secret, values.subscription_id


ALL = (GROUP, TENANT, CLIENT, SECRET, SUBSCRIPTION)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_five(form: str) -> None:
    pasted = read_text(FORMS[form])
    assert values_of(pasted) == ALL
    assert not pasted.values.flaws
    assert not pasted.values.exchanged
    assert not pasted.unreadable


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_files_of_windows_give_the_same_five(form: str, encoding: str) -> None:
    pasted = read_bytes(FORMS[form].replace("\n", "\r\n").encode(encoding))
    assert values_of(pasted) == ALL
    assert INVISIBLE_TAKEN in pasted.remarks


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        (LABELS.replace(": ", ": \u200b\ufeff"), INVISIBLE_TAKEN),
        (LABELS.replace(": ", ":\u00a0“").replace("\n", "”\n"), QUOTES_TAKEN),
        ("\n".join(f">> {line}" for line in LABELS.splitlines()), MAIL_TAKEN),
        (f"{LABELS}portal: https://portal.azure.com/", ADDRESSES_UNUSED),
        (LABELS.replace("Tenant ID", "Secret ID: " + SECRET_ID + "\nTenant ID"), "There is the ID of a client secret"),
        (f"{LABELS}AZURE_CLIENT_ID=<client-id>", "There is more than one Client ID"),
        (LABELS.replace(SECRET, f"{SECRET} (until May)"), "Text around a value"),
        (BARE, "Nothing names the IDs"),
    ],
)
def test_what_was_taken_off_or_not_used_is_said(text: str, remark: str) -> None:
    pasted = read_text(text)
    assert values_of(pasted) == ALL
    assert any(remark in one for one in pasted.remarks)


@pytest.mark.parametrize(
    "text",
    [
        f"Hi, our tenant is {TENANT} and the app id is {CLIENT}. The secret is {SECRET} and the subscription id is "
        f"{SUBSCRIPTION}, resource group {GROUP}. Thanks!",
        f"Tenant ID is {TENANT}, Client ID is {CLIENT}, Client Secret is {SECRET}, Subscription ID is {SUBSCRIPTION}, "
        f"Resource Group Name is {GROUP}.",
        f"Resource Group Name: {GROUP} Tenant ID: {TENANT} Client ID: {CLIENT} Client Secret: {SECRET} "
        f"Subscription ID: {SUBSCRIPTION}",
        f"<tenantId>{TENANT}</tenantId><clientId>{CLIENT}</clientId><clientSecret>{SECRET}</clientSecret>"
        f"<subscriptionId>{SUBSCRIPTION}</subscriptionId><resourceGroup>{GROUP}</resourceGroup>",
    ],
)
def test_values_inside_sentences_are_found(text: str) -> None:
    assert values_of(read_text(text)) == ALL


def test_a_sentence_gives_no_value_for_an_object_id_or_an_address() -> None:
    values = read_text(
        f"The object id is {SECRET_ID}, see https://evil.example/?tenant_id={TENANT} for the resource group in Europe. "
        f"The client ID is {CLIENT}."
    ).values
    assert (values.client_id, values.tenant_id, values.group_name, values.secret) == (CLIENT, "", "", None)


def test_an_error_of_terraform_gives_the_subscription_and_the_group() -> None:
    text = (
        f'Error: creating Managed Kubernetes Cluster (Subscription: "{SUBSCRIPTION}"\nResource Group Name: "{GROUP}"\n'
        'Kubernetes Cluster Name: "pipeops"): RequestDisallowedByAzure: Resource was disallowed by Azure'
    )
    values = read_text(text).values
    assert (values.subscription_id, values.group_name) == (SUBSCRIPTION, GROUP)
    assert values.error_codes == ("RequestDisallowedByAzure",)


def test_another_value_of_one_kind_is_kept_to_be_chosen() -> None:
    values = read_text(f"{LABELS}AZURE_CLIENT_ID={SECRET_ID.upper()}\nAZURE_RESOURCE_GROUP=other-rg").values
    assert values_of(Pasted(values)) == ALL
    assert others_given(values) == [
        "Resource Group Name: 2 were given, and the first is used. Not used: other-rg.",
        f"Client ID: 2 were given, and the first is used. Not used: {SECRET_ID}.",
    ]
    first = with_next(values, ValueName.CLIENT)
    assert first.client_id == SECRET_ID
    assert with_next(first, ValueName.CLIENT).client_id == CLIENT
    assert combined(values, read_text("Client ID: " + SECRET_ID).values).others_of(ValueName.CLIENT) == ()


def test_another_client_secret_is_only_counted() -> None:
    other = SECRET[::-1][:34].replace("~", "-")
    values = read_text(f"{LABELS}AZURE_CLIENT_SECRET={other}").values
    (sentence,) = others_given(values)
    assert sentence == "Client Secret: 2 were given, and the first is used. Not used: ●●●●●●●●●●●● (34 characters)."
    second = with_next(values, ValueName.SECRET)
    assert second.secret is not None
    assert second.secret.reveal() == other
    second.forget_secrets()
    assert second.secret.forgotten
    assert values.secret is not None
    assert values.secret.forgotten


@pytest.mark.parametrize(
    ("wrong", "given"),
    [
        (LABELS.replace(TENANT, TENANT[:-1]), TENANT[:-1]),
        (LABELS.replace(TENANT, "<tenant-id>"), "<tenant-id>"),
        (LABELS.replace(CLIENT, "Pay-As-You-Go"), "Pay-As-You-Go"),
        (LABELS.replace(GROUP, "my group"), "my group"),
        (LABELS.replace(CLIENT, SECRET), ""),
        (LABELS.replace(CLIENT, SECRET[3:]), ""),
        (LABELS.replace(CLIENT, SECRET[:5]).replace(f"Secret: {SECRET}", f"Secret: {SECRET_ID}"), ""),
        (LABELS.replace(CLIENT, "hunter2").replace(f"Secret: {SECRET}", f"Secret: {SECRET_ID}"), ""),
    ],
)
def test_a_value_without_its_form_is_shown_unless_it_can_be_the_secret(wrong: str, given: str) -> None:
    assert next(iter(read_text(wrong).values.flaws)).given == given


@pytest.mark.parametrize(
    "message",
    [
        f"Error: AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the "
        f"client secret value, not the client secret ID, for a secret added to app '{SECRET_ID}'.",
        f"Trace ID: {SECRET_ID} Correlation ID: {SECRET_ID}",
        "Client secret is not valid\nClient ID: not found\nThe credentials are not valid.",
        "Error\nFailed\nUnauthorized",
        f"The subscription '{SECRET_ID}' could not be found.",
        "Subscription: the one that was given cannot be used",
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_an_error_message_beside_the_values_is_no_value(message: str, first: bool) -> None:
    text = f"{message}\n{LABELS}" if first else f"{LABELS}\n{message}"
    assert values_of(read_text(text)) == ALL


def test_addresses_in_a_value_are_not_used() -> None:
    pasted = read_text(LABELS.replace(TENANT, f"https://login.example.org/{TENANT}"))
    assert pasted.values.missing == (ValueName.TENANT,)
    assert ADDRESSES_UNUSED in pasted.remarks
    assert "example.org" not in repr(pasted)


@pytest.mark.parametrize("name", ["my-resource-group", "azure-rg", "rg", "my-rg", "AzureGroup", "tenant-1"])
def test_a_group_can_be_called_like_a_label(name: str) -> None:
    assert values_of(read_text(LABELS.replace(GROUP, name)))[0] == name
    assert values_of(read_text(BARE.replace(GROUP, name)))[0] == name


def test_the_environment_is_read_and_line_ends_are_said() -> None:
    environment = dict(line.split("=", 1) for line in DOTENV.splitlines())
    assert values_of(read_environment(environment)) == ALL
    assert not read_environment(environment).remarks
    pasted = read_environment({name: f"{value}\r\n" for name, value in environment.items()})
    assert values_of(pasted) == ALL
    assert pasted.remarks == ("Blanks or line ends around values were taken off.",)


def test_too_much_and_what_is_no_text_end_with_a_sentence() -> None:
    assert read_bytes(b" " * (MOST_BYTES + 1)).unreadable == TOO_LONG
    assert read_bytes("é".encode() * (MOST_BYTES // 2 + 1)).unreadable == TOO_LONG
    assert read_text(" " * (MOST_BYTES + 1)).unreadable == TOO_LONG
    assert values_of(read_bytes(LABELS.encode().ljust(MOST_BYTES))) == ALL
    long = "all work and no play\n" * 20_000
    for text in (long + LABELS, LABELS + long):
        assert values_of(read_text(text)) == ALL
        assert any("only its first and last 2,500 lines were read" in one for one in read_text(text).remarks)
    for data in (bytes(range(256)) * 8, b"\x7fELF\0\0", b"\x89PNG\r\n\x1a\n\0\0"):
        pasted = read_bytes(data)
        assert pasted.unreadable == NOT_TEXT
        assert pasted.values.missing == tuple(ValueName)


def test_what_is_missing_is_known() -> None:
    values = read_text(f"Tenant ID: {TENANT}\nAZURE_CLIENT_SECRET=\nClient ID: {CLIENT}\nsub: x").values
    assert values.missing == (ValueName.GROUP, ValueName.SECRET, ValueName.SUBSCRIPTION)


def test_values_in_each_others_places_are_exchanged_where_their_forms_prove_it() -> None:
    pasted = read_text(
        LABELS.replace(CLIENT, "x").replace(SECRET, CLIENT).replace("Client ID: x", f"Client ID: {SECRET}")
    )
    assert values_of(pasted) == ALL
    assert pasted.values.exchanged == ((ValueName.CLIENT, ValueName.SECRET),)


def test_a_damaged_id_is_not_taken_for_a_secret() -> None:
    values = read_text(LABELS.replace(TENANT, TENANT[:-1]).replace(SECRET, SECRET_ID)).values
    assert values.exchanged == ()
    assert values.flaw(ValueName.TENANT) == "It has 35 characters, and an ID has 36."
