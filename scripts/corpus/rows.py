"""Which cases stand for which row of the attack list (docs/testing.md has the list).

Row 9 (paper cloned at another place) and row 20 (a verdict pushed off the screen) are answered by screens, not by a
verdict, and have no case.
"""

from typing import Final

ROWS: Final[dict[int, tuple[str, ...]]] = {
    1: (
        *("signature malformed:", "signature wrong:", "signature: the other s", "holder: signature "),
        *("claims: cnf x of no point", "claims: cnf x beyond the field", "holder: inner signature malformed"),
    ),
    2: ("key: alg ", "COSE: alg unprotected", "COSE header: alg ", "COSE header: no alg", "holder: header alg "),
    3: (
        *("key: unknown", "key: kid of another agency", "key: twin under", "signature wrong: of the twin"),
        *("COSE: kid unprotected", "COSE header: no kid", "COSE header: kid ", "holder: unprotected kid"),
        "holder: inner of a stranger",
    ),
    4: (
        *("key: another type", "key: unknown type", "key: of the status lists", "key: compromised", "key: retired"),
        *("key: on its ", "key: before its ", "key: many faults"),
    ),
    5: (
        *("status: revoked", "status: suspended", "status: ageing, revoked", "status: stale, revoked"),
        *("status: old list, revoked", "status: old list, suspended", "holder: inner revoked"),
    ),
    6: (
        *("time: ", "claims: exp ", "claims: iat ", "claims: nbf ", "claims: 4 missing", "claims: 6 missing"),
        *("payload CBOR: expiry is a ", "holder: inner expired"),
        *("undated: without exp", "undated: exp null", "undated: after its five years"),
    ),
    7: (
        *(
            "holder: signed ",
            "holder: nonce ",
            "holder: another nonce",
            "holder: audience ",
            "holder: without audience",
        ),
        *("good: food safety bound, bare", "good: road works bound, bare", "good: driving bound, bare", "paper"),
        *("good: construction bound, bare", "good: travel pass bound, bare", "good: business household bound, bare"),
    ),
    8: (
        *("holder: another phone", "holder: the issuer itself", "holder: around ", "holder: signature from another"),
        *("holder: cnf swapped", "holder: nested", "holder: two tagged headers", "holder: header no type"),
        *("holder: header another type", "COSE header: header 13 ", "COSE header: type of a presentation"),
    ),
    10: ("COSE header: type of a status list",),  # a list shown as a licence; the rest stands in lists.py
    11: (
        *(
            "status: fresh",
            "status: ageing",
            "status: stale",
            "status: old ",
            "status: no list",
            "status: another list",
        ),
        *("status: index ", "status: last entry", "status: never issued", "status: newer", "status: the list's name"),
        "claims: idx ",
    ),
    12: ("compressed: ",),
    13: (
        *("outer CBOR: array of 2^64-1", "outer CBOR: bytes of 2^64-1", "outer CBOR: map of 2^32-1"),
        *(
            "outer CBOR: arrays without end",
            "outer CBOR: tag 61",
            "payload CBOR: nine deep",
            "unknown claim eight deep",
        ),
        *("payload CBOR: bignum of 3,000 bytes", "payload CBOR: shared reference", "base45: 4,09", "base45: 6,147"),
        *("digits: 4,097 bytes", "digits: one too many"),
    ),
    14: (
        *("payload CBOR: expiry twice", "payload CBOR: number twice", "payload CBOR: cnf twice"),
        *("payload CBOR: x of cnf twice", "protected CBOR: alg twice"),
        "outer CBOR: unprotected map with a repeated key",
    ),
    15: ("outer CBOR: ", "payload CBOR: ", "protected CBOR: ", "base45: ", "digits: "),
    16: ("text: ",),
    17: (
        "COSE header: crit",
        "COSE: crit unprotected",
        "holder: header crit",
        "claims: unknown",
        "holder: unknown claim",
    ),
    18: ("paper on a foreign ", "garbage on a foreign host"),
    19: ("not ours ",),
    21: ("time: clock turned back",),
}
_BEGINNINGS: Final = {beginning: row for row, beginnings in ROWS.items() for beginning in beginnings}


def row_of(name: str) -> int | None:
    """The row that a case stands for: the longest beginning of its name decides. None: it stands for none."""
    fitting = [beginning for beginning in _BEGINNINGS if name.startswith(beginning)]
    return _BEGINNINGS[max(fitting, key=len)] if fitting else None


def unused(names: list[str]) -> set[str]:
    """Beginnings that no name has: the table and the cases have come apart."""
    return {beginning for beginning in _BEGINNINGS if not any(name.startswith(beginning) for name in names)}
