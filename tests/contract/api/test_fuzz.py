"""The whole API against its own OpenAPI document: no server error, no answer that the document does not know.

In the suite a few examples each, the same every time. A longer run: ``scripts/fuzz_api 200 [SEED]``.
"""

import os
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.support.api import Folders, folders
from tests.support.database import mongo_server
from tests.support.fuzzing import CALLERS, operations, read_schema, try_operation
from tests.support.route_table import TABLE
from tests.support.world import World, lasting_world

__all__ = ["folders", "mongo_server"]

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "6"))
SEED = int(os.environ.get("FUZZ_SEED", "20261121"))
ROWS = {row.operation: row for row in TABLE}


@pytest.fixture(scope="module")
def world(mongo_server: str, folders: Folders) -> Iterator[World]:
    with lasting_world(mongo_server, folders, "fuzz") as made:
        yield made


@pytest.mark.parametrize("caller", CALLERS)
def test_no_operation_breaks_its_contract(world: World, caller: str) -> None:
    wrong: list[str] = []
    statuses: Counter[int] = Counter()
    for operation in operations(read_schema(world)):
        row = ROWS[operation.label]
        is_welcome = row.public is not None or caller in row.answers
        found = try_operation(world, operation, caller, EXAMPLES if is_welcome else 2, SEED)
        wrong += found.wrong
        statuses += found.statuses
    assert not wrong, "\n".join([f"{len(wrong)} breaks", *wrong[:20]])
    assert statuses[401 if caller == "anonymous" else 200] > 0, statuses


def test_every_operation_of_the_document_is_tried(world: World) -> None:
    assert {operation.label for operation in operations(read_schema(world))} == set(ROWS)
