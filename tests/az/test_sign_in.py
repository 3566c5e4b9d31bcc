"""`az login` and `az account`."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.az.azure_cli import AzureCli, Simulated, find_az
from tests.az.conftest import NewCli

pytestmark = pytest.mark.az


@pytest.fixture
def signed_out(new_cli: NewCli) -> AzureCli:
    cli = new_cli()
    cli.run("account", "clear")
    return cli


def shown_code(cli: AzureCli, waiting: subprocess.Popen[str]) -> str:
    """The code that a waiting sign-in shows."""
    assert waiting.stderr is not None
    for line in waiting.stderr:
        if found := re.search(r"open the page (\S+) and enter the code (\S+) to authenticate", line):
            assert found[1] == f"{cli.simulated.base_url}/devicelogin"
            return found[2]
    raise AssertionError("az login showed no code")


class TestDeviceCode:
    def test_it_waits_for_approval_and_finds_every_tenant(self, signed_out: AzureCli) -> None:
        az = signed_out
        waiting = az.start("login", "--use-device-code")
        az.simulated.control("device-login", {"user_code": shown_code(az, waiting)})
        _, said = waiting.communicate(timeout=120)
        assert waiting.returncode == 0, said
        subscriptions = az.run("account", "list", "--all")
        assert len(subscriptions) == 14
        assert {item["user"]["name"] for item in subscriptions} == {"you@contoso.com"}
        assert len({item["tenantId"] for item in subscriptions}) == 3
        assert [item["name"] for item in subscriptions if item["state"] == "Disabled"] == ["Payroll"]
        assert az.run("account", "show")["id"] == az.simulated.subscription
        assert az.run("ad", "signed-in-user", "show")["userPrincipalName"] == "you@contoso.com"

    def test_declined_it_says_so(self, signed_out: AzureCli) -> None:
        az = signed_out
        waiting = az.start("login", "--use-device-code")
        az.simulated.control("device-login", {"user_code": shown_code(az, waiting), "decline": True})
        _, said = waiting.communicate(timeout=120)
        assert waiting.returncode != 0
        assert "AADSTS70019: The user declined" in said


class TestServicePrincipal:
    def test_it_sees_its_subscription(self, signed_out: AzureCli) -> None:
        simulated = signed_out.simulated
        (only,) = signed_out.sign_in()
        assert only["id"] == simulated.subscription
        assert only["tenantId"] == only["homeTenantId"] == simulated.tenant
        assert only["user"] == {"name": simulated.client_id, "type": "servicePrincipal"}
        assert signed_out.error("ad", "signed-in-user", "show").startswith("/me request is only valid with delegated")

    def test_a_wrong_secret_is_named(self, signed_out: AzureCli) -> None:
        simulated = signed_out.simulated
        who = ("--service-principal", "--username", simulated.client_id, "--password=wrong")
        said = signed_out.error("login", *who, "--tenant", simulated.tenant)
        assert said.startswith("AADSTS7000215: Invalid client secret provided. Ensure the secret being sent")
        assert f"app '{simulated.client_id}'" in said
        assert re.search(r"Trace ID: [0-9a-f-]{36} Correlation ID: [0-9a-f-]{36} Timestamp: \d{4}-\d\d-\d\d ", said)

    def test_an_unknown_application_is_named(self, signed_out: AzureCli) -> None:
        unknown = "5d6a1e0c-5f8e-4a44-9e0f-2f7f6f0a0b0c"
        who = ("--service-principal", "--username", unknown, "--password=any")
        said = signed_out.error("login", *who, "--tenant", signed_out.simulated.tenant)
        assert said.startswith(f"AADSTS700016: Application with identifier '{unknown}' was not found in the directory")

    def test_an_unknown_tenant_is_named(self, signed_out: AzureCli) -> None:
        who = ("--service-principal", "--username", signed_out.simulated.client_id, "--password=any")
        said = signed_out.error("login", *who, "--tenant", "nowhere.example")
        assert "AADSTS90002" in said or "nowhere.example" in said

    def test_an_expired_secret_is_named(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        with Simulated("--seed", "7") as own:
            az = AzureCli(find_az(), own, tmp_path_factory.mktemp("azure"))
            az.use_simulated_cloud()
            own.control("clock", {"advance_s": 3 * 365 * 86_400})
            who = ("--service-principal", "--username", own.client_id, f"--password={own.client_secret}")
            said = az.error("login", *who, "--tenant", own.tenant)
        assert said.startswith("AADSTS7000222: The provided client secret keys for app")


class TestAccount:
    def test_the_locations_are_all_there(self, az: AzureCli) -> None:
        locations = az.run("account", "list-locations")
        assert len(locations) == 102
        west = next(item for item in locations if item["name"] == "westeurope")
        assert west["regionalDisplayName"] == "(Europe) West Europe"
        assert west["metadata"]["pairedRegion"][0]["name"] == "northeurope"
        assert {item["metadata"]["regionType"] for item in locations} == {"Physical", "Logical"}

    def test_an_unknown_subscription_is_not_set(self, az: AzureCli) -> None:
        assert "doesn't exist in cloud 'simulated'" in az.error("account", "set", "--subscription", "Nowhere")
        assert az.run("account", "show")["name"] == "Pay-As-You-Go"

    def test_tokens_are_handed_on(self, az: AzureCli) -> None:
        token = az.run("account", "get-access-token")
        assert token["tenant"] == az.simulated.tenant
        assert token["subscription"] == az.simulated.subscription
