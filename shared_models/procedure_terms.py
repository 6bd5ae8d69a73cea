"""The closed lists of the catalogue: what a procedure may be, who may satisfy a component, how codes look."""

import re
from enum import StrEnum
from typing import Final, Literal

CODE_PATTERN: Final = r"(?:[1-3]\.[0-9]{6}|DEMO-[A-Z]{2,8}-[0-9]{2})"
"""Mã TTHC (domain 2.7). ``DEMO-…`` stands for a procedure whose national code is not known."""

DAY_PATTERN: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
FORM_ID_PATTERN: Final = r"[a-z][a-z0-9_]{1,62}@[1-9][0-9]{0,3}"
AGENCY_PATTERN: Final = r"[A-Z][0-9]{2}(?:\.[0-9]{2,3}){0,4}"
"""Mã định danh cơ quan (QĐ 20/2020/QĐ-TTg)."""

KEY_PATTERN: Final = r"[a-z][a-z0-9_]{0,63}"
COMMUNE: Final = "commune"
"""Stands for the committee of the commune in question, whichever that is."""

STORE: Final = "store"
"""Stands for the result store, where an abolished re-issue is replaced by one's own document (S15)."""

FilingWay = Literal["direct", "online"]
"""How something is filed: at a counter or by post, or from a phone."""

FILING_WAYS: Final[tuple[FilingWay, ...]] = ("direct", "online")

_CODE: Final = re.compile(CODE_PATTERN, re.ASCII)
_VERSION: Final = re.compile(rf"{CODE_PATTERN}@{DAY_PATTERN}", re.ASCII)


class ProcedureKind(StrEnum):
    ADMINISTRATIVE = "administrative"
    OUT_OF_ONE_STOP = "out_of_one_stop"
    PUBLIC_CAREER = "public_career"


class ProcedureStanding(StrEnum):
    ACTIVE = "active"
    ABOLISHED = "abolished"


class VersionState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"


class Level(StrEnum):
    """NĐ 224/2026: everything online by default; anything less has a published reason."""

    FULL = "full"
    PARTIAL = "partial"
    INFORMATION = "information"


class PayAt(StrEnum):
    NONE = "none"
    RECEPTION = "reception"
    RETURN = "return"


class HeldSource(StrEnum):
    """Where something lies that makes a paper needless."""

    LICENCE = "licence"
    RESULT = "result"
    PERSON = "person"
    REGISTRY = "registry"


class Registry(StrEnum):
    """The national and specialised databases that are asked instead of the citizen (NQ 66.7/2025)."""

    POPULATION = "population"
    CIVIL_STATUS = "civil_status"
    BUSINESS = "business"
    LAND = "land"
    DRIVING_LICENCES = "driving_licences"
    VEHICLES = "vehicles"
    HEALTH = "health"


REGISTRY_RECORDS: Final = {
    Registry.CIVIL_STATUS: frozenset({"marriage", "marital_status"}),
    Registry.HEALTH: frozenset({"birth", "death", "driver_check"}),
}
"""Databases with records of several kinds, which make different papers needless: there a source names one of them."""


def is_registry_source(key: str) -> bool:
    """Whether ``key`` is `registry` or, of those with several kinds of records, `registry.record`."""
    name, _, record = key.partition(".")
    if name not in {one.value for one in Registry}:
        return False
    records = REGISTRY_RECORDS.get(Registry(name))
    return record in records if records else key == name


class ResultKind(StrEnum):
    DOCUMENT = "document"
    LICENCE = "licence"


class ReturnWays(StrEnum):
    DIGITAL = "digital"
    COUNTER = "counter"
    POST = "post"


class ChangeKind(StrEnum):
    """What a new version did to a procedure; one version may be of several kinds."""

    ADDED = "added"
    MERGED = "merged"
    ABOLISHED = "abolished"
    SHORTENED = "shortened"
    CHEAPER = "cheaper"
    CHANGED = "changed"


LIFE_EVENTS: Final = (
    *("birth", "marriage", "death", "moving_home", "driving", "going_abroad", "working", "studying", "health"),
    *("starting_business", "running_business", "building", "papers"),
)
"""What happens in a life or a business and leads to a procedure; ``life_event.<key>`` names each in the catalogues."""

ACCEPTED_FILES: Final = ("pdf", "jpeg", "png")
MOST_BYTES: Final = 20 * 1024 * 1024


def is_procedure_code(text: str) -> bool:
    return _CODE.fullmatch(text) is not None


def is_version_id(text: str) -> bool:
    """``<code>@<day>``; whether the day exists is not looked at."""
    return _VERSION.fullmatch(text) is not None
