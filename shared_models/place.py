"""Places: communes after the 2025 merger, coordinates, geohashes and distances."""

from dataclasses import dataclass
from enum import StrEnum
from math import asin, cos, radians, sin, sqrt
from typing import Final

_BASE32: Final = "0123456789bcdefghjkmnpqrstuvwxyz"
_EARTH_RADIUS_M: Final = 6_371_000.0


class CommuneKind(StrEnum):
    WARD = "phường"
    COMMUNE = "xã"
    SPECIAL_ZONE = "đặc khu"


@dataclass(frozen=True, slots=True)
class Commune:
    """One of the city's 94 units since 1/7/2025; ``code`` is the General Statistics Office's."""

    code: str
    name: str
    kind: CommuneKind


@dataclass(frozen=True, slots=True)
class Point:
    """WGS 84 degrees."""

    lat: float
    lon: float


def geohash(point: Point, length: int = 6) -> str:
    """The geohash of a point; six characters name a cell of about 1.2 km x 0.6 km."""
    lat_range, lon_range = [-90.0, 90.0], [-180.0, 180.0]
    text, bits, value, even = "", 0, 0, True
    while len(text) < length:
        span, coordinate = (lon_range, point.lon) if even else (lat_range, point.lat)
        middle = (span[0] + span[1]) / 2
        upper = coordinate >= middle
        span[0 if upper else 1] = middle
        value, bits, even = value * 2 + upper, bits + 1, not even
        if bits == 5:
            text, bits, value = text + _BASE32[value], 0, 0
    return text


def geohash_centre(text: str) -> Point:
    """The middle of a geohash's cell.

    Raises:
        ValueError: a character outside the alphabet.
    """
    lat_range, lon_range = [-90.0, 90.0], [-180.0, 180.0]
    even = True
    for letter in text:
        value = _BASE32.index(letter)
        for bit in (16, 8, 4, 2, 1):
            span = lon_range if even else lat_range
            span[0 if value & bit else 1] = (span[0] + span[1]) / 2
            even = not even
    return Point((lat_range[0] + lat_range[1]) / 2, (lon_range[0] + lon_range[1]) / 2)


def distance_m(one: Point, other: Point) -> float:
    """Metres along the sphere (haversine)."""
    lat1, lat2 = radians(one.lat), radians(other.lat)
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin(radians(other.lon - one.lon) / 2) ** 2
    return 2 * _EARTH_RADIUS_M * asin(sqrt(half))
