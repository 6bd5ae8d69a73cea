"""cose-wg/Examples: the files that hold a COSE_Sign1, through the family RAW."""

from base64 import urlsafe_b64decode
from typing import Any

from tests.support.vectors.case import Case, Vectors, congdan_verify, is_accepted, told

FOLDERS = ("sign1-tests", "sign-tests", "ecdsa-examples", "eddsa-examples", "RFC8152", "CWT")
_ALGS = {"ES256": -7, "ES384": -35, "ES512": -36, "EdDSA": -8}


def cases(vectors: Vectors) -> list[Case]:
    return [_case(name, example) for name, example in _examples(vectors) if "sign0" in example["input"]]


def others(vectors: Vectors) -> list[dict[str, Any]]:
    """The verdicts on the files that hold something else: COSE_Sign, MAC, encrypted."""
    codes = [example["output"]["cbor"] for _, example in _examples(vectors) if "sign0" not in example["input"]]
    return congdan_verify(codes, "RAW", [])


def _examples(vectors: Vectors) -> list[tuple[str, dict[str, Any]]]:
    names = [f"{folder}/{name}" for folder in FOLDERS for name in vectors(f"cose-wg/{folder}/")]
    return [(name.removesuffix(".json"), vectors(f"cose-wg/{name}")) for name in names]


def _case(name: str, example: dict[str, Any]) -> Case:
    signed = example["input"]["sign0"]
    aad = ["--aad", signed["external"]] if "external" in signed else []
    [verdict] = congdan_verify([example["output"]["cbor"]], "RAW", [_key(signed)], *aad)
    return Case(name, is_accepted(verdict) is not example.get("fail", False), told(verdict))


def _key(signed: dict[str, Any]) -> dict[str, Any]:
    key = signed["key"]
    row = {"kid": key.get("kid", "").encode().hex(), "alg": _ALGS[signed["alg"]], "types": None}
    for member in ("x", "y"):
        if f"{member}_hex" in key:
            row[member] = key[f"{member}_hex"]
        elif member in key:
            row[member] = urlsafe_b64decode(key[member] + "=" * (-len(key[member]) % 4)).hex()
    return row
