"""cbor/test-vectors: the examples of RFC 8949 appendix A, and 568 ill-formed inputs."""

from collections.abc import Callable
from typing import Any

import pytest

from shared_models.credential import cbor

# Well-formed, but not admitted: floats, undefined and other simple values, bignums and other tags, indefinite lengths.
NOT_ADMITTED = (
    "f9",
    "fa",
    "fb",
    "f7",
    "f0",
    "f818",
    "f8ff",
    "c0",
    "c1",
    "c2",
    "c3",
    "d7",
    "d8",
    "5f",
    "7f",
    "9f",
    "bf",
)
# Indefinite lengths inside a definite item.
NOT_ADMITTED_INSIDE = ("83018202039f0405ff", "83019f0203ff820405", "826161bf61626163ff")


def test_every_ill_formed_input_is_refused(vectors: Callable[[str], Any]) -> None:
    cases = vectors("cbor/fail.json")
    assert len(cases) == 568
    for case in cases:
        with pytest.raises(cbor.CborError):
            cbor.decode(bytes.fromhex(case["hex"]))


def test_examples_of_appendix_a(vectors: Callable[[str], Any]) -> None:
    cases = vectors("cbor/appendix_a.json")
    assert len(cases) == 82
    admitted = 0
    for case in cases:
        data = bytes.fromhex(case["hex"])
        if case["hex"].startswith(NOT_ADMITTED) or case["hex"] in NOT_ADMITTED_INSIDE:
            with pytest.raises(cbor.CborError):
                cbor.decode(data)
            continue
        item = cbor.decode(data)
        if "decoded" in case:
            assert item == case["decoded"], case["hex"]
        assert case["roundtrip"]
        assert cbor.encode(item) == data
        admitted += 1
    assert admitted == 37
