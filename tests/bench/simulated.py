"""A simulated Azure in a process of its own, and its controls."""

from __future__ import annotations

import json
import ssl
import subprocess
import urllib.parse
import urllib.request
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from tests.bench.environment import clean
from tests.bench.figures import Options
from tests.bench.programs import pipeops

_SECONDS_TO_START = 60
_SIZES = "listSkus"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that the simulated Azure has answered."""

    operation: str
    method: str
    path: str
    query: str
    status: int
    caller: str | None


class SimulatedAzure:
    """`pipeops-tui simulate`, started and announced. Leaving the context stops it."""

    def __init__(self, options: Options, *, latency_ms: int = 0, scenario: str = "happy") -> None:
        self._process = subprocess.Popen(
            pipeops("simulate", "--scenario", scenario, "--latency-ms", str(latency_ms)),
            env=clean(options),
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        announced = json.loads(self._process.stdout.readline())
        self.url: str = announced["base_url"]
        self.graph: str = announced["graph"]
        self.ca_file: str = announced["ca_file"]
        self.tenant_id: str = announced["tenant_id"]
        self.subscription_id: str = announced["subscription_id"]
        self.client_id: str = announced["owner"]["client_id"]
        self.client_secret: str = announced["owner"]["client_secret"]
        self.pid = self._process.pid
        self.tls = ssl.create_default_context(cafile=self.ca_file)
        # The machine's proxy, if it has one, leads away from here.
        self._http = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=self.tls)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.communicate(timeout=_SECONDS_TO_START)

    def approve(self, user_code: str) -> None:
        """Sign the default person in for a device code."""
        self._call("/_simulator/device-login", json.dumps({"user_code": user_code}).encode(), "application/json")

    def requests(self) -> list[Asked]:
        """Everything asked so far but controls, the oldest first."""
        asked = self._call("/_simulator/requests")
        return [
            Asked(**{name: each[name] for name in Asked.__slots__})
            for each in asked
            if "/_simulator/" not in each["path"]
        ]

    def enlarge_sizes(self, region: str, size: int) -> None:
        """Answer each question for the sizes of machines with those of `region`, again and again up to `size` bytes of
        JSON."""
        query = urllib.parse.urlencode({"api-version": "2021-07-01", "$filter": f"location eq '{region}'"})
        url = f"{self.url}/subscriptions/{self.subscription_id}/providers/Microsoft.Compute/skus?{query}"
        bearer = {"Authorization": f"Bearer {self.token(f'{self.url}/.default')}"}
        with self._http.open(urllib.request.Request(url, headers=bearer), timeout=_SECONDS_TO_START) as answer:
            text = answer.read()
        values = json.loads(text)["value"] * (size // len(text) + 1)
        fault = {"fault": f"{_SIZES}@*:answer", "status": 200, "body": {"value": values}}
        self._call("/_simulator/faults", json.dumps(fault).encode(), "application/json")

    @property
    def sizes_sent(self) -> int:
        """How often the sizes of machines were asked for."""
        return sum(asked.operation == _SIZES for asked in self.requests())

    def token(self, scope: str) -> str:
        """An access token of the owner."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "scope": scope,
        }
        answer = self._call(f"/{self.tenant_id}/oauth2/v2.0/token", urllib.parse.urlencode(form).encode())
        return str(answer["access_token"])

    def _call(self, path: str, body: bytes | None = None, kind: str = "application/x-www-form-urlencoded") -> Any:
        request = urllib.request.Request(self.url + path, body, {"Content-Type": kind})
        with self._http.open(request, timeout=_SECONDS_TO_START) as answer:
            return json.load(answer)
