"""Cases of the lists' CBOR and claims (docs/credential.md 5): rows 6, 13, 14 and 15 of the attack list."""

from collections.abc import Iterator

from scripts.corpus.list_tokens import KINDS, STATUS_KIND, TRUST_KIND, Kind, ListCase, entries
from shared_models.credential import cbor
from shared_models.credential import constants as c
from tests.support.credentials import T0

_RECORD_TIMES = {9: "nbf", 10: "exp", 11: "compromised_at"}


def claim_faults() -> Iterator[ListCase]:
    """Row 6, and the types and ranges of every claim."""
    for kind in KINDS:
        times = {"exp": c.EXPIRES, "iat": c.ISSUED_AT} | ({"ttl": c.TIME_TO_LIVE} if kind is STATUS_KIND else {})
        for name, label in times.items():
            for value in (None, -1, "soon", True, T0 * 1000, 1 << 63, b"\0"):
                yield kind.malformed(f"{name} {value!r}", 6, kind.forge(kind.payload | {label: value}))
            rest = {key: value for key, value in kind.payload.items() if key != label}
            yield kind.malformed(f"{name} missing", 6, kind.forge(rest))
        for name, encoded in {
            "float": "fa4ee14b46",
            "double": "fb41dc295a23c0000000",
            "bignum": "c2446b00ed10",
        }.items():
            yield kind.malformed(f"iat a {name}", 6, kind.forge(_with_iat(kind, bytes.fromhex(encoded))))
        for name, payload in {"a list": [1], "null": None, "empty": {}}.items():
            yield kind.malformed(f"payload {name}", None, kind.forge(payload))
    for value in (None, "", 1, True, ["x"], b"x"):
        expected = "other_uri" if value == "" else "malformed"
        forged = STATUS_KIND.forge(STATUS_KIND.payload | {c.SUBJECT: value})
        yield STATUS_KIND.refused(f"name {value!r}", None, forged, expected)
    for value in (None, -1, "7", True, 1 << 32, 1 << 63, [7]):
        forged = TRUST_KIND.forge(TRUST_KIND.payload | {c.TRUST_VERSION: value})
        yield TRUST_KIND.malformed(f"version {value!r}", None, forged)
    for value in (None, {}, [1], [""], [None], ["x" * 201], "congdan.example"):
        yield TRUST_KIND.malformed(
            f"hosts {value!r}", None, TRUST_KIND.forge(TRUST_KIND.payload | {c.TRUST_HOSTS: value})
        )
    for value in (None, {}, [1], [{}], [[]]):
        yield TRUST_KIND.malformed(
            f"keys {value!r}", None, TRUST_KIND.forge(TRUST_KIND.payload | {c.TRUST_KEYS: value})
        )


def record_faults() -> Iterator[ListCase]:
    """Every member of a key record in its type; the times belong to row 6."""
    for member in range(1, 12):
        row = 6 if member in _RECORD_TIMES else None
        for value in (None, -1, "", b"", True, [-1], {}, 1 << 63):
            record = TRUST_KIND.payload[c.TRUST_KEYS][0] | {member: value}
            forged = TRUST_KIND.forge(TRUST_KIND.payload | {c.TRUST_KEYS: [record]})
            if member == 4 and value in (-1, 1 << 63):  # algorithms that we do not know
                yield TRUST_KIND.accepted(f"record member {member} {value!r}", 2, forged)
            else:
                yield TRUST_KIND.malformed(f"record member {member} {value!r}", row, forged)
        record = {label: value for label, value in TRUST_KIND.payload[c.TRUST_KEYS][0].items() if label != member}
        forged = TRUST_KIND.forge(TRUST_KIND.payload | {c.TRUST_KEYS: [record]})
        if member != 11:
            yield TRUST_KIND.malformed(f"record member {member} missing", row, forged)


def sizes_and_depths() -> Iterator[ListCase]:
    """Row 13. More than 1 MiB is tried by each language for itself."""
    for kind in KINDS:
        for name, token in {
            "nothing": b"",
            "arrays without end": b"\xd2" + b"\x81" * 4000,
            "maps without end": b"\xd2" + b"\xa1\x00" * 2000,
            "array of 2^64-1": b"\xd2\x9b" + b"\xff" * 8,
            "bytes of 2^64-1": b"\xd2\x84\x5b" + b"\xff" * 8,
            "text of 2^64-1": b"\xd2\x84\x7b" + b"\xff" * 8,
            "map of 2^32-1": b"\xd2\x84\x40\xba" + b"\xff" * 4,
            "tag 61": b"\xd8\x3d" + kind.token,
            "tag 61 fifty times": b"\xd8\x3d" * 50 + kind.token,
            "tag 18 twice": b"\xd2" + kind.token,
            "no tag": kind.token[1:],
        }.items():
            yield kind.malformed(f"outer CBOR: {name}", 13, token)
        for name, item in {
            "nine deep": b"\x81" * 8 + b"\0",
            "bignum of 9,000 bytes": b"\xc2" + cbor.encode(b"\xff" * 9000),
            "shared reference": b"\xd8\x1c\x81\xd8\x1d\x00",
            "tag 18 inside": kind.token,
            "array of 2^64-1": b"\x9b" + b"\xff" * 8,
        }.items():
            yield kind.malformed(f"payload CBOR: {name}", 13, kind.forge(_with_item(kind, item)))
        yield kind.accepted("payload CBOR: eight deep", 13, kind.forge(_with_item(kind, b"\x81" * 7 + b"\0")))


def duplicates() -> Iterator[ListCase]:
    """Row 14."""
    for kind in KINDS:
        members = list(entries(kind.payload))
        for at, member in enumerate(members):
            doubled = b"\xa6" + b"".join([*members[:at], member, *members[at:]])
            yield kind.malformed(f"claim {at} twice", 14, kind.forge(doubled))
        apart = b"\xa6" + b"".join(members) + cbor.encode(c.ISSUED_AT) + cbor.encode(T0 + 1)
        yield kind.malformed("iat twice, apart", 14, kind.forge(apart))
        header = kind.header()
        yield kind.malformed("alg twice", 14, kind.forge(kind.payload, b"\xa4" + header[1:3] + header[1:]))
    lists = cbor.encode(STATUS_KIND.payload[c.STATUS_LIST])
    lst = next(iter(entries({"lst": STATUS_KIND.payload[c.STATUS_LIST]["lst"]})))
    yield STATUS_KIND.malformed(
        "lst twice", 14, STATUS_KIND.forge(_replaced(STATUS_KIND, lists, b"\xa3" + lst + lists[1:]))
    )
    record = cbor.encode(TRUST_KIND.payload[c.TRUST_KEYS][0])
    kid = record[1:11]
    yield TRUST_KIND.malformed(
        "kid of a record twice", 14, TRUST_KIND.forge(_replaced(TRUST_KIND, record, b"\xab" + kid + record[1:]))
    )


def other_spellings() -> Iterator[ListCase]:
    """Row 15."""
    for kind in KINDS:
        token, header, payload = kind.token, kind.header(), cbor.encode(kind.payload)
        members = list(entries(kind.payload))
        for name, spelt in {
            "byte after": token + b"\0",
            "twice": token * 2,
            "cut": token[:-1],
            "indefinite": b"\xd2\x9f" + token[2:] + b"\xff",
            "long array head": b"\xd2\x98\x04" + token[2:],
            "long tag head": b"\xd8\x12" + token[1:],
        }.items():
            yield kind.malformed(f"outer CBOR: {name}", 15, spelt)
        for name, spelt in {
            "byte after": payload + b"\0",
            "indefinite": b"\xbf" + payload[1:] + b"\xff",
            "long map head": b"\xb8\x05" + payload[1:],
            "unsorted": b"\xa5" + b"".join([members[1], members[0], *members[2:]]),
            "long label": b"\xa5" + b"".join(b"\x18" + one if one[0] == c.EXPIRES else one for one in members),
            "long time": _with_iat(kind, b"\x1b" + bytes(4) + T0.to_bytes(4, "big")),
            "not UTF-8": payload.replace(b"congdan", b"congda\xff"),
        }.items():
            assert spelt != payload, name
            yield kind.malformed(f"payload CBOR: {name}", 15, kind.forge(spelt))
        for name, spelt in {
            "byte after": header + b"\0",
            "indefinite": b"\xbf" + header[1:] + b"\xff",
            "unsorted": b"\xa3" + header[3:13] + header[1:3] + header[13:],
            "nothing": b"",
        }.items():
            yield kind.malformed(f"protected CBOR: {name}", 15, kind.forge(kind.payload, spelt))


def _with_iat(kind: Kind, encoded: bytes) -> bytes:
    """The payload with the time of issue in any encoding."""
    iat = cbor.encode(c.ISSUED_AT)
    members = [iat + encoded if one.startswith(iat) else one for one in entries(kind.payload)]
    return b"\xa5" + b"".join(members)


def _with_item(kind: Kind, item: bytes) -> bytes:
    """The payload with an unknown claim more, of any encoding, behind all others."""
    return b"\xa6" + cbor.encode(kind.payload)[1:] + cbor.encode(-80000) + item


def _replaced(kind: Kind, part: bytes, other: bytes) -> bytes:
    payload = cbor.encode(kind.payload)
    assert payload.count(part) == 1
    return payload.replace(part, other)
