"""Banks that take transfers by VietQR, by their BIN: the six digits by which NAPAS knows them.

The BINs are those on which two public VietQR libraries agree; nobody has compared them with NAPAS' own list yet
(`NEEDS_REVIEW`), and banks merge and are renamed. A table of Python and not a JSON file: the phone reads it too, from
a package that does no I/O.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

NEEDS_REVIEW: Final = True


@dataclass(frozen=True, slots=True)
class Bank:
    """``short_name`` as people call it, ``name`` as it stands on paper."""

    bin: str
    short_name: str
    name: str


_ROWS: Final = (
    ("970400", "Saigonbank", "Ngân hàng TMCP Sài Gòn Công Thương"),
    ("970403", "Sacombank", "Ngân hàng TMCP Sài Gòn Thương Tín"),
    ("970405", "Agribank", "Ngân hàng Nông nghiệp và Phát triển Nông thôn Việt Nam"),
    ("970406", "Vikki Bank", "Ngân hàng TNHH MTV Số Vikki"),
    ("970407", "Techcombank", "Ngân hàng TMCP Kỹ thương Việt Nam"),
    ("970408", "GPBank", "Ngân hàng TNHH MTV Kỷ Nguyên Thịnh Vượng"),
    ("970409", "Bac A Bank", "Ngân hàng TMCP Bắc Á"),
    ("970412", "PVcomBank", "Ngân hàng TMCP Đại Chúng Việt Nam"),
    ("970414", "MBV", "Ngân hàng TNHH MTV Việt Nam Hiện Đại"),
    ("970415", "VietinBank", "Ngân hàng TMCP Công thương Việt Nam"),
    ("970416", "ACB", "Ngân hàng TMCP Á Châu"),
    ("970418", "BIDV", "Ngân hàng TMCP Đầu tư và Phát triển Việt Nam"),
    ("970419", "NCB", "Ngân hàng TMCP Quốc Dân"),
    ("970422", "MB", "Ngân hàng TMCP Quân đội"),
    ("970423", "TPBank", "Ngân hàng TMCP Tiên Phong"),
    ("970424", "Shinhan Bank", "Ngân hàng TNHH MTV Shinhan Việt Nam"),
    ("970425", "ABBANK", "Ngân hàng TMCP An Bình"),
    ("970426", "MSB", "Ngân hàng TMCP Hàng Hải Việt Nam"),
    ("970427", "VietABank", "Ngân hàng TMCP Việt Á"),
    ("970428", "Nam A Bank", "Ngân hàng TMCP Nam Á"),
    ("970429", "SCB", "Ngân hàng TMCP Sài Gòn"),
    ("970430", "PGBank", "Ngân hàng TMCP Thịnh vượng và Phát triển"),
    ("970431", "Eximbank", "Ngân hàng TMCP Xuất Nhập khẩu Việt Nam"),
    ("970432", "VPBank", "Ngân hàng TMCP Việt Nam Thịnh Vượng"),
    ("970433", "VietBank", "Ngân hàng TMCP Việt Nam Thương Tín"),
    ("970434", "Indovina Bank", "Ngân hàng TNHH Indovina"),
    ("970436", "Vietcombank", "Ngân hàng TMCP Ngoại thương Việt Nam"),
    ("970437", "HDBank", "Ngân hàng TMCP Phát triển Thành phố Hồ Chí Minh"),
    ("970438", "BaoViet Bank", "Ngân hàng TMCP Bảo Việt"),
    ("970440", "SeABank", "Ngân hàng TMCP Đông Nam Á"),
    ("970441", "VIB", "Ngân hàng TMCP Quốc tế Việt Nam"),
    ("970443", "SHB", "Ngân hàng TMCP Sài Gòn – Hà Nội"),
    ("970448", "OCB", "Ngân hàng TMCP Phương Đông"),
    ("970449", "LPBank", "Ngân hàng TMCP Lộc Phát Việt Nam"),
    ("970452", "KienlongBank", "Ngân hàng TMCP Kiên Long"),
    ("970454", "BVBank", "Ngân hàng TMCP Bản Việt"),
    ("970457", "Woori Bank", "Ngân hàng TNHH MTV Woori Việt Nam"),
    ("970458", "UOB", "Ngân hàng TNHH MTV United Overseas Bank Việt Nam"),
    ("970459", "CIMB", "Ngân hàng TNHH MTV CIMB Việt Nam"),
)

BANKS: Final[Mapping[str, Bank]] = MappingProxyType({row[0]: Bank(*row) for row in _ROWS})
