"""Every decoder over the kept corpus and a short random run, the same in each test run.

What holds for any input: a refusal is the typed one, time and memory are bounded, and JavaScript reads the same.
The long run is ``python -m tests.support.fuzz``.
"""

import tracemalloc
from random import Random
from time import process_time

import pytest

from tests.support.fuzz.mutate import mutations
from tests.support.fuzz.seeds import CORPUS, GIANTS, corpus_files, starts
from tests.support.fuzz.targets import TARGETS
from tests.support.fuzz.twin import Twin

ROUNDS = 1500
LONGEST_S = 0.5
# A status list may hold 256 KB, which are copied some times; a trust list's records are objects.
MOST_BYTES = 8 << 20
TWINS = [name for name, target in TARGETS.items() if target.has_twin]


def inputs(target: str) -> list[bytes]:
    begun = starts(target)
    return [*begun, *GIANTS.get(target, []), *mutations(target, begun, Random(f"congdan {target}"), ROUNDS)]


@pytest.mark.parametrize("name", TARGETS)
def test_no_input_does_more_than_be_refused_in_time(name: str) -> None:
    read = TARGETS[name].read
    for data in inputs(name):
        began = process_time()
        told = read(data)
        assert process_time() - began < LONGEST_S, data.hex()
        assert isinstance(told.text, str)


@pytest.mark.parametrize("name", TARGETS)
def test_no_kept_input_costs_much_memory(name: str) -> None:
    read = TARGETS[name].read
    tracemalloc.start()
    try:
        for data in [*starts(name), *GIANTS.get(name, [])]:
            tracemalloc.reset_peak()
            before, _ = tracemalloc.get_traced_memory()
            read(data)
            _, peak = tracemalloc.get_traced_memory()
            assert peak - before < MOST_BYTES, data[:80].hex()
    finally:
        tracemalloc.stop()


def test_both_languages_read_the_same() -> None:
    with Twin() as twin:
        for name in TWINS:
            data = inputs(name)
            theirs = twin.read(name, data)
            for one, said in zip(data, theirs, strict=True):
                assert said == TARGETS[name].read(one).text, f"{name} {one.hex()}"


def test_the_corpus_is_there_and_small() -> None:
    assert {path.name for path in CORPUS.iterdir()} == TARGETS.keys()
    for name in TARGETS:
        sizes = [path.stat().st_size for path in corpus_files(name)]
        assert len(sizes) >= 2, name
        assert max(sizes) <= 16_384, name
