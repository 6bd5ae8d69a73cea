"""The sandbox of the gateways and a stand-in for the city's notice address, over real HTTP on free ports."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.gateway_town import Town, open_town


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with open_town(tmp_path) as opened:
        yield opened
