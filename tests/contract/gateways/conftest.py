"""The sandbox of the gateways and a stand-in for the city's notice address, over real HTTP on free ports."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.api import folders
from tests.support.database import database, module_database, mongo_server
from tests.support.gateway_town import Town, open_town

__all__ = ["database", "folders", "module_database", "mongo_server"]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with open_town(tmp_path) as opened:
        yield opened
