"""What an administrator does by hand with connections, half a year after they were made."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from pipeops_tui.cli import main
from pipeops_tui.core.marks import APPLICATION_TAG
from pipeops_tui.simulator import PreparedConnection, RunningSimulator, SimulatorConfig, start_simulator
from tests.az.azure_cli import AzureCli, Simulated, find_az

pytestmark = pytest.mark.az
_Prepared = dict[str, PreparedConnection]


class _InProcess:
    """A simulated Azure of this process, with the parts that the Azure CLI is pointed at."""

    def __init__(self, azure: RunningSimulator) -> None:
        self.base_url, self.graph, self.ca_file = azure.base_url, azure.graph, str(azure.ca_file)
        self.tenant = str(azure.announcement["tenant_id"])


@pytest.fixture
def later() -> Iterator[RunningSimulator]:
    config = SimulatorConfig(scenario="six-months-later", auto_approve_device_codes=True)
    with start_simulator(config) as running:
        yield running


@pytest.fixture
def az(later: RunningSimulator, tmp_path_factory: pytest.TempPathFactory) -> AzureCli:
    """The CLI, signed in as the person."""
    folder: Path = tmp_path_factory.mktemp("azure")
    cli = AzureCli(find_az(), cast("Simulated", _InProcess(later)), folder)
    cli.use_simulated_cloud()
    cli.run("login", "--use-device-code", "--tenant", cli.simulated.tenant)
    return cli


@pytest.fixture
def prepared(later: RunningSimulator) -> _Prepared:
    return {one.kind: one for one in later.prepared()}


def test_applications_are_listed_by_tag_and_by_owner(az: AzureCli, prepared: _Prepared) -> None:
    listed = az.run("ad", "app", "list", "--filter", f"tags/any(t:t eq '{APPLICATION_TAG}')")
    assert {item["appId"] for item in listed} == {one.client_id for one in prepared.values() if one.kind != "deleted"}
    assert [item["displayName"] for item in az.run("ad", "app", "list", "--show-mine")] == ["Contoso Website"]


def test_an_owner_is_added_and_then_sees_the_application_as_theirs(az: AzureCli, prepared: _Prepared) -> None:
    app_id = prepared["works"].client_id
    me = az.run("ad", "signed-in-user", "show")["id"]
    for _ in range(2):
        az.run("ad", "app", "owner", "add", "--id", app_id, "--owner-object-id", me)
    owners = az.run("ad", "app", "owner", "list", "--id", app_id)
    assert [owner["userPrincipalName"] for owner in owners] == ["robin@contoso.com", "you@contoso.com"]
    assert app_id in [item["appId"] for item in az.run("ad", "app", "list", "--show-mine")]


def test_the_old_one_of_two_secrets_is_removed(az: AzureCli, prepared: _Prepared) -> None:
    one = prepared["two-secrets"]
    listed = az.run("ad", "app", "credential", "list", "--id", one.client_id)
    assert [item["keyId"] for item in listed] == [secret.key_id for secret in one.secrets]
    assert all(len(item["hint"]) == 3 and item["secretText"] is None for item in listed)
    old, new = listed
    az.run("ad", "app", "credential", "delete", "--id", one.client_id, "--key-id", old["keyId"])
    left = az.run("ad", "app", "credential", "list", "--id", one.client_id)
    assert [item["keyId"] for item in left] == [new["keyId"]]
    az.error("ad", "app", "credential", "delete", "--id", one.client_id, "--key-id", old["keyId"])


def test_what_is_in_a_group_and_in_its_cluster_s(az: AzureCli, prepared: _Prepared) -> None:
    one = prepared["in-use"]
    where = ("--subscription", one.subscription_id)
    names = {item["name"] for item in az.run("resource", "list", "-g", one.group_name, *where)}
    assert names == {"pipeops-cluster", "pipeops-network", "pipeopsbackups"}
    (cluster,) = az.run("aks", "list", "-g", one.group_name, *where)
    assert len(az.run("resource", "list", "-g", cluster["nodeResourceGroup"], *where)) == 3


def test_a_deleted_application_is_restored(az: AzureCli, prepared: _Prepared) -> None:
    one, graph = prepared["deleted"], f"{az.simulated.graph}/v1.0/directory/deletedItems"
    az.error("ad", "app", "show", "--id", one.client_id)
    sent = ("--resource", az.simulated.graph)
    listed = az.run("rest", "--method", "get", "--url", f"{graph}/microsoft.graph.application", *sent)
    assert [item["id"] for item in listed["value"]] == [one.object_id]
    az.run("rest", "--method", "post", "--url", f"{graph}/{one.object_id}/restore", *sent)
    assert az.run("ad", "app", "show", "--id", one.client_id)["id"] == one.object_id
    az.error("ad", "sp", "show", "--id", one.client_id)
    az.run("rest", "--method", "post", "--url", f"{graph}/{one.principal_id}/restore", *sent)
    assert az.run("ad", "sp", "show", "--id", one.client_id)["id"] == one.principal_id


def test_a_script_renews_with_the_session_of_az_and_az_signs_in_with_the_new_secret(
    az: AzureCli, later: RunningSimulator, prepared: _Prepared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, taken = prepared["expires-soon"], tmp_path / "taken"
    for name in ("AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_CLIENT_SECRET"):
        monkeypatch.delenv(name, raising=False)
    for name, value in az.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PATH", str(az.program.parent), prepend=":")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    where = ["--resource-manager", later.base_url, "--ca-file", str(later.ca_file)]
    assert main(["renew", one.client_id, "--yes", "--auth", "azure-cli", "--secret-to", f"tee {taken}", *where]) == 0
    keys = [key["keyId"] for key in az.run("ad", "app", "credential", "list", "--id", one.client_id)]
    assert keys[0] == one.secrets[0].key_id
    assert len(keys) == 2
    az.sign_in(one.client_id, taken.read_text())


def test_the_list_signs_in_with_the_account_of_the_cli(
    az: AzureCli, later: RunningSimulator, prepared: _Prepared, tmp_path: Path
) -> None:
    program = [sys.executable, "-m", "pipeops_tui", "list", "--check", "--output", "json"]
    where = ["--resource-manager", later.base_url, "--ca-file", str(later.ca_file), "--auth", "azure-cli"]
    environment = az.environment() | {
        "PATH": f"{az.program.parent}{os.pathsep}{os.environ['PATH']}",
        "XDG_STATE_HOME": str(tmp_path),
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
    }
    done = subprocess.run([*program, *where], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 4, done.stderr
    states = {row["client_id"]: row["state"] for row in json.loads(done.stdout)}
    assert {kind: states.get(prepared[kind].client_id) for kind in ("expires-soon", "expired", "in-use")} == {
        "expires-soon": "expires-soon",
        "expired": "expired",
        "in-use": "works",
    }
