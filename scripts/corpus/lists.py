"""Cases of the lists that a phone is offered: forged, taken for another, rolled back (docs/credential.md 5).

What both kinds of list have in common is tried on both.
"""

import hmac
import zlib
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

from scripts.corpus.case import GOOD
from scripts.corpus.list_tokens import (
    KINDS,
    SMALL_TRUST,
    STATUS_KIND,
    TRUST_KIND,
    ListCase,
    status_payload,
    status_token,
    trust_token,
)
from shared_models.credential import cbor
from shared_models.credential import constants as c
from shared_models.credential.cose import parse_sign1, sig_structure
from shared_models.credential.keys import ORDER, PublicKey
from shared_models.credential.status_list import Status, StatusArray, pack
from tests.support.credentials import (
    DAY,
    FOOD,
    PUBLIC_URL,
    REVOKED_INDEX,
    ROOT,
    STATUS,
    STRANGER,
    T0,
    TRUST,
    URI,
    statuses,
)

MUTATIONS = 40  # of each kind of list


def good_ones() -> Iterator[ListCase]:
    """What an honest city sends, and what stays alive on old phones."""
    yield TRUST_KIND.accepted("the city's", None, trust_token(TRUST))
    yield TRUST_KIND.accepted("a small one", None, trust_token())
    yield STATUS_KIND.accepted("the city's", None, status_token())
    yield STATUS_KIND.accepted("of another time to live", None, status_token(ttl_s=0))
    later = PublicKey(-8, bytes(32), b"")
    yield TRUST_KIND.accepted("a key of another algorithm", 2, trust_token(_with_key(key=later)))
    yield TRUST_KIND.accepted(
        "a key of an algorithm of 64 bits", 2, trust_token(_with_key(key=replace(later, alg=-(1 << 63))))
    )
    yield TRUST_KIND.accepted("a key of another role", 4, trust_token(_with_key(role=9)))
    for kind in KINDS:
        yield kind.accepted("unknown claim", 17, kind.forge(kind.payload | {99: [None, {"x": False}]}))
        yield kind.accepted("unknown header", 17, kind.forge(kind.payload, kind.header(other=1)))
        for name, crit in {"crit": [99], "crit empty": []}.items():
            yield kind.malformed(name, 17, kind.forge(kind.payload, kind.header(crit=crit, other=1)))


def signatures() -> Iterator[ListCase]:
    """Row 1."""
    order = ORDER.to_bytes(32, "big")
    for kind in KINDS:
        good, payload = kind.token[-64:], kind.payload
        r, s = good[:32], good[32:]
        for name, signature in {
            "empty": b"",
            "63 bytes": good[:63],
            "65 bytes": good + b"\0",
            "66 bytes": b"\0" + r + b"\0" + s,
            "DER": b"\x30\x44\x02\x20" + r + b"\x02\x20" + s,
            "zero": bytes(64),
            "r zero": bytes(32) + s,
            "r is n": order + s,
            "s is n": r + order,
            "all ones": b"\xff" * 64,
        }.items():
            yield kind.malformed(f"signature {name}", 1, kind.forge(payload, signature=signature))
        for name, signature in {"halves swapped": s + r, "one bit": good[:63] + bytes((good[63] ^ 1,))}.items():
            yield kind.refused(f"signature {name}", 1, kind.forge(payload, signature=signature), "signature_invalid")
        yield kind.refused("signature of a stranger", 1, kind.forge(payload, key=STRANGER), "signature_invalid")
        other_s = (ORDER - int.from_bytes(s)).to_bytes(32, "big")
        yield kind.accepted("signature: the other s", 1, kind.forge(payload, signature=r + other_s))
    for name, x, y in (("no point", FOOD.public.x, bytes(32)), ("short", FOOD.public.x[:31], FOOD.public.y)):
        yield TRUST_KIND.malformed(f"a key that is {name}", 1, trust_token(_with_key(key=PublicKey(c.ES256, x, y))))


def headers() -> Iterator[ListCase]:
    """Rows 2 and 3."""
    for kind in KINDS:
        for alg in (0, 5, -8, -35, 1 << 63):
            yield kind.refused(f"alg {alg}", 2, kind.forge(kind.payload, kind.header(alg=alg)), kind.wrong_alg)
        hs512 = kind.header(alg=7)
        public = b"\x04" + kind.key.public.x + kind.key.public.y
        tag = hmac.digest(public, sig_structure(hs512, cbor.encode(kind.payload)), "sha512")
        yield kind.refused("alg HS512", 2, kind.forge(kind.payload, hs512, signature=tag), kind.wrong_alg)
        for name, value in {"a text": "ES256", "null": None, "missing": ...}.items():
            yield kind.malformed(f"alg {name}", 2, kind.forge(kind.payload, kind.header(alg=value)))
        only = kind.forge(kind.payload, kind.header(alg=...), unprotected=b"\xa1\x01\x26")
        yield kind.malformed("alg only unprotected", 2, only)
        yield kind.malformed("alg in both headers", 2, kind.forge(kind.payload, unprotected=b"\xa1\x01\x26"))
        unprotected = cbor.encode({c.KID: kind.key.kid})
        yield kind.malformed("kid in both headers", 3, kind.forge(kind.payload, unprotected=unprotected))
        only = kind.forge(kind.payload, kind.header(kid=...), unprotected=unprotected)
        yield kind.malformed("kid only unprotected", 3, only)
        for name, kid in {"of a licence key": FOOD.kid, "unknown": STRANGER.kid}.items():
            yield kind.refused(f"kid {name}", 3, kind.forge(kind.payload, kind.header(kid=kid)), kind.wrong_kid)
        why = "unknown_root" if kind is TRUST_KIND else "malformed"
        for name, kid in {"missing": ..., "a text": "570b36b7", "null": None, "cut": kind.key.kid[:7]}.items():
            yield kind.refused(f"kid {name}", 3, kind.forge(kind.payload, kind.header(kid=kid)), why)
    collision = STATUS_KIND.accepted("signed by the second of two keys of one name", 3, status_token())
    yield replace(collision, world="two status keys of one name")


def signers() -> Iterator[ListCase]:
    """Row 4, and those of row 10 that sign what is not theirs."""
    yield TRUST_KIND.refused("of another root", 10, trust_token(root=STRANGER), "unknown_root")
    yield TRUST_KIND.refused("signed by the status key", 10, trust_token(root=STATUS), "unknown_root")
    forged = TRUST_KIND.forge(TRUST_KIND.payload, key=STATUS)
    yield TRUST_KIND.refused("signed by the status key in the root's name", 10, forged, "signature_invalid")
    yield STATUS_KIND.refused("signed by a licence key", 10, status_token(FOOD), "signature_invalid")
    yield STATUS_KIND.refused("signed by the root", 10, status_token(ROOT), "signature_invalid")
    yield STATUS_KIND.refused("signed by a stranger", 10, status_token(STRANGER), "signature_invalid")
    for world in ("status key compromised", "status key of tomorrow"):
        yield replace(STATUS_KIND.refused(world, 4, status_token(), "signature_invalid"), world=world)
    for name, issued_at_s, taken in (
        ("the last second of the key", TRUST.keys[4].expires_at_s, True),
        ("a second after the key", TRUST.keys[4].expires_at_s + 1, False),
    ):
        token = status_token(issued_at_s=issued_at_s, expires_at_s=issued_at_s + DAY)
        if taken:
            yield STATUS_KIND.accepted(name, 4, token)
        else:
            yield STATUS_KIND.refused(name, 4, token, "signature_invalid")


def forgeries() -> Iterator[ListCase]:
    """Row 10."""
    cleared = bytearray(statuses())
    cleared[REVOKED_INDEX] = Status.VALID
    changed: tuple[tuple[Any, str, dict[Any, Any]], ...] = (
        (STATUS_KIND, "made younger", {c.ISSUED_AT: T0 + DAY}),
        (STATUS_KIND, "made to live longer", {c.EXPIRES: T0 + 365 * DAY}),
        (STATUS_KIND, "a revocation taken out", status_payload(zlib.compress(pack(bytes(cleared)), 9))),
        (TRUST_KIND, "a later version", {c.TRUST_VERSION: 8}),
        (TRUST_KIND, "a host more", {c.TRUST_HOSTS: ["congdan.example", "evil.example"]}),
        (TRUST_KIND, "a key more", {c.TRUST_KEYS: TRUST_KIND.payload[c.TRUST_KEYS] * 2}),
    )
    for kind, name, claims in changed:
        forged = kind.forge(kind.payload | claims, signature=kind.token[-64:])
        yield kind.refused(f"tampered: {name}", 10, forged, "signature_invalid")
    other = STATUS_KIND.refused("of another name", 10, status_token(), "other_uri")
    yield replace(other, uri=f"{PUBLIC_URL}/s/2")
    yield replace(other, name="status_list: the name in another spelling", uri=URI.upper())
    forged = status_token(STRANGER, uri=f"{PUBLIC_URL}/s/2")
    yield STATUS_KIND.refused("of another name, signed by a stranger", 10, forged, "other_uri")
    for kind in KINDS:
        payload = parse_sign1(kind.token).payload
        for name, alg, length in (("HS256", 5, 32), ("HS512", 7, 64)):
            header = kind.header(alg=alg)
            mac0 = cbor.encode(["MAC0", header, b"", payload])
            tag = hmac.digest(kind.key.public.x, mac0, name.replace("HS", "sha"))[:length]
            mac = cbor.encode([header, {}, payload, tag])
            yield kind.malformed(f"MACed with {name}", 10, b"\xd1" + mac)
        yield kind.malformed("a licence", 10, GOOD)
    yield TRUST_KIND.malformed("a status list", 10, STATUS_KIND.token)
    yield STATUS_KIND.malformed("a trust list", 10, TRUST_KIND.token)
    for kind, type_ in ((TRUST_KIND, c.STATUS_LIST_TYPE), (STATUS_KIND, c.TRUST_LIST_TYPE)):
        for name, value in {"of the other list": type_, "missing": ..., "a number": 61, "null": None}.items():
            yield kind.malformed(f"type {name}", 10, kind.forge(kind.payload, kind.header(typ=value)))


def rollbacks() -> Iterator[ListCase]:
    """Row 11: older than the one held."""
    held = "status_list: the city's"
    for name, issued_at_s, expected in (
        ("a second older", T0 - 1, "status_list.rolled_back"),
        ("a month older", T0 - 30 * DAY, "status_list.rolled_back"),
        ("the same again", T0, "accepted"),
        ("a second younger", T0 + 1, "accepted"),
    ):
        case = ListCase(f"status_list: {name}", 11, "status_list", status_token(issued_at_s=issued_at_s), expected)
        yield replace(case, held=held)
    forged = status_token(STRANGER, issued_at_s=T0 - 1)
    yield replace(STATUS_KIND.refused("older and forged", 11, forged, "signature_invalid"), held=held)
    held = "trust_list: a small one"
    for name, version, age_s, expected in (
        ("a version back", 6, 0, "trust_list.rolled_back"),
        ("a second older", 7, 1, "trust_list.rolled_back"),
        ("a version on, a second older", 8, 1, "trust_list.rolled_back"),
        ("a version back, a day younger", 6, -DAY, "trust_list.rolled_back"),
        ("the same again", 7, 0, "accepted"),
        ("a version on, a day younger", 8, -DAY, "accepted"),
    ):
        trust = replace(SMALL_TRUST, version=version, issued_at_s=SMALL_TRUST.issued_at_s - age_s)
        yield ListCase(f"trust_list: {name}", 11, "trust_list", trust_token(trust), expected, held=held)
    yield TRUST_KIND.accepted("past its end", 11, trust_token(replace(SMALL_TRUST, expires_at_s=T0 - DAY)))
    yield STATUS_KIND.accepted("past its end", 11, status_token(expires_at_s=T0))


def arrays() -> Iterator[ListCase]:
    """The widths of row 11, and row 12."""
    for bits in (0, 1, 3, 4, 8, 16, -2, 1 << 63, "2", None, True):
        yield STATUS_KIND.malformed(f"bits {bits!r}", 11, STATUS_KIND.forge(status_payload(bits=bits)))
    full = c.STATUS_ENTRIES // 4
    stream = zlib.compress(bytes(64), 9)
    bare = zlib.compressobj(9, wbits=-15)
    raw = bare.compress(bytes(64)) + bare.flush()
    with_dictionary = zlib.compressobj(9, zdict=b"\0" * 32)
    for name, packed in {
        "64 megabytes of zeros": zlib.compress(bytes(64 << 20), 9),
        "a megabyte of zeros": zlib.compress(bytes(1 << 20), 9),
        "one byte more than a list": zlib.compress(bytes(full + 1), 9),
        "a byte after the stream": stream + b"\0",
        "the stream twice": stream * 2,
        "the checksum twice": stream + stream[-4:],
        "the stream cut by a byte": stream[:-1],
        "the stream cut before its checksum": stream[:-4],
        "another checksum": stream[:-1] + bytes((stream[-1] ^ 1,)),
        "nothing": b"",
        "one byte": b"\x78",
        "no zlib": b"not zlib",
        "raw deflate": raw,
        "gzip": zlib.compress(bytes(64), 9, wbits=31),
        "a dictionary": with_dictionary.compress(bytes(64)) + with_dictionary.flush(),
        "a text": "x",
        "null": None,
    }.items():
        yield STATUS_KIND.malformed(f"array of {name}", 12, STATUS_KIND.forge(status_payload(packed)))
    for name, size in {"a full list": full, "no entries": 0}.items():
        yield STATUS_KIND.accepted(f"array of {name}", 12, status_token(entries=StatusArray(2, bytes(size))))
    yield STATUS_KIND.accepted(
        "array stored, not compressed", 12, STATUS_KIND.forge(status_payload(zlib.compress(bytes(64), 0)))
    )
    for name, claim in {"missing": ..., "null": None, "a list": [2, stream]}.items():
        payload = {label: value for label, value in STATUS_KIND.payload.items() if label != c.STATUS_LIST}
        changed = payload if claim is ... else payload | {c.STATUS_LIST: claim}
        yield STATUS_KIND.malformed(f"array claim {name}", 12, STATUS_KIND.forge(changed))


def mutations() -> Iterator[ListCase]:
    """Row 10: one byte changed, wherever."""
    random = Random(20261122)
    for kind in KINDS:
        for number in range(MUTATIONS):
            at, mask = random.randrange(len(kind.token)), random.randrange(1, 256)
            changed = kind.token[:at] + bytes((kind.token[at] ^ mask,)) + kind.token[at + 1 :]
            yield ListCase(f"{kind.name}: mutation {number}, byte {at}", 10, kind.name, changed, None)


def _with_key(**changes: Any) -> Any:
    """The small trust list with its first key changed."""
    first, *others = SMALL_TRUST.keys
    return replace(SMALL_TRUST, keys=(replace(first, **changes), *others))
