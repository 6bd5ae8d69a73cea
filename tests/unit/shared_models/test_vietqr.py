"""VietQR to the letter: the published vectors, our own, and everything that must be refused."""

import json
from pathlib import Path

import pytest

from shared_models.errors import Invalid
from shared_models.payment.banks import BANKS
from shared_models.payment.vietqr import VietQr, checksum, folded_purpose, parse_vietqr, vietqr_text

CATALOGUES = Path(__file__).resolve().parents[3] / "mobile" / "i18n"
STATIC_CARD = "00020101021138600010A00000072701300006970403011697040311012345670208QRIBFTTC53037045802VN63044F52"
DYNAMIC_ACCOUNT = (
    "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA530370454061800005802VN"
    "62340107NPS68690819thanh toan don hang63042E2E"
)
PURPOSE_ONLY = (
    "00020101021238570010A00000072701270006970415011300110019324180208QRIBFTTA530370454061200005802VN"
    "62170813ung ho lu lut6304C15C"
)
OURS = (
    "00020101021238570010A00000072701270006970436011300110012345670208QRIBFTTA530370454061150005802VN"
    "62370118H17.12-261121-00010811LE PHI GPLX6304D8BE"
)
ERRATUM = "00020101021138570010A00000072701270006970403011200110123456780208QRIBFTTA53037045802VN6304F4E5"
CORRECTED = "00020101021138570010A00000072701270006970403011300110123456780208QRIBFTTA53037045802VN63049E6F"

MEANINGS = {
    STATIC_CARD: VietQr("970403", "9704031101234567", is_card=True),
    DYNAMIC_ACCOUNT: VietQr("970403", "0011012345678", 180_000, "NPS6869", "thanh toan don hang"),
    PURPOSE_ONLY: VietQr("970415", "0011001932418", 120_000, None, "ung ho lu lut"),
    OURS: VietQr("970436", "0011001234567", 115_000, "H17.12-261121-0001", "LE PHI GPLX"),
    CORRECTED: VietQr("970403", "0011012345678"),
}
MERCHANT = "38570010A00000072701270006970436011300110012345670208QRIBFTTA"


def sealed(body: str) -> str:
    """A body with its right checksum, so that nothing but the body can be what is refused."""
    return f"{body}6304{checksum(f'{body}6304'.encode())}"


def test_the_checksum_is_ccitt_false():
    assert checksum(b"123456789") == "29B1"


@pytest.mark.parametrize(("text", "meaning"), MEANINGS.items())
def test_the_vectors_are_read_and_written_to_the_letter(text: str, meaning: VietQr):
    assert parse_vietqr(text) == meaning
    assert vietqr_text(meaning) == text


def test_a_checksum_in_small_letters_is_read_and_never_written():
    assert parse_vietqr(OURS[:-4] + "d8be") == MEANINGS[OURS]
    assert vietqr_text(MEANINGS[OURS]).endswith("D8BE")


def test_the_printed_sample_with_a_wrong_length_is_refused_though_its_checksum_fits():
    assert checksum(ERRATUM[:-4].encode()) == ERRATUM[-4:]
    with pytest.raises(Invalid, match=r"^vietqr\.length$"):
        parse_vietqr(ERRATUM)


REFUSED = {
    "a wrong checksum": (OURS[:-4] + "D8BF", "checksum"),
    "no checksum": (OURS[:-8], "order"),
    "a checksum cut short": (OURS[:-1], "order"),
    "the checksum not last": (OURS + "5902AB", "order"),
    "two checksums": (sealed(f"000201010211{MERCHANT}53037045802VN6304ABCD"), "order"),
    "a length that overruns": (sealed(f"000201010211{MERCHANT}53037045802VN6299AB"), "length"),
    "a length that is no number": (sealed(f"000201010211{MERCHANT}53037045802VN62x2AB"), "length"),
    "a signed length": (sealed(f"000201010211{MERCHANT}53037045802VN62+2AB"), "length"),
    "half an object": (sealed(f"000201010211{MERCHANT}53037045802VN620"), "length"),
    "an empty object": (sealed(f"000201010211{MERCHANT}53037045802VN5900"), "length"),
    "tags that descend": (sealed(f"000201010211{MERCHANT}5802VN5303704"), "order"),
    "a tag twice": (sealed(f"000201010211{MERCHANT}530370454031005403200" + "5802VN"), "order"),
    "another first object": ("01021100020138" + OURS[14:], "not_a_payment"),
    "another version": (sealed(f"000202010211{MERCHANT}53037045802VN"), "not_a_payment"),
    "nothing": ("", "not_ascii"),
    "a line break": (OURS + "\n", "not_ascii"),
    "a purpose with diacritics": (OURS.replace("LE PHI", "LỆ PHÍ"), "not_ascii"),
    "digits of another script": (OURS.replace("115000", "١15000"), "not_ascii"),
    "too long a text": (sealed(f"000201010211{MERCHANT}53037045802VN" + f"8099{'A' * 99}" * 5), "length"),
    "an amount of nothing": (sealed(f"000201010212{MERCHANT}530370454010" + "5802VN"), "amount"),
    "an amount with a dot": (sealed(f"000201010212{MERCHANT}53037045407115.0005802VN"), "amount"),
    "an amount that begins with 0": (sealed(f"000201010212{MERCHANT}530370454040100" + "5802VN"), "amount"),
    "an amount below nothing": (sealed(f"000201010212{MERCHANT}53037045402-15802VN"), "amount"),
    "too large an amount": (sealed(f"000201010212{MERCHANT}530370454141" + "0" * 13 + "5802VN"), "amount"),
    "a dynamic code without an amount": (sealed(f"000201010212{MERCHANT}53037045802VN"), "amount"),
    "neither static nor dynamic": (sealed(f"000201010213{MERCHANT}53037045802VN"), "malformed"),
    "another currency": (sealed(f"000201010211{MERCHANT}53038405802VN"), "not_vnd"),
    "another country": (sealed(f"000201010211{MERCHANT}53037045802TH"), "not_vnd"),
    "no currency": (sealed(f"000201010211{MERCHANT}5802VN"), "incomplete"),
    "no account": (sealed("00020101021153037045802VN"), "incomplete"),
    "no bank": (sealed("00020101021138410010A000000727011" + "1010711111110208QRIBFTTA53037045802VN"), "incomplete"),
    "another network": (sealed("0002010102113814001" + "0A00000077553037045802VN"), "other_network"),
    "another service": (sealed(f"000201010211{MERCHANT.replace('FTTA', 'FTTX')}53037045802VN"), "other_network"),
    "a bank that nobody knows": (
        sealed(f"000201010211{MERCHANT.replace('970436', '970999')}53037045802VN"),
        "bank_unknown",
    ),
    "an account with a space": (
        sealed(f"000201010211{MERCHANT.replace('1234567', '1 34567')}53037045802VN"),
        "account",
    ),
    "a card's number with a letter": (sealed(STATIC_CARD[:-8].replace("01234567", "0123456A")), "account"),
    "too long an account": (
        sealed("00020101021138640010A00000072701340006970436012001234567890123456789" + "0208QRIBFTTA53037045802VN"),
        "account",
    ),
    "too long a bill": (sealed(f"000201010211{MERCHANT}53037045802VN62300126{'A' * 26}"), "bill"),
    "too long a purpose": (sealed(f"000201010211{MERCHANT}53037045802VN62300826{'A' * 26}"), "purpose"),
    "a fee on top": (sealed(f"000201010212{MERCHANT}530370454031005502025604" + "10005802VN"), "fee_on_top"),
    "a trade's code with letters": (sealed(f"000201010211{MERCHANT}5204ABCD53037045802VN"), "malformed"),
    "too long a name": (sealed(f"000201010211{MERCHANT}53037045802VN5926{'A' * 26}"), "malformed"),
    "a citizen's card": ("048085900001|201234567|Nguyen Van An|01011985|Nam|", "not_a_payment"),
}


@pytest.mark.parametrize(("text", "reason"), REFUSED.values(), ids=REFUSED)
def test_whatever_is_not_exact_is_refused_with_its_reason(text: str, reason: str):
    with pytest.raises(Invalid) as refused:
        parse_vietqr(text)
    assert refused.value.code == f"vietqr.{reason}"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_reason_has_its_sentence(language: str):
    said = json.loads((CATALOGUES / f"{language}.json").read_text("utf-8"))
    assert [reason for _, reason in REFUSED.values() if f"error.vietqr.{reason}" not in said] == []


def test_what_is_beside_the_transfer_is_read_over():
    shop = f"000201010211{MERCHANT}52041234530370454031005802VN5907TRAVINH6006DANANG610655000062110307KIOSK 1"
    assert parse_vietqr(sealed(shop)) == VietQr("970436", "0011001234567", 100)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Lệ phí GPLX", "LE PHI GPLX"),
        ("Đổi giấy phép lái xe", "DOI GIAY PHEP LAI XE"),
        ("  nộp   phí: 50% (đợt 1)  ", "NOP PHI 50 DOT 1"),
        ("H17.12-261121-0001", "H17.12-261121-0001"),
        ("Cấp bản sao trích lục hộ tịch", "CAP BAN SAO TRICH LUC HO"),
    ],
)
def test_purposes_are_folded_to_what_banks_take(text: str, folded: str):
    assert folded_purpose(text) == folded
    assert parse_vietqr(vietqr_text(VietQr("970436", "0011001234567", 1, purpose=text))).purpose == folded


@pytest.mark.parametrize("text", ["", "  ", "???", "支付"])
def test_a_purpose_of_which_nothing_is_left_is_refused(text: str):
    with pytest.raises(Invalid, match=r"^vietqr\.purpose$"):
        vietqr_text(VietQr("970436", "0011001234567", 1, purpose=text))


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"bank_bin": "123456"}, "bank_unknown"),
        ({"account": ""}, "account"),
        ({"account": "1" * 20}, "account"),
        ({"account": "12345678A", "is_card": True}, "account"),
        ({"account": "١١١"}, "account"),
        ({"amount": 0}, "amount"),
        ({"amount": -5}, "amount"),
        ({"amount": True}, "amount"),
        ({"amount": 10**13}, "amount"),
        ({"bill": ""}, "bill"),
        ({"bill": "A" * 26}, "bill"),
        ({"bill": "Hồ sơ"}, "bill"),
    ],
)
def test_a_transfer_that_cannot_be_is_not_made(given: dict[str, object], reason: str):
    with pytest.raises(Invalid, match=rf"^vietqr\.{reason}$"):
        VietQr(**({"bank_bin": "970436", "account": "0011001234567"} | given))


def test_banks_are_named_by_six_digits_and_have_names():
    assert len(BANKS) == 39
    for key, bank in BANKS.items():
        assert key == bank.bin
        assert key.startswith("9704")
        assert len(key) == 6
        assert bank.name.startswith("Ngân hàng ")
    assert len({bank.short_name for bank in BANKS.values()}) == len(BANKS)
