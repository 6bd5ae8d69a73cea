"""Cases of carriers, encodings and letters (docs/credential.md 3, steps 1, 2 and the texts of 5)."""

from collections.abc import Iterator

from scripts.corpus.case import BOUND, GOOD, GOOD_TEXT, Case, case
from shared_models.credential import constants as c
from shared_models.credential.qr_text import decimal_encode, paper_text, screen_text
from tests.support.credentials import HOST, PUBLIC_URL, payload_with, presentation, signed

DIGITS = decimal_encode(GOOD)


_FOREIGN = (
    "",
    " ",
    "hello",
    "VN1",
    "VN2:ABC",
    "vn1:ABC",
    "HC1:6BF",
    " " + GOOD_TEXT,
    "\ufeff" + GOOD_TEXT,
    "ＶＮ1:" + GOOD_TEXT[4:],
    "https://example.com/",
    f"{PUBLIC_URL}/q",
    f"{PUBLIC_URL}/q?{DIGITS[:9]}",
    f"{PUBLIC_URL}/x/q#{DIGITS}",
    "HTTPS://CONGDAN.EXAMPLE/q#" + DIGITS,
    f"https://{HOST}@evil.example/q#{DIGITS}",
    f"ftp://{HOST}/q#{DIGITS}",
    f"javascript:alert(1)//{PUBLIC_URL}/q#{DIGITS}",
    "00020101021138570010A000000727",
    "012345678901|Nguyễn Văn A|01011990",
)
_BAD_TEXTS = {
    "decomposed": "QUA\u0301N MI\u0300",
    "Cyrillic": "QUÁN MÌ \u0422",
    "Greek": "QUÁN \u039d",
    "right-to-left override": "QUÁN \u202e MÌ",
    "zero width": "QUÁN\u200bMÌ",
    "no-break space": "QUÁN\u00a0MÌ",
    "two spaces": "QUÁN  MÌ",
    "space before": " QUÁN",
    "space after": "QUÁN ",
    "newline": "QUÁN\nMÌ",
    "newline after": "QUÁN\n",
    "empty": "",
    "only a space": " ",
    "201 characters": "Á" * 201,
    "full-width": "ＱＵÁＮ",
    "emoji": "QUÁN 🍜",
    "times sign": "QUÁN × MÌ",
    "null": "QUÁN\0",
    "DEL": "QUÁN\x7f",
    "soft hyphen": "QU\u00adÁN",
    "dotless": "\u0250",
    "Han": "面",
    "byte order mark": "\ufeffQUÁN",
    "ligature": "\ufb01",
}


def frames() -> Iterator[Case]:
    """What is ours at all."""
    yield from [case(f"not ours {number}", text, "format.not_ours") for number, text in enumerate(_FOREIGN, start=1)]
    newer = str(int.from_bytes(b"\x02" + GOOD))
    yield case("paper with the layout byte of another age", f"{PUBLIC_URL}/q#{newer}", "format.not_ours")
    yield case("paper with one digit", f"{PUBLIC_URL}/q#7", "format.not_ours")
    yield case("paper of the layout byte alone", f"{PUBLIC_URL}/q#1", "format.cbor")
    yield case("paper", paper_text(GOOD, PUBLIC_URL), "holder.paper")
    yield case("paper of a host with port", paper_text(GOOD, "http://127.0.0.1:8000"), "holder.paper")
    yield case("paper on a foreign host", paper_text(GOOD, "https://evil.example"), "paper.foreign_host holder.paper")
    yield case("paper on a foreign port", paper_text(GOOD, PUBLIC_URL + ":444"), "paper.foreign_host holder.paper")
    yield case("garbage on a foreign host", "https://evil.example/q#x", "paper.foreign_host format.encoding")
    yield case("a presentation on paper", paper_text(presentation(BOUND), PUBLIC_URL))


def encodings() -> Iterator[Case]:
    """Base45 and digits (RFC 9285 and its refusals)."""
    for name, body in {
        "lower case": GOOD_TEXT[4:].lower(),
        "newline after": GOOD_TEXT[4:] + "\n",
        "space after": GOOD_TEXT[4:] + " ",
        "newline before": "\n" + GOOD_TEXT[4:],
        "one character left": GOOD_TEXT[4:] + "00",
        "triple too large": "GGW",
        "triple of colons": ":::",
        "pair too large": "::",
        "one character": "0",
        "full-width digit": "０" + GOOD_TEXT[5:],
        "comma": GOOD_TEXT[4:-1] + ",",
        "null byte": GOOD_TEXT[4:] + "\0",
        "emoji": "😀" * 3,
    }.items():
        yield case(f"base45: {name}", "VN1:" + body, "format.encoding")
    for name, digits in {
        "none": "",
        "leading zero": "0" + DIGITS,
        "letter": DIGITS[:-1] + "a",
        "full-width": DIGITS[:-1] + "７",
        "arabic": DIGITS[:-1] + "٧",
        "newline": DIGITS + "\n",
        "space": DIGITS + " ",
        "minus": "-" + DIGITS,
        "underscore": DIGITS[:9] + "_" + DIGITS[9:],
        "second fragment": DIGITS + "#1",
    }.items():
        yield case(f"digits: {name}", f"{PUBLIC_URL}/q#{digits}", "format.encoding")
    yield case("base45: 4,097 bytes", screen_text(bytes(4097)), "format.too_long")
    yield case("base45: 4,098 bytes", screen_text(bytes(4098)), "format.too_long")
    yield case("base45: 6,147 colons", "VN1:" + ":" * 6147, "format.too_long")
    yield case("base45: 4,096 bytes of nothing", screen_text(bytes(4096)), "format.cbor")
    yield case("digits: 4,097 bytes", f"{PUBLIC_URL}/q#{decimal_encode(bytes(4097))}", "format.too_long")
    yield case("digits: one too many", f"{PUBLIC_URL}/q#{'9' * 9866}", "format.too_long")


def letters() -> Iterator[Case]:
    """Row 16, as far as the verifier goes."""
    for name, holder in _BAD_TEXTS.items():
        payload = payload_with(c.LICENCE, c.HOLDER, value=holder)
        yield case(f"text: {name}", screen_text(signed(payload)), "format.text holder.paper")
    for name, label in {"number": 1, "activity": 4, "place": 5}.items():
        payload = payload_with(c.LICENCE, label, value="\u0410")
        yield case(f"text: Cyrillic {name}", screen_text(signed(payload)), "format.text holder.paper")
    for name, holder in {
        "200 characters": "Ẵ" * 200,
        "markup": "<b>QUÁN</b> & [x](y)",
        "edges": "!~ À Ö Ø ö ø ɏ Ḁ ỿ",
    }.items():
        payload = payload_with(c.LICENCE, c.HOLDER, value=holder)
        yield case(f"text: {name}", screen_text(signed(payload)), "holder.paper")
