"""People who do not exist, with names as people of the city have them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from backend.identity.services.people import demo_person
from backend.infra.mongo import Document
from backend.infra.system import Dice
from shared_models.person import mask_personal_id


def _words(text: str) -> list[str]:
    return text.split()


_FAMILIES: Final = _words(
    """
    Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Trần Trần Trần Trần Lê Lê Lê Phạm Phạm Huỳnh Huỳnh
    Phan Phan Võ Võ Trương Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Mai Ông Lương
    """
)
"""About as often as the city's people bear them."""

_MIDDLE: Final = {
    "male": _words("Văn Đình Quốc Minh Hữu Đức Công Thành Ngọc Xuân Bá Thanh Quang Gia Nhật Hoàng Anh Trọng Tấn Viết"),
    "female": _words("Thị Thị Thị Ngọc Thu Kim Thanh Minh Phương Hoài Bích Mỹ Diệu Như Khánh Hồng Thùy Tường Bảo"),
}
_GIVEN: Final = {
    "male": _words(
        """
        An Anh Bảo Bình Chính Cường Danh Dũng Duy Đạt Đức Hải Hậu Hiếu Hòa Hoàng Hùng Huy Khánh Khoa Kiên Lâm Lộc Long
        Minh Nam Nghĩa Nhân Phong Phú Phúc Quân Quang Sang Sơn Tài Tâm Thắng Thành Thiện Thịnh Tiến Toàn Trí Trung Tú
        Tuấn Tùng Vinh Vũ
        """
    ),
    "female": _words(
        """
        An Anh Ánh Châu Chi Diễm Diệp Dung Duyên Giang Hà Hằng Hạnh Hiền Hoa Hồng Huệ Hương Huyền Khanh Lan Liên Linh
        Loan Ly Mai My Nga Ngân Nhi Nhung Oanh Phượng Quyên Quỳnh Tâm Thảo Thoa Thu Thủy Thư Trang Trâm Trinh Tuyết
        Uyên Vân Vy Xuân Yến
        """
    ),
}
_STREETS: Final = ("Trần Phú", "Nguyễn Văn Linh", "Lê Duẩn", "Hùng Vương", "Điện Biên Phủ", "Ngô Quyền", "Hoàng Diệu")


@dataclass(frozen=True, slots=True)
class Someone:
    """``document`` is the person as the city keeps it; ``answers`` what a form can take over, by prefill source."""

    document: Document
    answers: dict[str, Any]
    address: str

    @property
    def masked_id(self) -> str:
        return mask_personal_id(str(self.document["personal_id"]))


def someone(dice: Dice, person_id: str, serial: int, commune: str, now: datetime) -> Someone:
    """The person number ``serial`` (below a million: it is in their personal id, so that no two have the same)."""
    sex = dice.choice(("male", "female"))
    born = dice.randint(1950, 2005)
    number = f"048{2 * (born >= 2000) + (sex == 'female')}{born % 100:02}{serial:06}"
    middle = " ".join(dice.sample(_MIDDLE[sex], dice.choices((1, 2), (70, 30))[0]))
    birth_date = f"{born}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
    name = f"{dice.choice(_FAMILIES)} {middle} {dice.choice(_GIVEN[sex])}"
    known = {"personal_id": number, "full_name": name, "birth_date": birth_date, "commune_code": commune}
    document = demo_person(person_id, known, now)
    answers = {
        "person.full_name": name,
        "person.personal_id": number,
        "person.birth_date": birth_date,
        "person.gender": sex,
        "person.commune": commune,
        "person.phone": f"09{dice.randint(0, 99_999_999):08}",
    }
    return Someone(document, answers, f"{dice.randint(1, 400)} {dice.choice(_STREETS)}")
