"""Changes to an input: of bytes anywhere, and inside of one layer (text, compression, COSE, CBOR) with the rest intact.

A change of a byte almost always ends in the outermost layer. Taking the layers off, changing one, and putting them on
again is what gets to the readers behind. Signatures break; the decoders do not ask for them.
"""

import zlib
from collections.abc import Callable
from random import Random
from typing import Any, Final

from shared_models.credential import base45, cbor
from shared_models.credential.foreign import loose_cbor
from shared_models.credential.qr_text import SCREEN_PREFIX, decimal_encode, unframe, unwrap
from shared_models.credential.reasons import FormatError

Change = Callable[[bytes, Random], bytes]

_HEADS: Final = [bytes((major << 5 | info,)) for major in range(8) for info in (0, 1, 23, 24, 25, 26, 27, 28, 31)]
_LABELS: Final = (
    -70999,
    -70001,
    -70012,
    -3,
    -2,
    -1,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    13,
    16,
    39,
    65533,
    65534,
    65535,
    "bits",
    "lst",
)
_VALUES: Final[tuple[Any, ...]] = (
    *(0, 1, -1, 23, 24, 255, 256, 1 << 31, 1 << 32, 253_402_300_800, 1 << 53, (1 << 53) + 1, 2**64 - 1, -(2**64)),
    *(
        b"",
        bytes(8),
        bytes(32),
        b"\xff" * 32,
        bytes(64),
        "",
        "a",
        "\u0301",
        "a" * 201,
        "https://a.vn",
        "QUÁN",
        "\U0001f600",
    ),
    *(True, False, None, [], {}, [[]], {1: 2}, {"status_list": {"idx": 1, "uri": "https://a.vn"}}, "inspector", 294),
)
_CHARACTERS: Final = "0123456789ABCXYZ $%*+-./:abc\n\r\t\0đ\u0301\u2028\uff11\U0001f600"


def change_bytes(data: bytes, random: Random) -> bytes:
    """One to four small changes anywhere."""
    changed = bytearray(data)
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(changed) + 1)
        kind = random.randrange(6)
        if kind == 0 and at < len(changed):
            changed[at] ^= 1 << random.randrange(8)
        elif kind == 1:
            changed[at : at + random.randint(1, 4)] = b""
        elif kind == 2:
            changed[at:at] = random.choice(_HEADS)
        elif kind == 3:
            changed[at : at + 1] = random.choice(_HEADS)
        elif kind == 4:
            end = min(len(changed), at + random.randint(1, 40))
            changed[at:at] = changed[at:end]
        else:
            del changed[at:]
    return bytes(changed)


def change_text(data: bytes, random: Random) -> bytes:
    """The same of characters."""
    text = data.decode("utf-8", "replace")
    for _ in range(random.randint(1, 3)):
        at, size = random.randrange(len(text) + 1), random.randint(0, 2)
        text = text[:at] + "".join(random.choices(_CHARACTERS, k=random.randint(0, 2))) + text[at + size :]
    return text.encode()


def change_item(data: bytes, random: Random) -> bytes:
    """A CBOR item with one part exchanged, added or taken away; what cannot be read is changed as bytes."""
    try:
        item = cbor.decode(data, max_bytes=1 << 20, tag_depth=1)
    except cbor.CborError:
        return change_bytes(data, random)
    return cbor.encode(_changed(item, random))


def _changed(item: Any, random: Random) -> Any:
    if isinstance(item, dict) and item and random.random() < 0.85:
        return _changed_map(item, random)
    if isinstance(item, list) and item and random.random() < 0.85:
        at = random.randrange(len(item))
        return [*item[:at], _changed(item[at], random), *item[at + 1 :]]
    if isinstance(item, bytes) and random.random() < 0.5:
        return change_bytes(item, random)
    if isinstance(item, str) and random.random() < 0.5:
        return change_text(item.encode(), random).decode()
    return random.choice(_VALUES)


def _changed_map(members: dict[Any, Any], random: Random) -> dict[Any, Any]:
    members = dict(members)
    key = random.choice(list(members))
    kind = random.randrange(6)
    if kind == 0:
        del members[key]
    elif kind == 1:
        members[random.choice(_LABELS)] = random.choice(_VALUES)
    elif kind == 2:
        members[key] = members[random.choice(list(members))]
    else:
        members[key] = _changed(members[key], random)
    return members


def change_token(data: bytes, random: Random) -> bytes:
    """A COSE_Sign1 with its header, payload or signature changed; a presentation's inner one sometimes."""
    parts = _parts(data)
    if parts is None:
        return change_bytes(data, random)
    protected, payload, signature = parts
    unprotected = b"\xa0"
    kind = random.choices(("protected", "unprotected", "payload", "signature"), (4, 1, 8, 1))[0]
    if kind == "protected":
        protected = change_item(protected, random)
    elif kind == "unprotected":
        unprotected = change_item(b"\xa1\x04\x41\x31", random)
    elif kind == "payload":
        payload = change_item(payload, random)
    else:
        signature = change_bytes(signature, random)
    return b"\xd2\x84" + cbor.encode(protected) + unprotected + cbor.encode(payload) + cbor.encode(signature)


def _parts(token: bytes) -> tuple[bytes, bytes, bytes] | None:
    try:
        outer = loose_cbor.decode(token)
    except cbor.CborError:
        return None
    match outer:
        case loose_cbor.Tag(18, [bytes() as protected, dict(), bytes() as payload, bytes() as signature]):
            return protected, payload, signature
    return None


def change_code(data: bytes, random: Random) -> bytes:
    """A screen or paper text with its token changed, on either carrier."""
    text = data.decode("utf-8", "replace")
    try:
        token = unwrap(unframe(text))
    except FormatError:
        return change_text(data, random)
    changed = change_token(token, random)
    if random.random() < 0.3:
        return f"https://congdan.example/q#{decimal_encode(changed)}".encode()
    return (SCREEN_PREFIX + base45.encode(changed)).encode()


def change_hc1(data: bytes, random: Random) -> bytes:
    """An HC1 text with its token or its compression changed."""
    text = data.decode("utf-8", "replace")
    try:
        compressed = base45.decode(text.removeprefix("HC1:"), len(text))
        token = zlib.decompressobj().decompress(compressed, 1 << 16)
    except (FormatError, zlib.error):
        return change_text(data, random)
    if random.random() < 0.2:
        return b"HC1:" + base45.encode(change_bytes(compressed, random)).encode()
    return b"HC1:" + base45.encode(zlib.compress(change_token(token, random))).encode()


def change_raw(data: bytes, random: Random) -> bytes:
    """The digits of a token that was changed."""
    try:
        return change_token(bytes.fromhex(data.decode("ascii")), random).hex().encode()
    except ValueError:
        return change_text(data, random)


CHANGES: Final[dict[str, tuple[Change, ...]]] = {
    "cbor": (change_bytes, change_item),
    "base45": (change_text,),
    "digits": (change_text,),
    "cose": (change_bytes, change_token, change_token),
    "claims": (change_bytes, change_item, change_item, change_item),
    "code": (change_text, change_code, change_code, change_code, change_code),
    "trust_list": (change_bytes, change_token, change_token, change_token),
    "status_list": (change_bytes, change_token, change_token, change_token),
    "loose_cbor": (change_bytes, change_bytes, change_item),
    "hc1": (change_text, change_hc1, change_hc1, change_hc1),
    "raw": (change_text, change_raw, change_raw, change_raw),
    "keys_file": (change_text, change_bytes),
}


def mutations(target: str, starts: tuple[bytes, ...], random: Random, count: int) -> list[bytes]:
    """So many changed inputs; some are changed twice, some are spliced from two."""
    changes, made = CHANGES[target], []
    for _ in range(count):
        data = random.choice(starts)
        if random.random() < 0.05:
            other = random.choice(starts)
            data = data[: random.randrange(len(data) + 1)] + other[random.randrange(len(other) + 1) :]
        for _ in range(random.choice((1, 1, 1, 2, 3))):
            data = random.choice(changes)(data, random)
        made.append(data)
    return made
