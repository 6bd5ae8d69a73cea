"""Other people's test data, which is not part of the project: where it lies, and what happens without it.

The setting CONGDAN_TEST_VECTORS names the folder (default: ../shared/vectors beside the repository). With CI=true its
absence is a failure. On a stranger's clone these tests are skipped, each counted and named by pytest's summary: the one
permitted skip of the project, because the data has licences of its own and the project proves its rules by its own
tests anyway.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def vectors() -> Callable[[str], Any]:
    """Reads a JSON file of the folder; of a path that ends in / the sorted names of the files there."""
    folder = (ROOT / os.environ.get("CONGDAN_TEST_VECTORS", "../shared/vectors")).resolve()  # a setting of tests
    if not folder.is_dir():
        message = f"CONGDAN_TEST_VECTORS: no folder {folder.name}"
        if os.environ.get("CI") == "true":  # a setting of tests
            pytest.fail(message)
        pytest.skip(message)

    def read(path: str) -> Any:
        if path.endswith("/"):
            return sorted(file.name for file in (folder / path).iterdir())
        return json.loads((folder / path).read_text(encoding="utf-8"))

    return read
