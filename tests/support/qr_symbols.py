"""QR symbols that no honest printer makes: parts of a sequence, texts in another encoding, inverted, mirrored.

ISO/IEC 18004: 7.4.2 ECI, 7.4.5 byte mode, 8 structured append. `qrcode` lays the modules out; the bit stream is made
here.
"""

import io
from functools import reduce
from operator import xor

import qrcode
from PIL import Image, ImageOps
from qrcode import base, util

_ECI, _STRUCTURED_APPEND, _BYTE = 7, 3, 4
_BOX, _BORDER = 8, 4
_LEVEL = qrcode.constants.ERROR_CORRECT_L


def plain(data: bytes) -> Image.Image:
    """One byte segment."""
    return _symbol([(_BYTE, 4), (len(data), 16), *_bytes(data)])


def with_eci(data: bytes, designator: int) -> Image.Image:
    """The same bytes, declared to be in another character set (ECI designators below 128)."""
    return _symbol([(_ECI, 4), (designator, 8), (_BYTE, 4), (len(data), 16), *_bytes(data)])


def parts(data: bytes, count: int) -> list[Image.Image]:
    """The data cut into a sequence of symbols that a reader is invited to join (structured append)."""
    size = -(-len(data) // count)
    parity = reduce(xor, data)
    symbols = []
    for number in range(count):
        part = data[number * size : (number + 1) * size]
        head = [(_STRUCTURED_APPEND, 4), (number, 4), (count - 1, 4), (parity, 8)]
        symbols.append(_symbol([*head, (_BYTE, 4), (len(part), 16), *_bytes(part)]))
    return symbols


def inverted(symbol: Image.Image) -> Image.Image:
    return ImageOps.invert(symbol.convert("L"))


def mirrored(symbol: Image.Image) -> Image.Image:
    return ImageOps.mirror(symbol)


def png(*symbols: Image.Image) -> bytes:
    """The symbols side by side on white."""
    whole = Image.new("RGB", (sum(one.width for one in symbols), max(one.height for one in symbols)), "white")
    left = 0
    for symbol in symbols:
        whole.paste(symbol.convert("RGB"), (left, 0))
        left += symbol.width
    encoded = io.BytesIO()
    whole.save(encoded, "PNG")
    return encoded.getvalue()


def _bytes(data: bytes) -> list[tuple[int, int]]:
    return [(byte, 8) for byte in data]


def _symbol(fields: list[tuple[int, int]]) -> Image.Image:
    """A symbol of level L of this bit stream (value, width); version 10 at least, where lengths have 16 bits."""
    buffer = util.BitBuffer()
    for value, width in fields:
        buffer.put(value, width)
    version = next(version for version in range(10, 41) if _capacity(version) >= len(buffer) + 4)
    blocks = base.rs_blocks(version, _LEVEL)
    for _ in range(4):
        buffer.put_bit(False)
    while len(buffer) % 8:
        buffer.put_bit(False)
    for pad in range((_capacity(version) - len(buffer)) // 8):
        buffer.put(0x11 if pad % 2 else 0xEC, 8)
    code = qrcode.QRCode(version, _LEVEL, _BOX, _BORDER, mask_pattern=2)
    code.data_cache = util.create_bytes(buffer, blocks)
    code.make(fit=False)
    return code.make_image().get_image().convert("RGB")


def _capacity(version: int) -> int:
    """Data bits of a version."""
    return 8 * sum(block.data_count for block in base.rs_blocks(version, _LEVEL))
