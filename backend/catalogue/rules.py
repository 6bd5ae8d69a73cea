"""What changed between two versions, and how well a procedure answers a search. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shared_models.deadline import DeadlineRule, TimeUnit
from shared_models.procedure import ProcedureVersion
from shared_models.procedure_terms import FILING_WAYS, STORE, ChangeKind, ProcedureStanding
from shared_models.text import search_key

_HOURS_OF: Final = {
    TimeUnit.INSTANT: (0, 0),
    TimeUnit.SAME_DAY: (0, 1),
    TimeUnit.WORKING_HOUR: (1, 0),
    TimeUnit.WORKING_DAY: (8, 0),
    TimeUnit.CALENDAR_DAY: (8 * 5 / 7, 0),
}
"""Working hours of one unit, and of the unit as such: only to say which of two deadlines is the shorter one."""

NOT_CONTENT: Final = ("id", "effective_from", "state", "needs_review")
"""Members that differ between any two versions, or say something about the data and not about the procedure."""


def kinds_of(before: ProcedureVersion | None, after: ProcedureVersion) -> list[ChangeKind]:
    """What ``after`` did to the procedure; empty when it says the same as ``before``."""
    if after.standing is ProcedureStanding.ABOLISHED:
        if before is not None and before.standing is ProcedureStanding.ABOLISHED:
            return [ChangeKind.CHANGED] if _differ(before, after) else []
        return [ChangeKind.MERGED if after.replaced_by not in (None, STORE) else ChangeKind.ABOLISHED]
    if before is None or before.standing is ProcedureStanding.ABOLISHED:
        return [ChangeKind.ADDED]
    kinds = []
    if _is_less(before, after, lambda one, way: _hours(one.deadlines[way])):
        kinds.append(ChangeKind.SHORTENED)
    if _is_less(before, after, lambda one, way: sum(line.amount for line in one.fees[way])):
        kinds.append(ChangeKind.CHEAPER)
    explained = {ChangeKind.SHORTENED: "deadlines", ChangeKind.CHEAPER: "fees"}
    left = {member for member, _, _ in _differ(before, after)} - {explained[kind] for kind in kinds} - {"pay_at"}
    return [*kinds, ChangeKind.CHANGED] if left or (not kinds and _differ(before, after)) else kinds


def summary_of(before: ProcedureVersion | None, after: ProcedureVersion) -> dict[str, Any]:
    """``{name, replaced_by, members: [{member, before, after}]}``; in full what a reader compares at a glance."""
    told = ("deadlines", "fees", "level", "standing", "competent")
    members = [
        {"member": member, "before": old if member in told else None, "after": new if member in told else None}
        for member, old, new in (_differ(before, after) if before else ())
    ]
    return {"name": after.name.to_json(), "replaced_by": after.replaced_by, "members": members}


def _differ(before: ProcedureVersion, after: ProcedureVersion) -> list[tuple[str, Any, Any]]:
    old, new = before.to_json(), after.to_json()
    return [(name, old[name], new[name]) for name in new if name not in NOT_CONTENT and old[name] != new[name]]


def _is_less(before: ProcedureVersion, after: ProcedureVersion, measure: Any) -> bool:
    """Less in one way of filing, and more in none."""
    pairs = [(measure(before, way), measure(after, way)) for way in FILING_WAYS]
    return any(new < old for old, new in pairs) and not any(new > old for old, new in pairs)


def _hours(deadline: DeadlineRule) -> float:
    per_unit, once = _HOURS_OF[deadline.unit]
    return float(per_unit * deadline.amount + once)


LIFE_EVENT_WORDS: Final[Mapping[str, str]] = {
    "birth": "sinh con em bé trẻ sơ sinh baby child birth born",
    "marriage": "cưới kết hôn vợ chồng độc thân wedding marry",
    "death": "người mất qua đời tang lễ chết funeral die",
    "moving_home": "chuyển nhà dọn nhà thuê trọ hộ khẩu thường trú tạm trú move house",
    "driving": "lái xe bằng lái ô tô xe máy car driving licence",
    "going_abroad": "đi nước ngoài xuất cảnh sang Lào abroad travel",
    "working": "xin việc đi làm job work",
    "studying": "đi học học nghề nhập học school study",
    "health": "khám bệnh thuốc sức khỏe tiêm chủng health medicine",
    "starting_business": "mở quán mở cửa hàng mở công ty lập doanh nghiệp khởi nghiệp start business open shop",
    "running_business": "kinh doanh buôn bán quảng cáo business trade",
    "building": "xây nhà sửa nhà đào đường thi công build house",
    "papers": "mất giấy tờ sao y chứng thực bản sao lost papers copy",
}
"""What people type for a life event: for the search only, never shown."""


@dataclass(frozen=True, slots=True)
class SearchText:
    """The words of one procedure, folded, by how much they weigh."""

    code: str
    name: str
    name_words: tuple[str, ...]
    near_words: tuple[str, ...]
    far_words: tuple[str, ...]

    @classmethod
    def of(cls, procedure: Mapping[str, Any]) -> "SearchText":
        """Of a procedure's JSON: its name; field and life events; what one gets."""
        name = search_key(f"{procedure['name']['vi']} {procedure['name']['en']}")
        events = " ".join(LIFE_EVENT_WORDS[event] for event in procedure["life_events"])
        near = search_key(f"{events} {' '.join(procedure['field']['name'].values())}")
        cases = " ".join(case["name"]["vi"] for case in procedure.get("replaced_cases", ()))
        far = search_key(f"{' '.join(procedure['summary'].values())} {cases}")
        return cls(procedure["code"].lower(), name, *(tuple(_words(text)) for text in (name, near, far)))


def _words(text: str) -> Iterator[str]:
    for word in text.split():
        bare = word.strip(",.;:()/–-\"'“”")
        yield from (part for part in bare.replace("–", "-").replace("/", "-").split("-") if part)


def rank(wanted: str, text: SearchText) -> int | None:
    """How well a procedure answers, 0 best; None: not at all. ``wanted`` is a `search_key`.

    0 its code, 1 its name has the phrase, 2 its name has all words, 3 with field and life events, 4 with what one
    gets; 5 and more: some words are in none of it, but more than half are.
    """
    if text.code.startswith(wanted):
        return 0
    words = list(_words(wanted))
    if not words:
        return None
    if wanted in text.name:
        return 1
    known: tuple[str, ...] = ()
    for place, more in enumerate((text.name_words, text.near_words, text.far_words), start=2):
        known += more
        if _missing(words, known) == 0:
            return place
    missing = _missing(words, known)
    return 4 + missing if missing * 2 < len(words) else None


def _missing(words: Sequence[str], known: Sequence[str]) -> int:
    return sum(not any(one.startswith(word) for one in known) for word in words)
