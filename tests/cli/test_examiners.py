"""Questions about pasted values reach Azure through the connectors that start late."""

from __future__ import annotations

from pathlib import Path

from pipeops_tui.cli.launch import LazyConnector, azure_connector
from pipeops_tui.core.ports import Connector
from pipeops_tui.core.secret import Secret
from pipeops_tui.core.settings import Settings
from pipeops_tui.simulator import SimulatorConfig, start_simulator
from tests.azure.conftest import connector_for

NOBODY = "00000000-0000-4000-8000-000000000000"


async def test_the_demo_starts_with_the_first_question(tmp_path: Path) -> None:
    connector: Connector = azure_connector(Settings(demo="happy"), tmp_path)
    try:
        examiner = await connector.examiner()
        place = await examiner.tenant("contoso.com")
        assert place is not None
        assert place.cloud == (await connector.prepare()).name
        assert await examiner.tenant_of_subscription(NOBODY) is None
    finally:
        await connector.close()


async def test_a_lazy_connector_is_made_by_the_first_question_and_closed_with_what_signed_in() -> None:
    made: list[Connector] = []
    with start_simulator(SimulatorConfig()) as azure:

        def make() -> Connector:
            made.append(connector_for(azure))
            return made[-1]

        connector = LazyConnector(make)
        assert made == []
        examiner = await connector.examiner()
        told = azure.announcement
        owner: dict[str, str] = told["owner"]  # type: ignore[assignment]
        application = await examiner.sign_in(str(told["tenant_id"]), owner["client_id"], Secret(owner["client_secret"]))
        assert await application.visible_groups()
        assert len(made) == 1
        await connector.close()
