"""Doctor in a real terminal, as a person meets it who has only the README."""

from __future__ import annotations

import sys
from pathlib import Path

from pipeops_tui.simulator import RunningSimulator
from tests.support.terminal import Terminal


def test_what_is_wrong_with_the_example_of_the_demo_is_found_and_put_right(tmp_path: Path) -> None:
    argv = [str(Path(sys.executable).with_name("pipeops-tui")), "doctor", "--demo"]
    environment = {"XDG_STATE_HOME": str(tmp_path), "SSH_CONNECTION": "1 2 3 4"}
    with Terminal(argv, columns=100, lines=36, env=environment) as terminal:
        terminal.wait_for("Why does PipeOps say no", "Use an example")
        terminal.press("tab", "enter")
        terminal.wait_for(r"data-r\n", "All five are there")
        terminal.press("enter")
        screen = terminal.wait_for("The resource group is called data-rg", "✗ Not yet", "Use the right ones")
        assert "Tenant ID and Client ID" in screen
        terminal.press("enter")
        terminal.wait_for(r"data-rg\n", "✓ These five work from here")
        terminal.press("ctrl+q")
        assert terminal.wait_exit() == 0


def test_the_secret_is_nowhere_but_in_the_sign_in(azure: RunningSimulator, tmp_path: Path) -> None:
    told = azure.announcement
    owner: dict[str, str] = told["owner"]  # type: ignore[assignment]
    secret, log = owner["client_secret"], tmp_path / "requests.log"
    values = (
        f"Tenant ID: {told['tenant_id']}\nSubscription ID: {told['subscription_id']}\n"
        f"Client Secret: {secret}\nClient ID: {owner['client_id']}\nResource Group Name: data-rg\n"
    )
    argv = [str(Path(sys.executable).with_name("pipeops-tui")), "doctor", "--log-file", str(log)]
    argv += ["--resource-manager", azure.base_url, "--ca-file", str(azure.ca_file)]
    environment = {"XDG_STATE_HOME": str(tmp_path / "state"), "SSH_CONNECTION": "1 2 3 4"}
    with Terminal(argv, env=environment) as terminal:
        terminal.wait_for("Why does PipeOps say no")
        terminal.send(f"\x1b[200~{values}\x1b[201~".encode())
        terminal.wait_for("All five are there")
        terminal.press("enter")
        terminal.wait_for("✓ These five work from here")
        terminal.press("ctrl+q")
        assert terminal.wait_exit() == 0
        assert secret.encode() not in terminal.written
    assert "/token" in log.read_text()
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in kept if secret.encode() in path.read_bytes()]
    requests = azure.requests()
    assert secret not in repr(requests)
