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
        holder_is_person: the holder's name is a natural person's; the public page masks it.
        activity, place, geohash: presence of the optional claims.
    """

    code: int
    key: str
    is_place_bound: bool
    holder_is_person: bool
    activity: Presence
    place: Presence
    geohash: Presence


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
)
"""Giấy phép lái xe."""

LICENCE_TYPES: Final = (FOOD_SAFETY, ROAD_WORKS, DRIVING_LICENCE)
BY_CODE: Final = {licence_type.code: licence_type for licence_type in LICENCE_TYPES}
BY_KEY: Final = {licence_type.key: licence_type for licence_type in LICENCE_TYPES}
