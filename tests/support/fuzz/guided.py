"""A coverage-guided run, for who wants to look deeper: ``python -m tests.support.fuzz.guided TARGET [OPTION…]``.

Options are libFuzzer's (``-max_total_time=600``). Needs ``atheris`` (Apache-2.0), which no test needs and no lock file
names: ``.venv/bin/uv pip install atheris``. Starts from the corpus and grows a folder of its own in ``build/fuzz``. An
exception that is not the typed refusal ends the run, with the input in a file ``crash-…``; copied to
``tests/fuzz/corpus/TARGET`` every test run tries it.
"""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
DECODERS = ["shared_models.credential", "backend.code_verification"]


def main() -> None:
    atheris: Any = import_module("atheris")
    with atheris.instrument_imports(include=DECODERS, enable_loader_override=False):
        targets = import_module("tests.support.fuzz.targets").TARGETS
        seeds = import_module("tests.support.fuzz.seeds")
    name, options = sys.argv[1], sys.argv[2:]
    grown = ROOT / "build" / "fuzz" / name
    grown.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(seeds.SEEDS[name]):
        (grown / f"seed-{number}").write_bytes(data)
    atheris.Setup([sys.argv[0], str(grown), str(seeds.CORPUS / name), *options], targets[name].read)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
