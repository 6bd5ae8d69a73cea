"""The desk's form: a sample to start from, and what was filled in as the delivery that the city expects."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from scripts.sandbox.seed_data import load
from shared_models.credential.types import BY_KEY, Presence

CITY_ZONE = timezone(timedelta(hours=7))
NUMBER_ENDINGS = {
    "food_safety": "ATTP-CNĐK",
    "road_works": "GP-SXD",
    "construction_permit": "GPXD",
    "business_household": "ĐKHKD",
    "travel_pass": "GĐĐ",
}
ACTIVITY_HINTS = {
    "food_safety": "ngành nghề, số suất ăn",
    "road_works": "hạng mục thi công",
    "driving_licence": "hạng xe",
    "construction_permit": "loại công trình, số tầng, diện tích",
    "business_household": "ngành, nghề kinh doanh",
    "travel_pass": "mục đích, lộ trình, khung giờ",
}
SAMPLES: dict[str, dict[str, str]] = {
    "food_safety": {
        "personal_id": "048201900010",
        "name": "QUÁN BÚN CHẢ CÁ SÔNG HÀN",
        "activity": "Kinh doanh dịch vụ ăn uống",
        "address": "18 Bạch Đằng, phường Hải Châu, TP Đà Nẵng",
        "commune_code": "20242",
        "lat": "16.0729",
        "lon": "108.2247",
        "days": "1095",
    },
    "road_works": {
        "personal_id": "048085900001",
        "name": "CÔNG TY TNHH XÂY LẮP AN HẢI",
        "activity": "Lắp đặt ống cấp nước D110",
        "address": "Lê Duẩn, Km 0+100 - 0+400, phường Hải Châu",
        "commune_code": "20242",
        "lat": "16.0708",
        "lon": "108.2148",
        "days": "45",
    },
    "driving_licence": {
        "personal_id": "048201900010",
        "name": "LÊ QUANG HUY",
        "activity": "Hạng A1",
        "days": "3653",
    },
    "construction_permit": {
        "personal_id": "048201900010",
        "name": "LÊ QUANG HUY",
        "activity": "Nhà ở riêng lẻ 2 tầng, 120 m2 sàn",
        "address": "25 Nguyễn Chí Thanh, phường Hải Châu, TP Đà Nẵng",
        "commune_code": "20242",
        "lat": "16.0731",
        "lon": "108.2197",
        "days": "365",
    },
    "business_household": {
        "personal_id": "048201900010",
        "name": "HỘ KINH DOANH BÚN CHẢ CÁ SÔNG HÀN",
        "activity": "Dịch vụ ăn uống",
        "address": "18 Bạch Đằng, phường Hải Châu, TP Đà Nẵng",
        "commune_code": "20242",
        "lat": "16.0729",
        "lon": "108.2247",
        "days": "",
    },
    "travel_pass": {
        "personal_id": "048201900010",
        "name": "LÊ QUANG HUY",
        "activity": "Diễn tập: chở thực phẩm chợ Hàn - Bạch Đằng, 04:00-08:00",
        "days": "14",
    },
}


def today() -> date:
    return datetime.now(UTC).astimezone(CITY_ZONE).date()


def sample(kind: str, known_numbers: set[str]) -> dict[str, str]:
    """A form ready to be sent, with a number that is still free. A sample without ``days`` has no end."""
    fields = dict(SAMPLES[kind])
    first = today()
    fields["valid_from"] = first.isoformat()
    days = fields.pop("days")
    fields["valid_until"] = (first + timedelta(days=int(days))).isoformat() if days else ""
    fields["number"] = _free_number(kind, first, known_numbers)
    return fields


def _free_number(kind: str, day: date, known: set[str]) -> str:
    for place in range(101, 10_000):
        ending = NUMBER_ENDINGS.get(kind)
        number = f"{place}/{day:%Y}/{ending}" if ending else f"48-{day:%y}9{place:07}"
        if number not in known:
            return number
    raise LookupError("no number is free")


def licence_of(kind: str, form: Mapping[str, str]) -> dict[str, Any]:
    """The data of a delivery. Nothing is judged here: the city does, and says what is wrong."""
    text = {name: value.strip() for name, value in form.items() if value.strip()}
    licence_type = BY_KEY[kind]
    # A builder with a tax code is a company.
    is_person = licence_type.holder_is_person and "tax_code" not in text
    holder = {"kind": "person" if is_person else "organisation", "name": text.get("name", "")}
    holder["personal_id"] = text.get("personal_id", "")
    if "tax_code" in text:
        holder["tax_code"] = text["tax_code"]
    licence: dict[str, Any] = {
        "type": kind,
        "number": text.get("number", ""),
        "holder": holder,
        "activity": text.get("activity"),
        "valid_from": text.get("valid_from", ""),
        "valid_until": text.get("valid_until"),
    }
    licence["place"] = None
    if licence_type.place is not Presence.FORBIDDEN:
        licence["place"] = {"address": text.get("address", ""), "commune_code": text.get("commune_code", "")}
        licence["place"] |= {name: _number(text[name]) for name in ("lat", "lon") if name in text}
    return licence


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def people() -> list[dict[str, Any]]:
    return load("people")


def communes() -> list[dict[str, Any]]:
    return load("communes")


def shown_status(result: Mapping[str, Any]) -> tuple[str, str]:
    """The class and the word of a status chip, from what the city lists."""
    state = result["state"]
    if state in {"suspended", "revoked"}:
        return state, {"suspended": "Tạm đình chỉ", "revoked": "Đã thu hồi"}[state]
    now = today().isoformat()
    if result["valid_until"] and result["valid_until"] < now:
        return "expired", "Hết hạn"
    if result["valid_from"] > now:
        return "grey", "Chưa có hiệu lực"
    return "valid", "Còn hiệu lực"
