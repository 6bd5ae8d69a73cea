"""The desk's form: a sample to start from, and what was filled in as the delivery that the city expects."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from scripts.sandbox.seed_data import load

CITY_ZONE = timezone(timedelta(hours=7))
NUMBER_ENDINGS = {"food_safety": "ATTP-CNĐK", "road_works": "GP-SXD"}
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
}


def today() -> date:
    return datetime.now(UTC).astimezone(CITY_ZONE).date()


def sample(kind: str, known_numbers: set[str]) -> dict[str, str]:
    """A form ready to be sent, with a number that is still free."""
    fields = dict(SAMPLES[kind])
    first = today()
    fields["valid_from"] = first.isoformat()
    fields["valid_until"] = (first + timedelta(days=int(fields.pop("days")))).isoformat()
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
    is_person = kind == "driving_licence"
    holder = {"kind": "person" if is_person else "organisation", "name": text.get("name", "")}
    holder["personal_id"] = text.get("personal_id", "")
    if "tax_code" in text:
        holder["tax_code"] = text["tax_code"]
    licence: dict[str, Any] = {
        "number": text.get("number", ""),
        "holder": holder,
        "activity": text.get("activity"),
        "valid_from": text.get("valid_from", ""),
        "valid_until": text.get("valid_until"),
    }
    if not is_person:
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
