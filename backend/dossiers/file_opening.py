"""``python -m backend.dossiers.file_opening``: opens one uploaded file in earnest and prints what is wrong with it.

Runs confined (backend/infra/confined.py): standard input is the file, the answer one line of JSON
``{"media_type": …, "code": null | "file.…"}``. The type is what the bytes are, whatever the file is called.
"""

import io
import json
import sys
import zlib
from collections.abc import Iterator
from typing import Any, Final

from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from backend.infra.confined import confine

MAGIC: Final = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}
PICTURES: Final = {"image/jpeg": "JPEG", "image/png": "PNG"}

MOST_PIXELS: Final = 50_000_000
"""A page of A4 at 600 dpi has 35 million."""

MOST_OBJECTS: Final = 100_000
MOST_UNPACKED: Final = 200 * 1024 * 1024
"""Bytes of all streams of a PDF once unpacked: ten times the largest file."""

_ACTIVE_KEYS: Final = frozenset({"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/RichMediaContent", "/XFA"})
_ACTIVE_TYPES: Final = frozenset({"/EmbeddedFile", "/RichMedia"})
_ACTIVE_ACTIONS: Final = frozenset(
    {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/GoToR", "/Rendition", "/Sound", "/Movie"}
)
"""ISO 32000-1 12.6.4: actions that run something, reach for something outside, or carry something inside."""


class Refused(Exception):
    """``code`` says what is wrong with the file."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def media_type_of(content: bytes) -> str | None:
    """What the first bytes say that a file is; None for anything that nobody may hand in."""
    return next((kind for magic, kind in MAGIC.items() if content.startswith(magic)), None)


def check(content: bytes) -> str | None:
    """The code of what is wrong with a file of one of the known types, or None.

    Whatever goes wrong inside the libraries is the file's fault: they were given nothing else.
    """
    kind = media_type_of(content)
    try:
        if kind in PICTURES:
            _open_picture(content, PICTURES[kind])
        else:
            _open_pdf(content)
    except Refused as refusal:
        return refusal.code
    except MemoryError:
        return "file.bomb"
    except Exception:  # noqa: BLE001 - as the docstring says
        return "file.damaged"
    return None


def _open_picture(content: bytes, kind: str) -> None:
    with Image.open(io.BytesIO(content), formats=[kind]) as picture:
        width, height = picture.size
        if width * height > MOST_PIXELS:
            raise Refused("file.bomb")
        picture.load()


def _open_pdf(content: bytes) -> None:
    reader = PdfFileReader(io.BytesIO(content), strict=False)
    if reader.encrypted:
        raise Refused("file.encrypted")
    unpacked = 0
    for item in _objects(reader):
        if isinstance(item, generic.DictionaryObject):
            _refuse_active(item)
        if isinstance(item, generic.StreamObject):
            unpacked += _unpacked_size(item, MOST_UNPACKED - unpacked)
    if int(reader.root["/Pages"]["/Count"]) < 1:
        raise Refused("file.damaged")


def _objects(reader: PdfFileReader) -> Iterator[Any]:
    """Every object that a viewer could come to, each once."""
    seen: set[tuple[int, int]] = set()
    waiting: list[Any] = [reader.root]
    count = 0
    while waiting:
        item = waiting.pop()
        if isinstance(item, generic.IndirectObject):
            name = (item.idnum, item.generation)
            if name in seen:
                continue
            seen.add(name)
            item = item.get_object()  # type: ignore[no-untyped-call]
        count += 1
        if count > MOST_OBJECTS:
            raise Refused("file.bomb")
        yield item
        if isinstance(item, generic.DictionaryObject):
            waiting += [item.raw_get(key) for key in item]
        elif isinstance(item, generic.ArrayObject):
            waiting += [item.raw_get(place) for place in range(len(item))]


def _refuse_active(item: generic.DictionaryObject) -> None:
    if _ACTIVE_KEYS.intersection(item) or _name(item, "/Type") in _ACTIVE_TYPES or _name(item, "/S") in _ACTIVE_ACTIONS:
        raise Refused("file.active_content")
    if _name(item, "/Subtype") == "/Image" and _number(item, "/Width") * _number(item, "/Height") > MOST_PIXELS:
        raise Refused("file.bomb")


def _name(item: generic.DictionaryObject, key: str) -> str | None:
    value = item.get(key)
    return str(value) if isinstance(value, generic.NameObject) else None


def _number(item: generic.DictionaryObject, key: str) -> int:
    value = item.get(key, 0)
    return int(value) if isinstance(value, int | float) else 0


def _unpacked_size(stream: generic.StreamObject, limit: int) -> int:
    """The size of a stream once its Flate filters are undone; other filters are those of pictures, and stay packed."""
    filters = stream.get("/Filter", ())
    names = [str(one) for one in filters] if isinstance(filters, generic.ArrayObject) else [str(filters)]
    content = bytes(stream.encoded_data)
    for name in names:
        if name not in {"/FlateDecode", "/Fl"}:
            break
        unpacker = zlib.decompressobj()
        content = unpacker.decompress(content, limit + 1)
        if len(content) > limit:
            raise Refused("file.bomb")
    return len(content)


def main() -> int:
    confine(sys.argv[1:])
    content = sys.stdin.buffer.read()
    sys.stdout.write(json.dumps({"media_type": media_type_of(content), "code": check(content)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
