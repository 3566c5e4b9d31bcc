"""Which addresses belong to a cloud, and that no cloud can lure a token away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeops_tui.azure.addresses import same_place
from pipeops_tui.azure.clouds import UnusableCloudError, built_in, cloud_of_tenant, from_metadata, place_of
from pipeops_tui.core.model import CloudEndpoints

PRIVATE = {
    "name": "PrivateCloud",
    "portal": "https://portal.private.example/",
    "microsoftGraphResourceId": "https://graph.private.example/",
    "authentication": {
        "loginEndpoint": "https://login.private.example/",
        "audiences": ["https://management.private.example/", "https://other.example/"],
        "tenant": "common",
    },
}
PUBLIC = {
    "name": "AzureCloud",
    "portal": "https://portal.azure.com",
    "microsoftGraphResourceId": "https://graph.microsoft.com/",
    "authentication": {
        "loginEndpoint": "https://login.microsoftonline.com",
        "audiences": ["https://management.core.windows.net/", "https://management.azure.com/"],
    },
}


TABLE = {
    "AzureCloud": (
        "https://login.microsoftonline.com",
        "https://management.azure.com",
        "https://management.azure.com/.default",
        "https://graph.microsoft.com",
        "https://graph.microsoft.com/.default",
        "https://portal.azure.com",
    ),
    "AzureUSGovernment": (
        "https://login.microsoftonline.us",
        "https://management.usgovcloudapi.net",
        "https://management.core.usgovcloudapi.net/.default",
        "https://graph.microsoft.us",
        "https://graph.microsoft.us/.default",
        "https://portal.azure.us",
    ),
    "AzureChinaCloud": (
        "https://login.chinacloudapi.cn",
        "https://management.chinacloudapi.cn",
        "https://management.chinacloudapi.cn/.default",
        "https://microsoftgraph.chinacloudapi.cn",
        "https://microsoftgraph.chinacloudapi.cn/.default",
        "https://portal.azure.cn",
    ),
}
"""Authority, Resource Manager and its scope, Graph and its scope, portal: azure-cli, `cloud.py`; azure-mgmt-core,
`tools.get_arm_endpoints`."""


@pytest.mark.parametrize("name", TABLE)
def test_each_cloud_has_addresses_scopes_and_a_portal_of_its_own(name: str) -> None:
    assert built_in(name) == CloudEndpoints(name, *TABLE[name])


@pytest.mark.parametrize("cloud", TABLE)
@pytest.mark.parametrize("owner", TABLE)
def test_a_cloud_that_was_asked_for_outweighs_the_authority_of_another_one(cloud: str, owner: str) -> None:
    """No endpoint is ever mixed with those of another cloud."""
    assert built_in(cloud, TABLE[owner][0]) == built_in(cloud)
    assert built_in(None, TABLE[owner][0]) == built_in(owner)


@pytest.mark.parametrize("name", ["AzureCloud", "AzureUSGovernment", "AzureChinaCloud"])
def test_every_cloud_keeps_to_https_and_its_own_hosts(name: str) -> None:
    cloud = built_in(name.lower())
    assert cloud.name == name
    for url in (cloud.authority, cloud.resource_manager, cloud.graph, cloud.portal):
        assert url.startswith("https://")
        assert not url.endswith("/")
    assert cloud.graph_scope.startswith(cloud.graph)


def test_an_unknown_cloud_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnusableCloudError, match=r"AzureGermanCloud.*AzureChinaCloud"):
        built_in("AzureGermanCloud")


@pytest.mark.parametrize("host", ["login.microsoftonline.us", "https://login.microsoftonline.us/"])
def test_the_authority_in_the_environment_chooses_its_cloud(host: str) -> None:
    assert built_in(None, host).name == "AzureUSGovernment"


def test_a_second_host_of_a_cloud_s_authority_is_honoured() -> None:
    cloud = built_in("AzureChinaCloud", "login.partner.microsoftonline.cn")
    assert (cloud.name, cloud.authority) == ("AzureChinaCloud", "https://login.partner.microsoftonline.cn")


def test_a_strange_authority_in_the_environment_is_refused() -> None:
    with pytest.raises(UnusableCloudError, match=r"login\.example\.org"):
        built_in("AzureCloud", "https://login.example.org")


def test_a_custom_cloud_announces_its_endpoints() -> None:
    cloud = from_metadata("https://management.private.example/", PRIVATE)
    assert cloud.discovered
    assert cloud.name == "PrivateCloud"
    assert cloud.authority == "https://login.private.example"
    assert cloud.resource_manager == "https://management.private.example"
    assert cloud.resource_manager_scope == "https://management.private.example//.default"
    assert cloud.graph == "https://graph.private.example"
    assert cloud.graph_scope == "https://graph.private.example/.default"
    assert from_metadata("https://management.private.example", [PRIVATE]) == cloud


def test_the_public_cloud_may_be_discovered_too() -> None:
    assert from_metadata("https://management.azure.com", PUBLIC).graph == "https://graph.microsoft.com"


@pytest.mark.parametrize("resource_manager", ["https://evil.example", "https://management.azure.com.evil.example"])
def test_microsoft_s_sign_in_is_not_lent_to_other_addresses(resource_manager: str) -> None:
    """Otherwise a stranger's address could have people sign in for real and be sent their tokens."""
    with pytest.raises(UnusableCloudError, match="not an address of that cloud"):
        from_metadata(resource_manager, PUBLIC)


@pytest.mark.parametrize(
    "login",
    [
        "https://login.microsoftonline.com",
        "https://LOGIN.windows.net/",
        "https://login.microsoftonline.us:443",
        "https://login.microsoftonline.com./",
        "https://someone@login.microsoftonline.com",
    ],
)
def test_no_microsoft_authority_is_lent(login: str) -> None:
    document = {**PRIVATE, "authentication": {**PRIVATE["authentication"], "loginEndpoint": login}}  # type: ignore[dict-item]
    with pytest.raises(UnusableCloudError):
        from_metadata("https://management.private.example", document)


def test_microsoft_s_graph_is_not_lent_either() -> None:
    document = {**PUBLIC, "microsoftGraphResourceId": "https://graph.evil.example"}
    with pytest.raises(UnusableCloudError):
        from_metadata("https://management.azure.com", document)


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        "text",
        {},
        {**PRIVATE, "authentication": None},
        {**PRIVATE, "authentication": {"loginEndpoint": "https://l.example", "audiences": []}},
        {**PRIVATE, "authentication": {"loginEndpoint": "http://l.example", "audiences": ["https://a/"]}},
        {**PRIVATE, "microsoftGraphResourceId": None},
        {**PRIVATE, "microsoftGraphResourceId": "http://graph.example"},
        {**PRIVATE, "microsoftGraphResourceId": "https://someone@graph.example"},
        {**PRIVATE, "microsoftGraphResourceId": "https://graph.example/?to=elsewhere"},
    ],
)
def test_half_a_cloud_is_refused(document: object) -> None:
    with pytest.raises(UnusableCloudError):
        from_metadata("https://management.private.example", document)


def test_addresses_are_compared_by_host_and_port() -> None:
    assert same_place("https://Management.Azure.com/", "management.azure.com:443")
    assert not same_place("https://localhost:1", "https://localhost:2")
    assert not same_place("", "")
    assert place_of("https://localhost:8443/path") == "localhost:8443"


@pytest.mark.parametrize(
    ("used", "authority", "instance", "lives_in"),
    [
        ("AzureCloud", "", "microsoftonline.com", "AzureCloud"),
        ("AzureCloud", "", "", "AzureCloud"),
        ("AzureCloud", "", "microsoftonline.US", "AzureUSGovernment"),
        ("AzureCloud", "", "partner.microsoftonline.cn", "AzureChinaCloud"),
        ("AzureUSGovernment", "", "microsoftonline.us", "AzureUSGovernment"),
        ("AzureUSGovernment", "", "microsoftonline.com", "AzureCloud"),
        ("AzureChinaCloud", "", "chinacloudapi.cn", "AzureChinaCloud"),
        ("Contoso Stack", "https://login.microsoftonline.com", "microsoftonline.com", "Contoso Stack"),
        ("Contoso Stack", "https://login.contoso.example", "contoso.example", "Contoso Stack"),
        ("Contoso Stack", "https://login.contoso.example", "microsoftonline.us", "AzureUSGovernment"),
    ],
)
def test_a_tenant_lives_in_the_cloud_that_its_sign_in_names(
    used: str, authority: str, instance: str, lives_in: str
) -> None:
    known = built_in(None if authority else used)
    endpoints = replace(known, name=used, authority=authority or known.authority, discovered=bool(authority))
    assert cloud_of_tenant(instance, endpoints) == lives_in
