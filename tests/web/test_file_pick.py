"""A paper chosen on the phone: kept in the vault in pieces, and refused at once where it cannot be."""

import io
import json
from base64 import urlsafe_b64decode
from hashlib import sha256

import pytest
from PIL import Image
from playwright.sync_api import Error

PICK = """([wish]) => Promise.all([import('/file_pick.js'), import('/vault.js')]).then(async ([pick, vault]) => {
  if (!(await vault.vaultStatus()).exists) await vault.vaultCreate('482915');
  return { found: await pick.pickFile(wish), pieces: await vault.vaultList('piece/') };
})"""
WISH = {"id": "upl_1", "accepts": ["pdf", "jpeg", "png"], "max_bytes": 1_000_000}


def picture(size: tuple[int, int], kind: str) -> bytes:
    drawn = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "the maker of this camera"
    Image.new("RGB", size, "navy").save(drawn, kind, exif=exif)
    return drawn.getvalue()


def choose(phone, name: str, content: bytes, **wish):
    """The bytes that lie in the vault afterwards, with what the page says of them."""
    with phone.page.expect_file_chooser() as chooser:
        phone.page.evaluate(
            f"(wish) => {{ globalThis.picked = ({PICK})([wish]); picked.catch(() => 0); }}", {**WISH, **wish}
        )
    chooser.value.set_files({"name": name, "mimeType": "application/octet-stream", "buffer": content})
    answer = phone.page.evaluate("() => picked")
    pieces = [urlsafe_b64decode(value["b64"] + "==") for _, value in answer["pieces"]]
    return answer["found"], pieces


def test_a_pdf_is_kept_as_it_is_in_pieces(phone):
    phone.open()
    content = b"%PDF-1.7\n" + bytes(600_000)
    found, pieces = choose(phone, "giay.pdf", content)
    assert b"".join(pieces) == content
    assert len(pieces) == found["pieces"] == 3
    assert max(map(len, pieces)) == found["piece_bytes"]
    assert found["sha256"] == sha256(content).hexdigest()
    assert json.dumps(found).find("giay.pdf") > 0


def test_a_picture_is_drawn_anew_without_what_the_camera_wrote_into_it(phone):
    phone.open()
    found, pieces = choose(phone, "anh.png", picture((3000, 1500), "PNG"))
    kept = Image.open(io.BytesIO(b"".join(pieces)))
    assert (kept.format, kept.size) == ("JPEG", (2400, 1200))
    assert found["name"] == "anh.jpg"
    assert not kept.getexif()


def test_a_list_of_rows_is_taken_as_it_is_where_one_is_asked_for(phone):
    phone.open()
    content = "provider_ref,code,amount,paid_at,text\nFT1,,50000,,Nộp phí\n".encode()
    found, pieces = choose(phone, "sao-ke.csv", content, accepts=["csv"])
    assert b"".join(pieces) == content
    assert (found["name"], found["sha256"]) == ("sao-ke.csv", sha256(content).hexdigest())


@pytest.mark.parametrize(
    ("content", "wish", "code"),
    [
        (b"MZ not a paper", {}, "file.type_not_allowed"),
        (b"", {}, "file.empty"),
        (b"", {"accepts": ["csv"]}, "file.empty"),
        (b"provider_ref,code", {}, "file.type_not_allowed"),
        (b"%PDF-1.7", {"accepts": ["jpeg"]}, "file.type_not_allowed"),
        (b"%PDF-1.7 " + bytes(2000), {"max_bytes": 1000}, "file.too_large"),
    ],
)
def test_what_cannot_be_is_refused_and_takes_no_room(phone, content, wish, code):
    phone.open()
    with pytest.raises(Error, match=code):
        choose(phone, "x.pdf", content, **wish)
    assert phone.module("vault.js", "vaultList('piece/')") == []
