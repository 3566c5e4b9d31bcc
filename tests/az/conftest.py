"""One simulated Azure for all tests with the real Azure CLI; a configuration folder for each test."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.az.azure_cli import AzureCli, Simulated, find_az

NewCli = Callable[[], AzureCli]


@pytest.fixture(scope="session")
def simulated() -> Iterator[Simulated]:
    """The plain world."""
    with Simulated() as running:
        yield running


@pytest.fixture(scope="session")
def prepared(simulated: Simulated, tmp_path_factory: pytest.TempPathFactory) -> AzureCli:
    """A CLI that knows the cloud and is signed in as the owner; its folder is copied, never used."""
    cli = AzureCli(find_az(), simulated, tmp_path_factory.mktemp("azure"))
    cli.use_simulated_cloud()
    cli.sign_in()
    return cli


@pytest.fixture
def new_cli(prepared: AzureCli, tmp_path: Path) -> NewCli:
    """Makes further CLIs, each signed in as the owner in a folder of its own."""
    numbers = count(1)

    def make() -> AzureCli:
        folder = tmp_path / f"azure-{next(numbers)}"
        shutil.copytree(prepared.config, folder)
        return AzureCli(prepared.program, prepared.simulated, folder)

    return make


@pytest.fixture
def az(new_cli: NewCli) -> AzureCli:
    """The CLI, signed in as the owner."""
    return new_cli()


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """A name nothing else has in this world."""
    return "az-" + re.sub(r"\W|_", "-", request.node.nodeid.partition("::")[2])[-70:]
