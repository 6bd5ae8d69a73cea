"""Orders that are paid, and receipts as they are stored: for tests of receipts."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pypdfium2
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from lxml import etree

from backend.bootstrap import SEALS_FOLDER, Container
from backend.infra.files import Files
from backend.infra.mongo import Database, Document
from backend.infra.printing.seals import Seals
from backend.infra.system import Ids
from backend.payments.documents import BUCKET, RECEIPT_COUNTERS, RECEIPTS
from backend.payments.receipt_ports import ReceiptPorts
from backend.payments.services.receipts import Receipts
from shared_models.clock import Clock
from shared_models.ids import new_id
from shared_models.money import amount_in_words
from shared_models.payment.order import GatewayKey
from tests.support.builders_identity import FOOD_BOARD

ISSUED_AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
PAYER = {"id": "per_" + "0" * 26, "name": "Trần Thị Thu Trang"}
_turns = count(1)

FREE = {
    "rule_id": "nq-66-22-2026",
    "name": {"vi": "Miễn phí khi nộp trực tuyến", "en": "Free online"},
    "basis": "NQ 66.22/2026/NQ-CP",
    "due": 0,
}
LINES: list[dict[str, Any]] = [
    {
        "key": "fee",
        "name": {"vi": "Phí thẩm định cấp giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm", "en": "Appraisal"},
        "listed": 115_000,
        "due": 115_000,
        "rule_id": None,
        "considered": [],
    },
    {
        "key": "copy",
        "name": {"vi": "Lệ phí cấp bản sao <&>", "en": "Copies"},
        "listed": 8_000,
        "due": 0,
        "rule_id": FREE["rule_id"],
        "considered": [FREE],
    },
]


def an_order(
    payer: dict[str, Any] | None = None,
    lines: list[dict[str, Any]] | None = None,
    agency: tuple[str, str] = FOOD_BOARD,
    order_id: str | None = None,
) -> dict[str, Any]:
    """What a receipt needs of a paid order; another one each time."""
    lines = LINES if lines is None else lines
    turn = next(_turns)
    return {
        "_id": order_id or new_id("ord", turn.to_bytes(17, "big")),
        "agency": {"code": agency[0], "name": agency[1]},
        "payer": payer or PAYER,
        "reference": f"{agency[0]}-261121-{turn:04}",
        "title": {"vi": "Cấp giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm", "en": "Food safety certificate"},
        "lines": lines,
        "amount": sum(line["due"] for line in lines),
    }


def a_receipt(**changes: Any) -> Document:
    """A receipt as it is stored."""
    order = an_order()
    kept = {name: order[name] for name in ("payer", "reference", "title", "lines", "amount")}
    return {
        "_id": "rct_" + "1" * 26,
        "order_id": order["_id"],
        **kept,
        "reference": "H17.08-261121-0001",
        "agency": order["agency"] | {"tax_code": "0401234567"},
        "form": "EBL01",
        "series": "26TAA",
        "year": 2026,
        "number": 42,
        "words": amount_in_words(order["amount"]),
        "method": GatewayKey.MOMO.value,
        "issued_at": ISSUED_AT,
        "change": "0" * 24,
        "state": "issued",
    } | changes


def receipts_of(
    container: Container, *, clock: Clock | None = None, ids: Ids | None = None, files: Files | None = None
) -> Receipts:
    """The service as it is wired, or with another clock, source of ids or store of files."""
    database, clock, ids = container.database, clock or container.clock, ids or container.ids
    return Receipts(
        ReceiptPorts(
            database=database,
            clock=clock,
            ids=ids,
            files=files or Files(database, clock, ids, BUCKET),
            seals=Seals(container.settings.keys_dir / SEALS_FOLDER),
            ledger=container.ledger,
            notices=container.notices,
            identity=container.identity,
            is_demo=True,
        )
    )


def issued(
    receipts: Receipts, database: Database, order: dict[str, Any], method: GatewayKey = GatewayKey.MOMO
) -> Document:
    """The receipt of an order for which one is due."""
    made = database.transaction(lambda session: receipts.issue(order, method, session))
    assert made is not None
    return made


@dataclass(frozen=True)
class Numbers:
    """The numbers of an agency's series, in order, and what its counter says."""

    taken: list[int]
    counted: int


def numbers_of(database: Database, agency_code: str, series: str, year: int = 2026) -> Numbers:
    found = database.collection(RECEIPTS).find({"agency.code": agency_code, "series": series, "year": year})
    counter = database.collection(RECEIPT_COUNTERS).find_one({"_id": f"{agency_code}:{series}:{year}"})
    return Numbers(sorted(one["number"] for one in found), counter["last"] if counter else 0)


def words_of(content: bytes) -> str:
    """What stands on a PDF's first page."""
    document = pypdfium2.PdfDocument(content)
    try:
        return " ".join(document[0].get_textpage().get_text_range().split())
    finally:
        document.close()


DS = "{http://www.w3.org/2000/09/xmldsig#}"


def xml_signer(content: bytes) -> x509.Certificate:
    """Who signed an XML receipt: checked by hand (W3C XML Signature 1.1, 3.2), by none of the code that signs.

    Raises:
        InvalidSignature: it is not what was signed.
    """
    root = etree.fromstring(content)
    (signature,) = root.findall(f"{DS}Signature")
    info = signature.find(f"{DS}SignedInfo")
    (reference,) = info.findall(f"{DS}Reference")
    assert reference.get("URI") == "", "the whole document is signed"
    certificate = x509.load_der_x509_certificate(base64.b64decode(signature.findtext(f".//{DS}X509Certificate")))
    said = etree.tostring(info, method="c14n", exclusive=True)
    value = base64.b64decode(signature.findtext(f"{DS}SignatureValue"))
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(value, said, padding.PKCS1v15(), hashes.SHA256())
    else:
        assert isinstance(key, ec.EllipticCurvePublicKey)
        half = len(value) // 2
        r, s = (int.from_bytes(part, "big") for part in (value[:half], value[half:]))
        key.verify(encode_dss_signature(r, s), said, ec.ECDSA(hashes.SHA256()))
    root.remove(signature)
    digest = hashlib.sha256(etree.tostring(root, method="c14n", exclusive=True)).digest()
    if digest != base64.b64decode(reference.findtext(f"{DS}DigestValue")):
        raise InvalidSignature("the document is another one")
    return certificate
