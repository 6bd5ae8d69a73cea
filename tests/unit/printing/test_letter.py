"""Administrative documents on paper: everything that was given stands in them, over as many pages as it takes."""

from dataclasses import replace

import pypdfium2
import zxingcpp

from backend.infra.printing.letter import Facts, Grid, Letter, Signature, Words, draw_letter

CODE = "H17.30.05-261122-0001"
DEMO = "BẢN TRÌNH DIỄN (DEMO)"
LETTER = Letter(
    superior="Ủy ban nhân dân thành phố Đà Nẵng",
    agency="Ủy ban nhân dân phường Hải Châu",
    number="12/GTN",
    place_and_date="Đà Nẵng, ngày 22 tháng 11 năm 2026",
    title="GIẤY TIẾP NHẬN HỒ SƠ",
    subtitle="Mẫu số 01",
    blocks=(
        Facts((("Người nộp", "Nguyễn <b>Văn</b> An & con"), ("Thư điện tử", None))),
        Words("Hồ sơ gồm:", bold=True),
        Grid(("STT", "Tên giấy tờ"), (("1", "Giấy chứng sinh"),), (1, 9)),
    ),
    signatures=(Signature("NGƯỜI TIẾP NHẬN", "Hồ Thị Mai Lan", "(ký số)"),),
    code=CODE,
    foot="Tra cứu tại congdan.example",
)


def pages_of(pdf: bytes) -> list[str]:
    """The words on each page, as another reader finds them."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]
    finally:
        document.close()


def test_everything_stands_in_it_as_it_was_given() -> None:
    (words,) = pages_of(draw_letter(LETTER))
    for given in (
        "ỦY BAN NHÂN DÂN THÀNH PHỐ ĐÀ NẴNG",
        "ỦY BAN NHÂN DÂN PHƯỜNG HẢI CHÂU",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Số: 12/GTN",
        "Đà Nẵng, ngày 22 tháng 11 năm 2026",
        "GIẤY TIẾP NHẬN HỒ SƠ",
        "Nguyễn <b>Văn</b> An & con",
        "Giấy chứng sinh",
        "NGƯỜI TIẾP NHẬN",
        "Hồ Thị Mai Lan",
        "Tra cứu tại congdan.example",
    ):
        assert given in words, given
    assert "Thư điện tử" not in words, "a row without a value says nothing"


def test_its_code_is_read_by_another_reader() -> None:
    document = pypdfium2.PdfDocument(draw_letter(LETTER))
    (found,) = zxingcpp.read_barcodes(document[0].render(scale=3).to_pil())
    document.close()
    assert found.text == CODE


def test_a_long_one_goes_on_and_every_page_says_whose_it_is() -> None:
    rows = tuple((str(number), f"Giấy tờ thứ {number} " * 12) for number in range(1, 60))
    pages = pages_of(draw_letter(replace(LETTER, blocks=(Grid(("STT", "Tên giấy tờ"), rows, (1, 9)),), demo=DEMO)))
    assert len(pages) > 2
    for number, words in enumerate(pages, start=1):
        assert f"Trang {number}" in words
        assert "Ủy ban nhân dân phường Hải Châu · 12/GTN" in words
        assert DEMO in words
    assert all(any(f"Giấy tờ thứ {number} " in words for words in pages) for number in range(1, 60))
    assert "Hồ Thị Mai Lan" in pages[-1]
    assert sum("STT Tên giấy tờ" in words for words in pages) >= len(pages) - 1, "the heading is repeated"


def test_the_same_letter_is_the_same_file() -> None:
    assert draw_letter(LETTER) == draw_letter(LETTER)
    assert draw_letter(LETTER) != draw_letter(replace(LETTER, number="13/GTN"))
