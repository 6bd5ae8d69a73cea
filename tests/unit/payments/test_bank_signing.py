"""Bank transfers: the QR that is shown, the number that is found again in a bank's text, credits and statements."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.payments.adapters.bank import (
    Bank,
    BankAccount,
    bank_signature,
    code_in,
    credits_signature,
    purpose_of,
)
from backend.payments.adapters.http import Http
from backend.payments.ports import BadNotice, Judgement, NoticeOutcome, RawNotice
from shared_models.clock import FixedClock, to_epoch_s
from shared_models.errors import Invalid
from shared_models.payment.order import LEAST_CODE, LEAST_CODE_EVER, MOST_CODE
from shared_models.payment.vietqr import folded_purpose, parse_vietqr
from tests.support.bills import STARTED, a_bill, posted

SECRET = "a-secret-of-the-test"
CODE = 1_234_567_890_123_456
VCB = {"bin": "970436", "account": "0011001234567", "holder": "SO XAY DUNG"}
BIDV = {"bin": "970418", "account": "5611009999", "holder": "SO Y TE"}
CREDIT = {
    "reference": "FT26326123456",
    "account": "0011001234567",
    "amount": 115_000,
    "text": "CD1234567890123456 H17",
    "at": "2026-11-22T09:31:00+07:00",
}
NOW = str(to_epoch_s(STARTED))


def account(**payees: Any) -> BankAccount:
    return BankAccount("http://127.0.0.1:1/lookup", SECRET, payees or {"*": VCB, "H17.30": BIDV})


def gateway(clock: FixedClock | None = None) -> Bank:
    return Bank(account(), Http(), clock or FixedClock(STARTED))


def told(at: str = NOW, signature: str | None = None, **changes: Any) -> RawNotice:
    body = json.dumps({**CREDIT, **changes}).encode()
    return posted(body, X_Bank_Time=at, x_bank_signature=signature or bank_signature(SECRET, at, body))


def refused(raw: RawNotice, clock: FixedClock | None = None) -> Judgement:
    with pytest.raises(BadNotice) as caught:
        gateway(clock).read(raw)
    return caught.value.judgement


@pytest.mark.parametrize(
    "text",
    [
        "CD1234567890123456",
        "cd1234567890123456 le phi",
        "CD 1234 5678 9012 3456 H17.12",
        "CD1234567\n890123456",
        "C D1234567890123456",
        "CD123456789012345 6",  # folded before its last digit: the shorter numbers of once end nothing
        "CD1234567890123 456 12",
        "MBVCB.7788.CHUYEN TIENCD1234567890123456.CT tu 0071 toi 0011",
        "CD1234567890123456-221126-09:31:00 045231",
        "CD1234567890123456 FT26326123456789",
        "CD1234567890123456 20261122093100",
        "CD1234567890123456 7",
        "CD1234567890123456 va CD1234567890123456",
        "CDCD1234567890123456",
        "CD12 CD1234567890123456",
    ],
)
def test_the_number_is_found_in_what_a_bank_made_of_it(text: str) -> None:
    assert code_in(text) == CODE


@pytest.mark.parametrize("code", [LEAST_CODE_EVER, 1_234_567_890_123, LEAST_CODE - 1])
def test_a_number_of_once_is_still_found(code: int) -> None:
    digits = str(code)
    for text in (f"CD{code} H17.12-01", f"cd {digits[:4]} {digits[4:]}", f"CD{code} 20261122093100"):
        assert code_in(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "le phi GPLX",
        "1234567890123456",
        "CD",
        "CD123456789012",  # cut short
        "CD 1234 567 890",
        "CD12345678901234567",  # part of a longer number
        "CD0123456789012345",
        "CD1234567-890123456",
        "CD1234567890123 12",  # of once: it or 123456789012312
        "CD1234567890123456 CD1234567890123457",
        "CD\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669\u0660\u0661\u0662\u0663",  # digits of another script
        f"CD{MOST_CODE + 1}",
        "CD9" + " 9" * 20_000,
    ],
)
def test_what_is_not_certain_is_no_number(text: str) -> None:
    assert code_in(text) is None


def folded(code: int, gaps: set[int]) -> str:
    return "".join(f" {sign}" if place in gaps else sign for place, sign in enumerate(f"CD{code}"))


@given(
    code=st.integers(LEAST_CODE, MOST_CODE),
    gaps=st.sets(st.integers(0, 17)),
    around=st.text("ABEF.-/ \n", max_size=9),
    after=st.integers(0, 10**9),
)
def test_every_number_is_found_however_it_is_folded(code: int, gaps: set[int], around: str, after: int) -> None:
    assert code_in(f"{around}{folded(code, gaps)} {after} {around}") == code


def test_all_numbers_that_are_made_have_one_length_and_are_exact_in_javascript() -> None:
    assert len(str(LEAST_CODE)) == len(str(MOST_CODE)) == 16
    assert MOST_CODE == 2**53 - 1


@given(code=st.integers(LEAST_CODE, MOST_CODE), gaps=st.sets(st.integers(0, 17)), cut=st.integers(0, 17))
def test_a_number_that_was_cut_is_nobody_elses(code: int, gaps: set[int], cut: int) -> None:
    found = code_in(folded(code, gaps)[:cut])
    assert found is None or found < LEAST_CODE


@given(code=st.integers(LEAST_CODE, MOST_CODE), reference=st.text("0123456789AH.-", min_size=1, max_size=20))
def test_the_purpose_holds_the_number_first_whatever_the_dossier_is_called(code: int, reference: str) -> None:
    purpose = purpose_of(a_bill(code=code, reference=reference))
    assert purpose == folded_purpose(purpose) == f"CD{code} LE PHI"
    assert len(purpose) == 25
    assert code_in(purpose) == code


def test_a_transfer_goes_to_the_agencys_own_account() -> None:
    transfer = gateway().start(a_bill(agency={"code": "H17.30", "name": "Sở Y tế"})).transfer
    assert transfer is not None
    assert (transfer.bank, transfer.account, transfer.holder) == ("970418", "5611009999", "SO Y TE")
    assert (transfer.bank_name, transfer.amount, transfer.purpose) == ("BIDV", 115_000, "CD1234567890123456 LE PHI")


def test_its_qr_says_the_same_and_is_the_same_each_time() -> None:
    transfer = gateway().start(a_bill()).transfer
    assert transfer == gateway().start(a_bill()).transfer
    assert transfer is not None
    read = parse_vietqr(transfer.text)
    assert (read.bank_bin, read.account, read.amount) == ("970436", "0011001234567", 115_000)
    assert (read.bill, read.purpose) == ("1234567890123456", "CD1234567890123456 LE PHI")


def test_the_signature_is_over_time_and_bytes() -> None:
    # printf '1795314600.{"a":1}' | openssl dgst -sha256 -hmac a-secret-of-the-test
    expected = "7876383d152efabb1462db24a29b4c4d38909be25cd7009d003c74a402b4994f"
    assert bank_signature(SECRET, "1795314600", b'{"a":1}') == expected


def test_an_answer_is_signed_for_its_question() -> None:
    # printf '1795314600.text=CD1.[{"a":"Đ","b":1}]' | openssl dgst -sha256 -hmac a-secret-of-the-test
    expected = "02569408502d6c48bc0b74bd1ae975d576c083b3c3d3573f68b27454bc62e7dc"
    assert credits_signature(SECRET, "1795314600", "text=CD1", [{"b": 1, "a": "Đ"}]) == expected


def test_a_credit_is_a_payment() -> None:
    notice = gateway().read(told())
    assert (notice.code, notice.amount, notice.outcome) == (CODE, 115_000, NoticeOutcome.PAID)
    assert (notice.provider_ref, notice.at) == ("FT26326123456", datetime(2026, 11, 22, 2, 31, tzinfo=UTC))


@pytest.mark.parametrize("step", [-300, 0, 300])
def test_a_credit_is_good_for_five_minutes(step: int) -> None:
    assert gateway(FixedClock(STARTED + timedelta(seconds=step))).read(told()).amount == 115_000


@pytest.mark.parametrize("step", [-301, 301, 86_400])
def test_an_old_credit_is_not_told_a_second_time(step: int) -> None:
    assert refused(told(), FixedClock(STARTED + timedelta(seconds=step))) is Judgement.FORGED


def test_another_time_or_body_than_was_signed_is_forged() -> None:
    signature = bank_signature(SECRET, NOW, json.dumps(CREDIT).encode())
    assert gateway().read(told(signature=signature.upper())).amount == 115_000
    assert refused(told(signature=signature, amount=115_001)) is Judgement.FORGED
    assert refused(told(at=str(int(NOW) + 1), signature=signature)) is Judgement.FORGED
    assert refused(told(signature="é")) is Judgement.FORGED


@pytest.mark.parametrize(
    "changes", [{"text": "le phi"}, {"account": "999"}, {"text": "CD123"}, {"account": "5611009999", "text": ""}]
)
def test_money_that_names_no_order_is_left_to_the_statement(changes: dict[str, Any]) -> None:
    assert refused(told(**changes)) is Judgement.UNKNOWN_ORDER


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": True},
        {"amount": 0},
        {"amount": -5},
        {"amount": "115000"},
        {"reference": ""},
        {"reference": "x" * 65},
        {"reference": " "},
        {"amount": 10**30},
        {"amount": 115_000.0},
        {"at": "0001-01-01T00:00:00+07:00"},
        {"at": "2026-11-22T09:31:00"},
        {"at": "soon"},
        {"text": None},
    ],
)
def test_signed_nonsense_is_malformed(changes: dict[str, Any]) -> None:
    assert refused(told(**changes)) is Judgement.MALFORMED


def test_without_headers_there_is_nothing_to_check() -> None:
    body = json.dumps(CREDIT).encode()
    assert refused(posted(body)) is Judgement.MALFORMED
    assert refused(posted(body, X_Bank_Time="now", X_Bank_Signature="0")) is Judgement.MALFORMED


@pytest.mark.parametrize("body", [b"[]", b"{}", b"\xff", b"1", b"[" * 100_000])
def test_a_signed_body_that_is_no_credit_is_malformed(body: bytes) -> None:
    raw = posted(body, X_Bank_Time=NOW, X_Bank_Signature=bank_signature(SECRET, NOW, body))
    assert refused(raw) is Judgement.MALFORMED


def test_a_statement_as_a_bank_writes_it() -> None:
    content = (
        "\ufeffNgân hàng TMCP Ngoại thương Việt Nam;;;;\r\nTài khoản: 0011001234567;;;;\r\n\r\n"
        "Ngày giao dịch;Số tham chiếu;Ghi nợ;Ghi có;Nội dung\r\n"
        '22/11/2026 09:31:00;FT1;;115.000;"CHUYEN TIEN CD1234\n567890123456"\r\n'
        "22/11/2026;FT2;5,000;;Phi dich vu\r\n"
        "22/11/2026 10:00;FT3;;2,000,000.00 VND;CD123 cut\r\n"
    ).encode()
    rows = gateway().statement(content)
    assert [(row.line, row.provider_ref, row.code, row.amount) for row in rows] == [
        (6, "FT1", CODE, 115_000),
        (7, "FT2", None, 0),
        (8, "FT3", None, 2_000_000),
    ]
    assert rows[0].at == datetime(2026, 11, 22, 2, 31, tzinfo=UTC)


def test_our_own_columns_and_money_that_went_out() -> None:
    rows = gateway().statement(
        b"date,reference,amount,text\n2026-11-22T09:31:00Z,A1,-5000,fee\n,A2,+115000,CD1234567890123456\n"
    )
    assert [(row.amount, row.code, row.at) for row in rows] == [
        (-5_000, None, datetime(2026, 11, 22, 9, 31, tzinfo=UTC)),
        (115_000, CODE, None),
    ]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", 1),
        (b"a,b\n1,2\n", 1),
        (b"date,reference,amount,text\n,A,1\n", 2),
        (b"date,reference,amount,text\n\n,A,1.5,x\n", 3),
        (b"date,reference,amount,text\n,A,1.000,x\n,B,12a,x\n", 3),
        (b'date,reference,amount,text\n,A,"1.000,000",x\n', 2),
        (b"date,reference,amount,text\n31/02/2026,A,1,x\n", 2),
        (b"date,reference,amount,text\n,,1,x\n", 2),
        (b"date,reference,amount,text\n,A,1,\xff\n", 2),
        (b'date,reference,amount,text\n,A,1,"x\n', 2),
    ],
)
def test_what_cannot_be_read_is_named_by_its_line(content: bytes, line: int) -> None:
    with pytest.raises(Invalid) as caught:
        gateway().statement(content)
    assert (caught.value.code, caught.value.params["line"]) == ("statement.unreadable", line)


@pytest.mark.parametrize(
    "payees",
    [{"H17.30": BIDV}, {"*": {**VCB, "bin": "970499"}}, {"*": {**VCB, "name": "x"}}, {"*": {**VCB, "holder": ""}}],
)
def test_an_account_needs_a_payee_at_a_bank_that_is_known(payees: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="payees"):
        account(**payees)
