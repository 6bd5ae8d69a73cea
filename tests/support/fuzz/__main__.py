"""The long run: ``python -m tests.support.fuzz [--seconds N] [--seed N] [--target NAME]``.

Works on all targets in turn. An input that is refused (or read) for a reason not seen before starts further ones and,
if it is small, is kept in tests/fuzz/corpus. A fault is written there too, and printed; exit status 1.
"""

import argparse
import sys
from hashlib import sha256
from random import Random
from time import monotonic, process_time

from tests.support.fuzz.mutate import mutations
from tests.support.fuzz.seeds import CORPUS, starts
from tests.support.fuzz.targets import TARGETS
from tests.support.fuzz.twin import Twin

BATCH = 200
LONGEST_S = 0.5
MOST_BYTES_KEPT = 4096


class Run:
    """What is known so far: the traits seen, the inputs to start from."""

    def __init__(self, twin: Twin, random: Random) -> None:
        self.twin, self.random = twin, random
        self.pools = {name: list(starts(name)) for name in TARGETS}
        self.traits = {name: {_trait(name, data) for data in pool} for name, pool in self.pools.items()}
        self.tried = self.faults = 0

    def batch(self, name: str) -> None:
        data = mutations(name, tuple(self.pools[name]), self.random, BATCH)
        theirs = self.twin.read(name, data) if TARGETS[name].has_twin else [None] * BATCH
        for one, said in zip(data, theirs, strict=True):
            self.tried += 1
            self._judge(name, one, said)

    def _judge(self, name: str, data: bytes, said: str | None) -> None:
        began = process_time()
        try:
            told = TARGETS[name].read(data)
        except Exception as fault:  # noqa: BLE001  any of them is what is looked for
            self._fault(name, data, repr(fault))
            return
        if process_time() - began > LONGEST_S:
            self._fault(name, data, "too slow")
        if said is not None and said != told.text:
            self._fault(name, data, f"Python: {told.text[:300]}\n  JavaScript: {said[:300]}")
        elif told.trait not in self.traits[name]:
            self.traits[name].add(told.trait)
            self.pools[name].append(data)
            if len(data) <= MOST_BYTES_KEPT:
                _keep(name, data)

    def _fault(self, name: str, data: bytes, what: str) -> None:
        self.faults += 1
        print(f"{name}: {what}\n  kept as {_keep(name, data)}", flush=True)


def _trait(name: str, data: bytes) -> str:
    return TARGETS[name].read(data).trait


def _keep(name: str, data: bytes) -> str:
    folder = CORPUS / name
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / sha256(data).hexdigest()[:12]
    path.write_bytes(data)
    return str(path)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.support.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--target", choices=sorted(TARGETS), action="append")
    options = parser.parse_args()
    names = options.target or list(TARGETS)
    until = monotonic() + options.seconds
    with Twin() as twin:
        run = Run(twin, Random(options.seed))
        while monotonic() < until:
            for name in names:
                run.batch(name)
    kept = sum(len(pool) - len(starts(name)) for name, pool in run.pools.items())
    print(f"{run.tried:,} inputs, {kept} with something new, {run.faults} faults")
    return 1 if run.faults else 0


if __name__ == "__main__":
    sys.exit(main())
