"""A program called `az` that answers as the Azure CLI does, with tokens from the simulated Azure."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pipeops_tui.simulator import RunningSimulator

PROGRAM = """#!{python}
import json, ssl, sys, time, urllib.parse, urllib.request
facts = json.load(open({facts!r}))
arguments = sys.argv[1:]
with open({calls!r}, "a") as calls:
    print(json.dumps(arguments), file=calls)
time.sleep(facts.get("seconds", 0))
def option(name):
    return arguments[arguments.index(name) + 1] if name in arguments else ""
if arguments[:2] in (["account", "show"], ["cloud", "show"]):
    answer = facts.get(" ".join(arguments[:2]))
    if answer is None:
        sys.exit("ERROR: Please run 'az login' to setup account.")
    print(answer if isinstance(answer, str) else json.dumps(answer))
    sys.exit()
if facts.get("refusal"):
    sys.exit(facts["refusal"])
body = dict(facts["owner"], grant_type="client_credentials", scope=option("--resource") + "/.default")
tenant = option("--tenant") or facts["tenant"]
request = urllib.request.Request(
    facts["authority"] + "/" + tenant + "/oauth2/v2.0/token", urllib.parse.urlencode(body).encode())
with urllib.request.urlopen(request, context=ssl.create_default_context(cafile=facts["ca"])) as reply:
    token = json.load(reply)
answer = {{"accessToken": token["access_token"], "expires_on": int(time.time()) + 3600, "tokenType": "Bearer"}}
print(json.dumps(answer))
"""


class FakeCli:
    """`az` on the PATH; `facts` is what it knows, `calls` what it was asked."""

    def __init__(self, folder: Path, azure: RunningSimulator) -> None:
        self._facts_file, self._calls_file = folder / "facts.json", folder / "calls.jsonl"
        told = azure.announcement
        self.tenant_id = str(told["tenant_id"])
        self.facts: dict[str, object] = {
            "owner": told["owner"],
            "tenant": self.tenant_id,
            "authority": azure.base_url,
            "ca": str(azure.ca_file),
            "account show": {
                "environmentName": "SimulatedCloud",
                "tenantId": self.tenant_id,
                "user": {"name": "you@contoso.com", "type": "user"},
            },
            "cloud show": {
                "name": "SimulatedCloud",
                "endpoints": {
                    "resourceManager": azure.base_url,
                    "activeDirectory": azure.base_url,
                    "microsoftGraphResourceId": f"{azure.base_url}/",
                },
            },
        }
        program = folder / "az"
        program.write_text(
            PROGRAM.format(python=sys.executable, facts=str(self._facts_file), calls=str(self._calls_file))
        )
        program.chmod(0o755)
        self.save()

    def save(self) -> None:
        self._facts_file.write_text(json.dumps(self.facts))

    def learn(self, **facts: object) -> None:
        """Change what it knows."""
        self.facts |= facts
        self.save()

    @property
    def calls(self) -> list[list[str]]:
        if not self._calls_file.exists():
            return []
        return [json.loads(line) for line in self._calls_file.read_text().splitlines()]

    def token_calls(self) -> list[list[str]]:
        return [call for call in self.calls if call[1] == "get-access-token"]
