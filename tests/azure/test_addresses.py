"""Addresses of clouds are read in one way only, and no cloud can have Microsoft sign people in for itself."""

from __future__ import annotations

import pytest

from pipeops_tui.azure.addresses import BadAddressError, read_address, same_place, signs_people_in
from pipeops_tui.azure.clouds import UnusableCloudError, built_in, from_metadata
from tests.azure.test_clouds import PRIVATE

MANAGER = "https://management.private.example"
READ_IN_TWO_WAYS = (
    "https://login%2emicrosoftonline.com",
    "https://login.microsoftonline.com%00.private.example",
    "https://local%68ost",
    "https://login。microsoftonline。com",
    "https://login．microsoftonline．com",
    "https://ｌogin.microsoftonline.com",
    "https://login.mıcrosoftonline.com",
    "https://xn--lgin-0qa.microsoftonline.com",
    "https://xn--microsoftonline.com",
    "https://login.microsoftonline.com.",
    "https://login.microsoftonline.com../",
    "https://login..microsoftonline.com",
    "https://someone@login.microsoftonline.com",
    "https://login.private.example@login.microsoftonline.com",
    "https://login.private.example:443@login.microsoftonline.com",
    "https://login.microsoftonline.com\\.private.example",
    "https://login.private.example\\@login.microsoftonline.com",
    "https://login.micro\tsoftonline.com",
    "https://login.micro\nsoftonline.com",
    "\thttps://login.microsoftonline.com",
    " https://login.private.example",
    "https:\\\\login.microsoftonline.com",
    "https:///login.microsoftonline.com",
    "https://[::ffff:20.190.128.1]",
    "https://20.190.128.1",
    "https://0x14be8001",
    "https://348028929",
    "https://024.0276.0200.01",
    "https://20.12484609",
    "https://20.190.128.1.",
    "https://login.private.example:0",
    "https://login.private.example:99999",
    "https://login.private.example:",
    "https://-login.private.example",
    "https://login_.private.example",
    "https://login.private.example?to=x",
    "https://login.private.example#x",
    "http://login.private.example",
    "//login.private.example",
    "",
)
MICROSOFT_S = (
    "https://device.login.microsoftonline.com",
    "https://clientconfig.microsoftonline-p.net.login.microsoftonline.com",
    "https://westeurope.login.microsoft.com",
    "https://login.microsoft.com",
    "https://microsoft.com/devicelogin",
    "https://login.live.com",
    "https://account.live.com",
    "https://LOGIN.Windows.Net",
    "https://sts.windows.net",
    "https://login.microsoftonline.us:443",
    "https://login.microsoftonline.us:8443",
    "https://login.partner.microsoftonline.cn",
    "https://login-us.microsoftonline.com",
    "https://login.usgovcloudapi.net",
    "https://login.chinacloudapi.cn",
    "https://login.microsoftonline.de",
    "https://login.sovcloud-identity.sg",
    "https://contoso.b2clogin.com",
    "https://contoso.ciamlogin.com",
)


def announced(**changes: object) -> dict[str, object]:
    """What a private cloud says of itself, with another sign-in or Graph address."""
    document: dict[str, object] = {**PRIVATE}
    if "login" in changes:
        document["authentication"] = {"loginEndpoint": changes["login"], "audiences": ["https://a.example/"]}
    if "graph" in changes:
        document["microsoftGraphResourceId"] = changes["graph"]
    return document


@pytest.mark.parametrize("login", READ_IN_TWO_WAYS + MICROSOFT_S)
def test_no_spelling_of_a_sign_in_address_lures_a_token_away(login: str) -> None:
    with pytest.raises(UnusableCloudError):
        from_metadata(MANAGER, announced(login=login))


@pytest.mark.parametrize("address", READ_IN_TWO_WAYS)
def test_what_can_be_read_in_two_ways_is_no_address_of_a_resource_manager_or_graph_either(address: str) -> None:
    with pytest.raises(UnusableCloudError):
        from_metadata(address, PRIVATE)
    with pytest.raises(UnusableCloudError):
        from_metadata(MANAGER, announced(graph=address))


@pytest.mark.parametrize("host", ["management.azure.com", "graph.microsoft.com", "management.usgovcloudapi.net"])
def test_a_port_on_a_host_of_microsoft_s_is_refused(host: str) -> None:
    with pytest.raises(UnusableCloudError, match="no port of their own"):
        from_metadata(f"https://{host}:8443", PRIVATE)
    with pytest.raises(UnusableCloudError, match="no port of their own"):
        from_metadata(MANAGER, announced(graph=f"https://{host}:8443"))


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://Login.Private.Example/", "https://login.private.example"),
        ("https://login.private.example/ADFS/", "https://login.private.example/ADFS"),
        ("https://login.private.example:443", "https://login.private.example"),
        ("https://management.private.example:30024", "https://management.private.example:30024"),
        ("https://localhost:8443", "https://localhost:8443"),
        ("https://127.0.0.1:8443", "https://127.0.0.1:8443"),
        ("https://[::1]:8443", "https://[::1]:8443"),
        ("https://microsoftonline.com.private.example", "https://microsoftonline.com.private.example"),
        ("https://notmicrosoftonline.com", "https://notmicrosoftonline.com"),
    ],
)
def test_an_address_is_always_written_in_the_same_way(text: str, url: str) -> None:
    assert read_address(text).url == url
    cloud = from_metadata(text, announced(login=text, graph=text))
    assert (cloud.authority, cloud.resource_manager, cloud.graph) == (url, url, url)


@pytest.mark.parametrize("name", ["AzureCloud", "AzureUSGovernment", "AzureChinaCloud"])
def test_every_cloud_signs_in_where_microsoft_does(name: str) -> None:
    assert signs_people_in(read_address(built_in(name).authority).host)
    assert not signs_people_in("login.private.example")


@pytest.mark.parametrize(
    "portal", ["javascript:alert(1)", "file:///etc/passwd", "http://portal.example", "https://a@b"]
)
def test_a_portal_that_is_no_plain_address_is_left_out(portal: str) -> None:
    assert from_metadata(MANAGER, {**PRIVATE, "portal": portal}).portal == ""


@pytest.mark.parametrize(
    "text", ["login%2emicrosoftonline.us", "login.microsoftonline.us.", "a@login.microsoftonline.us"]
)
def test_the_environment_s_authority_is_read_as_strictly(text: str) -> None:
    with pytest.raises(UnusableCloudError, match="AZURE_AUTHORITY_HOST"):
        built_in(None, text)
    assert not same_place(text, "login.microsoftonline.us")


def test_a_bad_address_says_why() -> None:
    with pytest.raises(BadAddressError, match="IP address"):
        read_address("https://2130706433")
    with pytest.raises(BadAddressError, match="another script"):
        read_address("https://xn--80ak6aa92e.example")
