"""A program called `az` that answers as the Azure CLI does, with tokens from the simulated Azure."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pipeops_tui.simulator import RunningSimulator

PROGRAM = """#!{python}
import base64, json, os, ssl, subprocess, sys, time, urllib.error, urllib.parse, urllib.request
facts = json.load(open({facts!r}))
arguments = sys.argv[1:]
with open({calls!r}, "a") as calls:
    print(json.dumps(arguments), file=calls)
time.sleep(facts.get("seconds", 0))
if "leaves behind" in facts:
    subprocess.Popen(facts["leaves behind"])
session = {session!r}
public_client = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
def option(name):
    return arguments[arguments.index(name) + 1] if name in arguments else ""
def show(answer):
    print(facts.get("before", "") + answer + facts.get("behind", ""))
def post(tenant, endpoint, **form):
    request = urllib.request.Request(
        facts["authority"] + "/" + tenant + "/oauth2/v2.0/" + endpoint, urllib.parse.urlencode(form).encode())
    try:
        with urllib.request.urlopen(request, context=ssl.create_default_context(cafile=facts["ca"])) as reply:
            return json.load(reply)
    except urllib.error.HTTPError as refused:
        sys.exit("ERROR: " + json.load(refused)["error_description"])
if arguments[:2] in (["account", "show"], ["cloud", "show"]):
    answer = facts.get(" ".join(arguments[:2]))
    if answer is None:
        sys.exit("ERROR: Please run 'az login' to setup account.")
    show(answer if isinstance(answer, str) else json.dumps(answer))
    sys.exit()
if facts.get("refusal"):
    sys.exit(facts["refusal"])
if arguments[:1] == ["login"]:
    tenant = option("--tenant") or "organizations"
    claims = base64.b64decode(option("--claims-challenge")).decode()
    who = dict(client_id=public_client, claims=claims)
    code = post(tenant, "devicecode", scope=option("--scope") + " offline_access", **who)
    grant = "urn:ietf:params:oauth:grant-type:device_code"
    tokens = post(tenant, "token", grant_type=grant, device_code=code["device_code"], **who)
    with open(session, "w") as kept:
        kept.write(tokens["refresh_token"])
    sys.exit()
resource = option("--resource") + "/.default"
if facts.get("one tenant") and option("--tenant"):
    sys.exit("ERROR: Tenant shouldn't be specified for " + facts["one tenant"] + " account")
if facts.get("slow for", "") in resource:
    time.sleep(facts.get("token seconds", 0))
tenant = option("--tenant") or facts["tenant"]
if os.path.exists(session) and not facts.get("as owner"):
    refresh_token = open(session).read()
    token = post(tenant, "token", grant_type="refresh_token", client_id=public_client, refresh_token=refresh_token,
                 scope=resource)
else:
    token = post(tenant, "token", grant_type="client_credentials", scope=resource, **facts["owner"])
expires = int(time.time()) + facts.get("expires in", 3600)
answer = {{"accessToken": token["access_token"], "expires_on": expires, "tokenType": "Bearer"}}
show(json.dumps(answer))
"""


class FakeCli:
    """`az` on the PATH; `facts` is what it knows, `calls` what it was asked. It is signed in as the simulated Azure's
    owner, a service principal, until `az login` has signed the simulated person in."""

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
                    "microsoftGraphResourceId": f"{told['graph']}/",
                },
            },
        }
        program = folder / "az"
        paths = {"facts": self._facts_file, "calls": self._calls_file, "session": folder / "session"}
        program.write_text(PROGRAM.format(python=sys.executable, **{name: str(path) for name, path in paths.items()}))
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
