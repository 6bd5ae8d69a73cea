"""The QR symbol of a paper credential."""

from qrcode.util import MODE_8BIT_BYTE, MODE_NUMBER, QRData

from backend.infra.printing.symbol import Symbol, symbol_of
from shared_models.credential.qr_size import MAX_VERSION
from shared_models.credential.qr_text import PAPER_MARK
from shared_models.errors import Invalid


def paper_symbol(text: str) -> Symbol:
    """The symbol of ``PUBLIC_URL/q#<digits>`` at level M: one byte segment for the address, one numeric for the digits.

    Raises:
        Invalid: ``sheet.code_too_large`` beyond version 15, which cheap cameras no longer read.
    """
    address, mark, digits = text.partition(PAPER_MARK)
    found = symbol_of(
        (
            QRData((address + mark).encode("ascii"), mode=MODE_8BIT_BYTE),
            QRData(digits.encode("ascii"), mode=MODE_NUMBER),
        )
    )
    if found.version > MAX_VERSION:
        raise Invalid("sheet.code_too_large")
    return found
