"""The licence types: the one list of them. Adding a type is an entry here and its message keys (CONTRIBUTING)."""

from dataclasses import dataclass
from enum import Enum
from typing import Final


class Presence(Enum):
    """Whether a type's credential carries a field."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, slots=True)
class LicenceType:
    """What a credential of one type holds, and how its verdict is shown.

    Attributes:
        code: claim 3 of the licence; never reused.
        key: the name in code, in the API and in the catalogues (``licence_type.<key>``).
        is_place_bound: the licence holds at one address, which an inspector compares with where he stands.
        holder_is_person: the holder is a natural person, or may be one; the public page masks a person's name.
        activity, place, geohash: presence of the optional claims.
        end_date: whether the licence prints a last day; where it is forbidden every licence is undated (claim 7).
        number_has_twelve_digits: the type's own numbers look like a personal id; no other type's number may.
    """

    code: int
    key: str
    is_place_bound: bool
    holder_is_person: bool
    activity: Presence
    place: Presence
    geohash: Presence
    end_date: Presence = Presence.OPTIONAL
    number_has_twelve_digits: bool = False


FOOD_SAFETY: Final = LicenceType(
    code=1,
    key="food_safety",
    is_place_bound=True,
    holder_is_person=False,
    activity=Presence.OPTIONAL,
    place=Presence.REQUIRED,
    geohash=Presence.OPTIONAL,
)
"""Giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm."""

ROAD_WORKS: Final = LicenceType(
    code=2,
    key="road_works",
    is_place_bound=True,
    holder_is_person=False,
    activity=Presence.OPTIONAL,
    place=Presence.REQUIRED,
    geohash=Presence.OPTIONAL,
)
"""Giấy phép thi công công trình trên đường bộ đang khai thác."""

DRIVING_LICENCE: Final = LicenceType(
    code=3,
    key="driving_licence",
    is_place_bound=False,
    holder_is_person=True,
    activity=Presence.REQUIRED,  # the class: without it the licence says nothing
    place=Presence.FORBIDDEN,  # it would be the driver's home
    geohash=Presence.FORBIDDEN,
    number_has_twelve_digits=True,
)
"""Giấy phép lái xe."""

CONSTRUCTION_PERMIT: Final = LicenceType(
    code=4,
    key="construction_permit",
    is_place_bound=True,
    holder_is_person=True,  # who builds a house for himself; a company's name is shown in full
    activity=Presence.OPTIONAL,
    place=Presence.REQUIRED,
    geohash=Presence.OPTIONAL,
)
"""Giấy phép xây dựng (procedure 1.013225: works of grade III and IV, single houses; by the commune's committee)."""

TRAVEL_PASS: Final = LicenceType(
    code=5,
    key="travel_pass",
    is_place_bound=False,
    holder_is_person=True,
    activity=Presence.REQUIRED,  # purpose, route and hours: without them it allows everything
    place=Presence.FORBIDDEN,  # it would be the traveller's home
    geohash=Presence.FORBIDDEN,
    end_date=Presence.REQUIRED,
)
"""Giấy đi đường, as in 2021: kept ready for an emergency, no procedure of today."""

BUSINESS_HOUSEHOLD: Final = LicenceType(
    code=6,
    key="business_household",
    is_place_bound=True,
    holder_is_person=False,  # the household's registered name, which is public
    activity=Presence.OPTIONAL,
    place=Presence.REQUIRED,
    geohash=Presence.OPTIONAL,
    end_date=Presence.FORBIDDEN,
)
"""Giấy chứng nhận đăng ký hộ kinh doanh (by the commune's committee): it prints no end date."""

LICENCE_TYPES: Final = (
    FOOD_SAFETY,
    ROAD_WORKS,
    DRIVING_LICENCE,
    CONSTRUCTION_PERMIT,
    TRAVEL_PASS,
    BUSINESS_HOUSEHOLD,
)
BY_CODE: Final = {licence_type.code: licence_type for licence_type in LICENCE_TYPES}
BY_KEY: Final = {licence_type.key: licence_type for licence_type in LICENCE_TYPES}
