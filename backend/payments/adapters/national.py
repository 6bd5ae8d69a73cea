"""The payment platform of the National Public Service Portal (Cổng DVCQG), messages of version 1.0.6.

There is no public specification. What is marked (code) was read in a running provincial system (domain facts, 5.4);
what is marked (needs_review) nobody could read anywhere: it is data of the account (`NationalAccount`), to be set to
what the platform's contract with the city says.

All messages are JSON by POST, each to its own address, with ``Authorization: Bearer`` where the city goes through a
provincial service bus (code). ``MaXacThuc`` is the lower-case hex SHA-256 of values joined by ``|``, the secret last.

1. **INIT** (code) over ``LoaiBanTin, PhienBan, MaDoiTac, MaThamChieu, SoTien, LoaiHinhThanhToan, MaKenhThanhToan,
   MaThietBi, NgonNgu, MaTienTe, MaNganHang, ThongTinGiaoDich, ThoiGianGD, Ip``; beside them ``ThongTinBienLai``. Answer
   ``{MaLoi: "00", UrlThanhToan, MaXacThuc}``, over a bus ``{error_code: "0", message: that answer as text}`` (code).
   ``HoTenNguoiNop``, ``SoCMNDNguoiNop`` and ``DiaChiNguoiNop`` are sent empty: who pays is never told to a gateway. A
   city whose contract demands them adds them in `_receipt`, and says so to the people whose data it sends.
2. **QUERY** (code) over ``LoaiBanTin, PhienBan, MaDoiTac, MaThamChieu, ThoiGianGD``; the answer has the fields of 4 and
   ``TrangThaiGD``: 1 paid, 3 not known yet, 4 failed (code).
3. **GET_BILL** (code), signed like 2: the PDF of the platform's own receipt. Not asked for: the city issues its own.
4. **CONFIRM**, told to an address registered with the platform (code), over ``LoaiBanTin, MaLoi, MaDoiTac,
   MaThamChieu, SoTien, MaTienTe, MaGiaoDich, MaNganHang, ThoiGianGD, ThongTinGiaoDich``. A city may or may not have it:
   it is believed when it comes and never waited for (``sends_notices`` is false), 2 is asked instead.

What the answers of 1 and 2 are signed over is (needs_review). No way to send money back is known: it goes by hand.
``ThoiGianGD`` is ``yyyyMMddHHmmss`` in the city's time, and the same in 1 and 2 (code).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from backend.payments.adapters.http import Http
from backend.payments.adapters.national_wire import (
    SIGNED_OF_CONFIRM,
    SIGNED_OF_INIT,
    SIGNED_OF_INIT_ANSWER,
    SIGNED_OF_QUERY_ANSWER,
    SIGNED_OF_QUESTION,
    VERSION,
    authentication_code,
    off_the_bus,
)
from backend.payments.adapters.payees import check_table, payee_of
from backend.payments.adapters.statement_csv import read_statement
from backend.payments.adapters.told import city_moment, is_same, json_object, page, reference, whole
from backend.payments.ports import (
    BadNotice,
    Bill,
    Judgement,
    Notice,
    NoticeOutcome,
    Paid,
    RawNotice,
    Reply,
    Started,
    StatementRow,
)
from shared_models.clock import CITY_ZONE, Clock
from shared_models.errors import Upstream
from shared_models.payment.order import GatewayKey
from shared_models.text import without_marks

_PAYEE: Final = frozenset({"agency", "account", "bank", "holder"})
_TIME: Final = "%Y%m%d%H%M%S"
_DIGITS: Final = re.compile(r"[0-9]{1,16}", re.ASCII)
_OK: Final = "00"
_LONGEST_WORDS: Final = 150
_STATES: Final = {"1": NoticeOutcome.PAID, "4": NoticeOutcome.FAILED}
_ANSWERS: Final = {
    Judgement.TAKEN: (200, "00"),
    Judgement.REPEATED: (200, "00"),
    Judgement.UNKNOWN_ORDER: (200, "01"),
    Judgement.WRONG_AMOUNT: (200, "04"),
    Judgement.FORGED: (401, "97"),
    Judgement.MALFORMED: (400, "99"),
    Judgement.BROKEN: (503, "99"),
}
"""Codes but ``00`` are needs_review."""


@dataclass(frozen=True, slots=True)
class NationalAccount:
    """The city as a partner of the platform. ``access_token``: of the service bus, empty without one.

    ``payees``: ``{our agency code, or "*" for all others: {"agency": its code at the platform, "account", "bank",
    "holder"}}``. ``signed_of_…``: names joined by ``|``.

    Raises:
        ValueError: ``payees`` has another shape, or none for ``*``.
    """

    init_url: str
    query_url: str
    partner: str
    secret: str = field(repr=False)
    payees: dict[str, Any]
    access_token: str = field(default="", repr=False)
    signed_of_init_answer: str = SIGNED_OF_INIT_ANSWER
    signed_of_query_answer: str = SIGNED_OF_QUERY_ANSWER
    sandbox: bool = False

    def __post_init__(self) -> None:
        check_table(self.payees, _PAYEE, "payees")


class National:
    """The adapter behind `Gateway`."""

    key = GatewayKey.NATIONAL
    kind = "page"
    can_refund = False
    sends_notices = False

    def __init__(self, account: NationalAccount, http: Http, clock: Clock) -> None:  # noqa: ARG002 - it asks no time
        self._account: Final = account
        self._http: Final = http

    def start(self, bill: Bill) -> Started:
        """As `Gateway.start`."""
        answer = self._ask(self._account.init_url, self._init(bill))
        self._check(answer, self._account.signed_of_init_answer, bill)
        return Started(url=page(answer.get("UrlThanhToan"), self._account.init_url))

    def read(self, raw: RawNotice) -> Notice:
        """As `Gateway.read`."""
        try:
            told = json_object(raw.body)
        except ValueError:
            raise BadNotice(Judgement.MALFORMED) from None
        # An answer to QUERY may be signed alike: only what says that it is a CONFIRM is a notice.
        if told.get("LoaiBanTin") != "CONFIRM" or "MaXacThuc" not in told:
            raise BadNotice(Judgement.MALFORMED)
        if not self._is_signed(told, SIGNED_OF_CONFIRM) or told.get("MaDoiTac") != self._account.partner:
            raise BadNotice(Judgement.FORGED)
        try:
            outcome = NoticeOutcome.PAID if told["MaLoi"] == _OK else NoticeOutcome.FAILED
            return _notice(told, _whole(told["MaThamChieu"]), outcome)
        except (KeyError, TypeError, ValueError):
            raise BadNotice(Judgement.MALFORMED) from None

    def reply(self, judgement: Judgement) -> Reply:
        """The answer to a CONFIRM."""
        status, code = _ANSWERS[judgement]
        return Reply(status, json.dumps({"MaLoi": code, "MoTaLoi": judgement.value}).encode())

    def query(self, bill: Bill, kept: Mapping[str, Any]) -> Notice:  # noqa: ARG002 - its number is enough
        """As `Gateway.query`."""
        answer = self._ask(self._account.query_url, self._question(bill))
        self._check(answer, self._account.signed_of_query_answer, bill)
        try:
            outcome = _STATES.get(str(answer["TrangThaiGD"]), NoticeOutcome.PENDING)
            return _notice(answer, bill.code, outcome, bill.amount)
        except (KeyError, TypeError, ValueError):
            raise Upstream("gateway.answer", transient=False) from None

    def refund(self, paid: Paid, request_id: str, why: str) -> str:  # noqa: ARG002 - there is no such message
        """Always refused: the money goes back by hand."""
        raise Upstream("gateway.refused", transient=False, why="by_hand")

    def statement(self, content: bytes) -> list[StatementRow]:
        """As `Gateway.statement`."""
        return read_statement(content)

    def _init(self, bill: Bill) -> dict[str, Any]:
        told: dict[str, Any] = {
            "LoaiBanTin": "INIT",
            "PhienBan": VERSION,
            "MaDoiTac": self._account.partner,
            "MaThamChieu": str(bill.code),
            "SoTien": str(bill.amount),
            "LoaiHinhThanhToan": "PAY",
            "MaKenhThanhToan": "1",
            "MaThietBi": "1",
            "NgonNgu": "vi-VN",
            "MaTienTe": "VND",
            "MaNganHang": "PAYMENT",
            "ThongTinGiaoDich": _words(bill),
            "ThoiGianGD": _time(bill.started_at),
            "Ip": bill.source,
        }
        told["MaXacThuc"] = authentication_code(told, SIGNED_OF_INIT, self._account.secret)
        return {**told, "ThongTinBienLai": _receipt(bill, payee_of(self._account.payees, bill.agency["code"]))}

    def _question(self, bill: Bill) -> dict[str, Any]:
        told: dict[str, Any] = {
            "LoaiBanTin": "QUERY",
            "PhienBan": VERSION,
            "MaDoiTac": self._account.partner,
            "MaThamChieu": str(bill.code),
            "ThoiGianGD": _time(bill.started_at),
        }
        return {**told, "MaXacThuc": authentication_code(told, SIGNED_OF_QUESTION, self._account.secret)}

    def _ask(self, url: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
        token = self._account.access_token
        headers = {"Authorization": f"Bearer {token}"} if token else None
        answer = self._http.call("POST", url, content=content, headers=headers).content
        return off_the_bus(answer) if "error_code" in answer else answer

    def _check(self, answer: Mapping[str, Any], order: str, bill: Bill) -> None:
        if answer.get("MaLoi") != _OK:
            raise Upstream("gateway.refused", transient=False, why=str(answer.get("MaLoi")))
        if not self._is_signed(answer, order) or str(answer.get("MaThamChieu")) != str(bill.code):
            raise Upstream("gateway.answer", transient=False)

    def _is_signed(self, fields: Mapping[str, Any], order: str) -> bool:
        try:
            expected = authentication_code(fields, order, self._account.secret)
        except ValueError:
            return False
        return is_same(expected, fields.get("MaXacThuc"))


def _words(bill: Bill) -> str:
    """What stands in the payer's account: in ASCII, because banks write it, and without what parts signed values."""
    text = without_marks(f"Le phi {bill.reference} {bill.title}").encode("ascii", "ignore").decode()
    return " ".join(text.replace("|", " ").split())[:_LONGEST_WORDS].rstrip()


def _receipt(bill: Bill, payee: Mapping[str, str]) -> dict[str, Any]:
    """``ThongTinBienLai``: what is paid for and to whom. Who pays is left empty on purpose (see above)."""
    service = f"{bill.procedure_code}.01"
    lines = [(str(line["name"]["vi"]), int(line["due"])) for line in bill.lines if line["due"]]
    return {
        "MaDichVu": "2",
        "MaDVC": service,
        "TenDVC": bill.title,
        "MaTTHC": bill.procedure_code,
        "TenTTHC": bill.title,
        "MaDonVi": payee["agency"],
        "TenDonVi": bill.agency["name"],
        "MaHoSo": bill.reference,
        "TKThuHuong": payee["account"],
        "MaNHThuHuong": payee["bank"],
        "TenTKThuHuong": payee["holder"],
        "NoiDungThanhToan": f"Lệ phí {bill.reference}: {bill.title}",
        "HoTenNguoiNop": "",
        "SoCMNDNguoiNop": "",
        "DiaChiNguoiNop": "",
        "PhiLePhi": [
            {"LoaiPhiLePhi": "Phi", "MaPhiLePhi": service, "TenPhiLePhi": name, "SoTien": str(due)}
            for name, due in lines
        ],
        "DSKhoanNop": [{"NoiDung": name, "SoTien": str(due)} for name, due in lines],
    }


def _notice(told: Mapping[str, Any], code: int, outcome: NoticeOutcome, demanded: int | None = None) -> Notice:
    """``demanded``: what was asked for, where the platform names no amount because none was paid."""
    is_paid = outcome is NoticeOutcome.PAID
    if is_paid and told["MaTienTe"] != "VND":
        raise ValueError("not in VND")
    return Notice(
        code=code,
        outcome=outcome,
        amount=_whole(told["SoTien"]) if is_paid or demanded is None else demanded,
        provider_ref=reference(told["MaGiaoDich"]) if is_paid else None,
        at=_moment(told.get("ThoiGianGD")) if is_paid else None,
        why=str(told.get("TrangThaiGD") or told["MaLoi"]) if outcome is NoticeOutcome.FAILED else None,
    )


def _whole(value: Any) -> int:
    """Numbers come as numbers or as text."""
    return whole(int(value) if isinstance(value, str) and _DIGITS.fullmatch(value) else value)


def _time(moment: datetime) -> str:
    return moment.astimezone(CITY_ZONE).strftime(_TIME)


def _moment(text: Any) -> datetime | None:
    """None for what cannot be read: a payment is no less true for an odd time."""
    try:
        return city_moment(str(text), _TIME)
    except ValueError:
        return None
