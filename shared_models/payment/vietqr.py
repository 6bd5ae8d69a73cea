"""VietQR: a bank transfer as the text of a QR code (EMVCo Merchant-Presented Mode, NAPAS IBFT format 1.0).

Objects are ``tag length value``, two digits each for tag and length, ASCII, ascending; tag 00 is the first and tag 63,
the checksum over everything up to and with ``6304``, the last. What is read is held to that strictly: a code that
could mean two things is refused, and so is NAPAS' own printed sample of a static account, whose length is one short.
"""

import re
from binascii import crc_hqx
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from shared_models.errors import Invalid
from shared_models.payment.banks import BANKS
from shared_models.text import search_key

NAPAS: Final = "A000000727"
CURRENCY: Final = "704"
"""VND in ISO 4217."""

COUNTRY: Final = "VN"
MOST_PURPOSE: Final = 25
"""Characters of a purpose, and of a bill's number."""

MOST_AMOUNT: Final = 10**13 - 1
"""Thirteen digits."""

_TO_ACCOUNT: Final = "QRIBFTTA"
_TO_CARD: Final = "QRIBFTTC"
_STATIC: Final = "11"
_DYNAMIC: Final = "12"
_MOST_TEXT: Final = 512
_CRC_HEAD: Final = "6304"
_CRC_INIT: Final = 0xFFFF
_ASCII: Final = re.compile(r"[ -~]+")
_ACCOUNT: Final = re.compile(r"[0-9A-Za-z]{1,19}")
_CARD: Final = re.compile(r"[0-9]{8,19}")
_AMOUNT: Final = re.compile(r"[1-9][0-9]{0,12}")
_BILL: Final = re.compile(rf"[ -~]{{1,{MOST_PURPOSE}}}")
_PURPOSE: Final = re.compile(r"[0-9A-Za-z.-]+(?: [0-9A-Za-z.-]+)*")
_NOT_IN_PURPOSE: Final = re.compile(r"[^0-9A-Z.-]+")
_FEES_ON_TOP: Final = frozenset({"55", "56", "57"})
_OTHER_SHAPES: Final = {
    "52": re.compile(r"[0-9]{4}"),
    "59": re.compile(r".{1,25}"),
    "60": re.compile(r".{1,15}"),
    "61": re.compile(r".{1,10}"),
}
"""Objects that a transfer does not need; they are looked at, and left out of what was read."""

Objects = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class VietQr:
    """A transfer. ``bank_bin``: six digits of `BANKS`; ``amount``: whole VND, None lets the payer say it.

    ``account`` is a card's number where ``is_card``. ``purpose`` may be any text: `vietqr_text` folds it.

    Raises:
        Invalid: ``vietqr.bank_unknown``, ``vietqr.account``, ``vietqr.amount`` or ``vietqr.bill``.
    """

    bank_bin: str
    account: str
    amount: int | None = None
    bill: str | None = None
    purpose: str | None = None
    is_card: bool = False

    def __post_init__(self) -> None:
        if self.bank_bin not in BANKS:
            raise Invalid("vietqr.bank_unknown")
        if not (_CARD if self.is_card else _ACCOUNT).fullmatch(self.account):
            raise Invalid("vietqr.account")
        if self.amount is not None and (isinstance(self.amount, bool) or not 0 < self.amount <= MOST_AMOUNT):
            raise Invalid("vietqr.amount")
        if self.bill is not None and not _BILL.fullmatch(self.bill):
            raise Invalid("vietqr.bill")


def checksum(data: bytes) -> str:
    """CRC-16/CCITT-FALSE (polynomial 0x1021, from 0xFFFF, not reflected): ``29B1`` for ``123456789``."""
    return f"{crc_hqx(data, _CRC_INIT):04X}"


def folded_purpose(text: str) -> str:
    """What banks take: ``Lệ phí GPLX`` gives ``LE PHI GPLX``; at most 25 of letters, digits, dot, hyphen and space.

    Raises:
        Invalid: ``vietqr.purpose``: nothing of it is left.
    """
    bare = _NOT_IN_PURPOSE.sub(" ", search_key(text).upper()).strip()
    if not bare:
        raise Invalid("vietqr.purpose")
    return bare[:MOST_PURPOSE].rstrip()


def vietqr_text(transfer: VietQr) -> str:
    """The text of the code. A purpose that banks take stands as it is; any other is folded.

    With an amount the code is dynamic (for one payment), without one static.

    Raises:
        Invalid: ``vietqr.purpose``.
    """
    service = _TO_CARD if transfer.is_card else _TO_ACCOUNT
    beneficiary = _object("00", transfer.bank_bin) + _object("01", transfer.account)
    merchant = _object("00", NAPAS) + _object("01", beneficiary) + _object("02", service)
    more = _object("01", transfer.bill) if transfer.bill is not None else ""
    more += _object("08", _written(transfer.purpose)) if transfer.purpose is not None else ""
    text = "".join(
        (
            _object("00", "01"),
            _object("01", _STATIC if transfer.amount is None else _DYNAMIC),
            _object("38", merchant),
            _object("53", CURRENCY),
            _object("54", str(transfer.amount)) if transfer.amount is not None else "",
            _object("58", COUNTRY),
            _object("62", more) if more else "",
            _CRC_HEAD,
        )
    )
    return text + checksum(text.encode("ascii"))


def parse_vietqr(text: str) -> VietQr:
    """Reads a code to the letter; the checksum may be in small letters.

    Raises:
        Invalid: ``vietqr.<reason>``; every reason has its sentence.
    """
    if not _ASCII.fullmatch(text):
        raise Invalid("vietqr.not_ascii")
    if not text.startswith("000201"):
        raise Invalid("vietqr.not_a_payment")
    if len(text) > _MOST_TEXT:
        raise Invalid("vietqr.length")
    if text[-8:-4] != _CRC_HEAD:
        raise Invalid("vietqr.order")
    if checksum(text[:-4].encode("ascii")) != text[-4:].upper():
        raise Invalid("vietqr.checksum")
    objects = _objects(text[:-8])
    if "63" in objects:
        raise Invalid("vietqr.order")
    _check_around(objects)
    return _transfer(objects)


def _object(tag: str, value: str) -> str:
    return f"{tag}{len(value):02d}{value}"


def _written(purpose: str) -> str:
    stands = len(purpose) <= MOST_PURPOSE and _PURPOSE.fullmatch(purpose)
    return purpose if stands else folded_purpose(purpose)


def _objects(text: str) -> Objects:
    """Each object by its tag. Raises ``Invalid`` for a length that does not fit and for tags that do not ascend."""
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(text):
        head = text[at : at + 4]
        if len(head) < 4 or not head.isdigit():
            raise Invalid("vietqr.length")
        start, at = at + 4, at + 4 + int(head[2:])
        if at > len(text) or at == start:
            raise Invalid("vietqr.length")
        found.append((head[:2], text[start:at]))
    if any(one >= other for (one, _), (other, _) in pairwise(found)):
        raise Invalid("vietqr.order")
    return dict(found)


def _check_around(objects: Objects) -> None:
    """What is not the transfer itself. A fee on top would make the amount say too little: such a code is refused."""
    if not {"38", "53", "58"} <= objects.keys():
        raise Invalid("vietqr.incomplete")
    if objects["53"] != CURRENCY or objects["58"] != COUNTRY:
        raise Invalid("vietqr.not_vnd")
    if _FEES_ON_TOP & objects.keys():
        raise Invalid("vietqr.fee_on_top")
    if any(tag in objects and not shape.fullmatch(objects[tag]) for tag, shape in _OTHER_SHAPES.items()):
        raise Invalid("vietqr.malformed")
    way = objects.get("01", _STATIC)
    if way not in {_STATIC, _DYNAMIC}:
        raise Invalid("vietqr.malformed")
    if way == _DYNAMIC and "54" not in objects:
        raise Invalid("vietqr.amount")


def _transfer(objects: Objects) -> VietQr:
    merchant = _objects(objects["38"])
    if merchant.get("00") != NAPAS or merchant.get("02") not in {_TO_ACCOUNT, _TO_CARD}:
        raise Invalid("vietqr.other_network")
    beneficiary = _objects(merchant.get("01", ""))
    if not {"00", "01"} <= beneficiary.keys():
        raise Invalid("vietqr.incomplete")
    amount = objects.get("54")
    if amount is not None and not _AMOUNT.fullmatch(amount):
        raise Invalid("vietqr.amount")
    more = _objects(objects.get("62", ""))
    purpose = more.get("08")
    if purpose is not None and len(purpose) > MOST_PURPOSE:
        raise Invalid("vietqr.purpose")
    return VietQr(
        bank_bin=beneficiary["00"],
        account=beneficiary["01"],
        amount=None if amount is None else int(amount),
        bill=more.get("01"),
        purpose=purpose,
        is_card=merchant["02"] == _TO_CARD,
    )
