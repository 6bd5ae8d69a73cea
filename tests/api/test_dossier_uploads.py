"""Files that are handed in: resumed, checked by what they are, never taken on their name."""

import hashlib
import io
import random
import zlib
from typing import Any

import pytest
from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PdfFileWriter, copy_into_new_writer

from backend.bootstrap import Container
from backend.dossiers.services.uploads import KEPT_FOR
from backend.infra.file_bucket import LOOSE_FOR
from shared_models.clock import FixedClock
from tests.support.api import Cast, Phone, problem_of
from tests.support.builders_identity import AN
from tests.support.dossiers import a_pdf, a_ward, file, good, send_bytes, upload, written
from tests.support.ids import an_id

PIECE = 1024 * 1024


def announce(phone: Phone, content: bytes, **changes: Any) -> dict[str, Any]:
    body = {
        "id": an_id("upl"),
        "name": "giay.pdf",
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    } | changes
    return good(phone.post("/uploads", body), 201)


def sent(phone: Phone, content: bytes, **changes: Any) -> dict[str, Any]:
    """A file in pieces of a mebibyte; where it stands after the last one."""
    begun = announce(phone, content, **changes)
    for offset in range(0, len(content), PIECE):
        answer = send_bytes(phone, f"/uploads/{begun['id']}?offset={offset}", content[offset : offset + PIECE])
        begun = good(answer)
    return begun


def a_picture(kind: str, size: tuple[int, int] = (40, 30)) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(content, kind)
    return content.getvalue()


def a_large_picture() -> bytes:
    content = io.BytesIO()
    Image.frombytes("RGB", (900, 900), random.Random(1).randbytes(900 * 900 * 3)).save(content, "PNG")
    return content.getvalue()


def rewritten(change: Any) -> bytes:
    """A good PDF in which ``change(root, writer)`` has put something."""
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(a_pdf())))
    change(writer.root, writer)
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()


def script(root: Any, writer: PdfFileWriter) -> None:
    action = generic.DictionaryObject({generic.pdf_name("/S"): generic.pdf_name("/JavaScript")})
    action[generic.pdf_name("/JS")] = generic.pdf_string("app.alert(1)")
    root["/OpenAction"] = writer.add_object(action)


def launch(root: Any, writer: PdfFileWriter) -> None:
    root["/OpenAction"] = writer.add_object(
        generic.DictionaryObject({generic.pdf_name("/S"): generic.pdf_name("/Launch")})
    )


def attachment(root: Any, _writer: PdfFileWriter) -> None:
    root["/Names"] = generic.DictionaryObject(
        {
            generic.pdf_name("/EmbeddedFiles"): generic.DictionaryObject(
                {generic.pdf_name("/Names"): generic.ArrayObject()}
            )
        }
    )


def bomb(root: Any, writer: PdfFileWriter) -> None:
    packed = zlib.compress(b"\0" * (220 * 1024 * 1024), 9)
    stream = generic.StreamObject({generic.pdf_name("/Filter"): generic.pdf_name("/FlateDecode")}, encoded_data=packed)
    root["/Extra"] = writer.add_object(stream)


def huge_picture(root: Any, writer: PdfFileWriter) -> None:
    stream = generic.StreamObject(stream_data=b"x")
    stream["/Subtype"] = generic.pdf_name("/Image")
    stream["/Width"] = stream["/Height"] = generic.NumberObject(100_000)
    root["/Extra"] = writer.add_object(stream)


def encrypted() -> bytes:
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(a_pdf())))
    writer.encrypt("chu", "nguoi dung")
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()


GOOD = {
    "application/pdf": a_pdf,
    "image/jpeg": lambda: a_picture("JPEG"),
    "image/png": lambda: a_picture("PNG"),
}
BAD = {
    "a Word file": (lambda: b"PK\x03\x04" + b"word/vbaProject.bin" * 20, "file.type_not_allowed"),
    "a page": (lambda: b"<!doctype html><script>alert(1)</script>", "file.type_not_allowed"),
    "a program": (lambda: b"MZ" + b"\0" * 300, "file.type_not_allowed"),
    "half a PDF": (lambda: a_pdf()[: len(a_pdf()) // 3], "file.damaged"),
    "a PDF by its first bytes alone": (lambda: b"%PDF-1.7\n" + b"\0" * 500, "file.damaged"),
    "half a picture": (lambda: a_picture("PNG", (300, 300))[:200], "file.damaged"),
    "a picture of a hundred million points": (lambda: a_picture("PNG", (10_000, 10_000)), "file.bomb"),
    "a PDF that unpacks to 220 MiB": (lambda: rewritten(bomb), "file.bomb"),
    "a PDF with an enormous picture": (lambda: rewritten(huge_picture), "file.bomb"),
    "a PDF with a script": (lambda: rewritten(script), "file.active_content"),
    "a PDF that starts a program": (lambda: rewritten(launch), "file.active_content"),
    "a PDF with a file inside": (lambda: rewritten(attachment), "file.active_content"),
    "an encrypted PDF": (encrypted, "file.encrypted"),
}


@pytest.mark.parametrize("media_type", GOOD)
def test_what_may_be_handed_in(owner: Phone, media_type: str) -> None:
    found = sent(owner, GOOD[media_type](), name="tên gì cũng được.exe")
    assert (found["state"], found["media_type"], found["code"]) == ("checked", media_type, None)


@pytest.mark.parametrize("what", BAD)
def test_what_may_not(owner: Phone, container: Container, what: str) -> None:
    make, code = BAD[what]
    found = sent(owner, make(), name="giay-chung-sinh.pdf")
    assert (found["state"], found["code"]) == ("refused", code)
    assert not container.database.collection("dossier_files.files").count_documents({})
    assert not container.database.collection("upload_pieces").count_documents({})


def test_an_upload_goes_on_where_it_broke_off(owner: Phone, container: Container) -> None:
    content = a_large_picture()
    assert 2 * PIECE < len(content) < 3 * PIECE
    begun = announce(owner, content)
    address = f"/uploads/{begun['id']}"
    assert good(send_bytes(owner, f"{address}?offset=0", content[:PIECE]))["offset"] == PIECE
    # The answer was lost: the same piece again changes nothing.
    assert good(send_bytes(owner, f"{address}?offset=0", content[:PIECE]))["offset"] == PIECE
    refused = send_bytes(owner, f"{address}?offset=5", content[5:PIECE])
    assert problem_of(refused) == (409, "upload.offset")
    assert refused.get_json()["params"] == {"offset": PIECE}
    assert problem_of(send_bytes(owner, f"{address}?offset={2 * PIECE}", b"x"))[0] == 409
    assert good(owner.get(address))["offset"] == PIECE
    last = good(send_bytes(owner, f"{address}?offset={PIECE}", content[PIECE : 2 * PIECE]))
    assert last["state"] == "open"
    done = good(send_bytes(owner, f"{address}?offset={2 * PIECE}", content[2 * PIECE :]))
    assert (done["state"], done["offset"]) == ("checked", len(content))
    assert good(send_bytes(owner, f"{address}?offset={2 * PIECE}", content[2 * PIECE :])) == done
    assert not container.database.collection("upload_pieces").count_documents({})


def test_what_came_is_what_was_announced(owner: Phone) -> None:
    other = sent(owner, a_pdf(), sha256="0" * 64)
    assert (other["state"], other["code"]) == ("refused", "file.hash_mismatch")
    begun = announce(owner, a_pdf(), size=10)
    assert problem_of(send_bytes(owner, f"/uploads/{begun['id']}?offset=0", a_pdf())) == (422, "file.too_large")
    body = {"id": an_id("upl"), "name": "x.pdf", "size": 21 * PIECE, "sha256": "0" * 64}
    assert problem_of(owner.post("/uploads", body)) == (422, "file.too_large")
    begun = announce(owner, b"x" * 2 * PIECE)
    too_much = send_bytes(owner, f"/uploads/{begun['id']}?offset=0", b"x" * (PIECE + 1))
    assert problem_of(too_much) == (413, "upload.piece_too_large")


def test_an_upload_is_its_owners(owner: Phone, sign_in: Cast) -> None:
    begun = announce(owner, a_pdf())
    stranger = sign_in.citizen(AN)
    assert problem_of(stranger.get(f"/uploads/{begun['id']}")) == (404, "upload.unknown")
    assert problem_of(send_bytes(stranger, f"/uploads/{begun['id']}?offset=0", a_pdf())) == (404, "upload.unknown")
    again = {"id": begun["id"], "name": "giay.pdf", "size": 5, "sha256": "0" * 64}
    assert problem_of(owner.post("/uploads", again)) == (409, "upload.id_reused")
    announced = {"id": begun["id"], "name": "giay.pdf", "size": begun["size"]}
    announced["sha256"] = hashlib.sha256(a_pdf()).hexdigest()
    assert good(owner.post("/uploads", announced))["id"] == begun["id"]


def test_files_of_drafts_go_and_those_of_dossiers_stay(
    owner: Phone, container: Container, sign_in: Cast, clock: FixedClock
) -> None:
    a_ward(container, sign_in)
    upload(owner, a_picture("PNG"))
    dossier = file(owner)
    files = container.database.collection("dossier_files.files")
    assert files.count_documents({}) == 2
    clock.advance(KEPT_FOR + LOOSE_FOR)
    assert container.dossiers.uploads.clean() == 2
    container.dossiers.sweep_files()
    clock.advance(LOOSE_FOR + LOOSE_FOR)
    container.dossiers.sweep_files()
    assert files.count_documents({}) == 1
    assert not container.database.collection("uploads").count_documents({})
    read = sign_in.citizen().get(f"/dossiers/{dossier['id']}/files/birth_certificate")
    assert (read.status_code, read.data, read.content_type) == (200, a_pdf(), "application/pdf")
    before = written(container)
    assert container.dossiers.uploads.clean() == 0
    assert written(container) == before
