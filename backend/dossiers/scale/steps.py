"""What happens to a dossier of the demonstration, and when: mostly all goes well, some are late, some never end."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Literal

from backend.dossiers.rules import FORM
from backend.infra.system import Dice
from shared_models.deadline import TimeUnit
from shared_models.dossier import DossierAction
from shared_models.procedure import ProcedureVersion
from shared_models.procedure_terms import PayAt

Who = Literal["clerk", "officer", "leader", "owner", "part", "system"]

_DAY: Final = 480
"""Minutes in a working day."""

_ROUTES: Final = {
    "straight": 77,
    "refused": 3,
    "withdrawn": 3,
    "supplement": 9,
    "unanswered": 2,
    "stopped": 1,
    "unpaid": 2,
    "forgotten": 1,
    "new": 2,
}
"""Of a hundred dossiers. Forgotten: accepted, and nobody ever proposes. New: nobody has looked at it yet."""


@dataclass(frozen=True, slots=True)
class Step:
    """An action ``after`` so many working minutes; ``waits``: days of the calendar besides, for a citizen's answer."""

    action: DossierAction
    who: Who
    after: int
    fields: Mapping[str, Any] = field(default_factory=dict)
    waits: timedelta = timedelta()


def steps_of(version: ProcedureVersion, fee: int, way: str, dice: Dice) -> Iterator[Step]:
    """The steps of one dossier in their order; ``fee`` in VND, ``way`` in which the result goes back."""
    (route,) = dice.choices(list(_ROUTES), list(_ROUTES.values()))
    if route == "new":
        return
    yield from _intake(version, fee, route, dice)
    if route in {"refused", "withdrawn"} or (route == "unpaid" and fee):
        return
    if dice.random() < 0.25:
        yield Step(DossierAction.ASSIGN, "leader", dice.randint(5, 200))
    yield Step(DossierAction.START, "officer", dice.randint(10, 240))
    if route == "stopped":
        reason = {"reason": "DEMO: chờ quyết định khác có liên quan", "legal_basis": "DEMO"}
        yield Step(DossierAction.STOP, "officer", dice.randint(60, _DAY), reason)
        return
    if route in {"supplement", "unanswered"} and version.form is not None:
        yield from _supplement(version, route, dice)
        if route == "unanswered":
            return
    if route != "forgotten":
        yield from _decision(version, fee, way, dice)


def _intake(version: ProcedureVersion, fee: int, route: str, dice: Dice) -> Iterator[Step]:
    soon = dice.randint(15, _DAY)
    if route == "refused":
        reason = {"reason": "DEMO: không thuộc thẩm quyền giải quyết", "legal_basis": "NĐ 61/2018/NĐ-CP, điều 17"}
        yield Step(DossierAction.REFUSE, "clerk", soon, reason)
    elif route == "withdrawn":
        yield Step(DossierAction.WITHDRAW, "owner", soon, {"reason": "DEMO: rút hồ sơ"})
    elif fee and version.pay_at is PayAt.RECEPTION:
        yield Step(DossierAction.ASK_PAYMENT, "clerk", soon, {"amount": fee})
        if route != "unpaid":
            receipt = {"amount": fee, "receipt_number": f"DEMO-{dice.randint(0, 9_999_999):07}"}
            yield Step(DossierAction.RECORD_PAYMENT, "clerk", dice.randint(5, _DAY), receipt)
    else:
        yield Step(DossierAction.ACCEPT, "clerk", soon)


def _supplement(version: ProcedureVersion, route: str, dice: Dice) -> Iterator[Step]:
    items = [{"component": FORM, "reason": "DEMO: tờ khai chưa ghi đủ"}]
    yield Step(DossierAction.ASK_SUPPLEMENT, "officer", dice.randint(60, _DAY), {"items": items})
    if route == "supplement":
        yield Step(DossierAction.ANSWER_SUPPLEMENT, "owner", 30, waits=timedelta(days=dice.randint(1, 12)))
        return
    reason = {"reason": "supplement.unanswered"}
    yield Step(DossierAction.STOP, "system", 1, reason, timedelta(days=version.supplement.answer_within_days))


def _decision(version: ProcedureVersion, fee: int, way: str, dice: Dice) -> Iterator[Step]:
    for part in version.interlinked:
        if not part.lead:
            yield Step(DossierAction.ANSWER_OPINION, "part", dice.randint(30, _DAY), {"text": "DEMO: đã thực hiện"})
    share = dice.uniform(0.95, 1.6) if dice.random() < 0.06 else dice.uniform(0.2, 0.8)
    proposal = {"decision": "refuse" if dice.random() < 0.03 else "approve", "text": "DEMO: đủ điều kiện"}
    yield Step(DossierAction.PROPOSE, "officer", int(_allowed(version) * share), proposal)
    yield Step(DossierAction.RESOLVE, "leader", dice.randint(10, 300))
    if fee and version.pay_at is PayAt.RETURN:
        receipt = {"amount": fee, "receipt_number": f"DEMO-{dice.randint(0, 9_999_999):07}"}
        yield Step(DossierAction.RECORD_PAYMENT, "clerk", dice.randint(30, 900), receipt)
    yield Step(DossierAction.RETURN_RESULT, "clerk", dice.randint(10, 1500), {"way": way})
    if way == "post":
        sent = {"carrier": "DEMO", "tracking": f"DEMO{dice.randint(0, 999_999):06}VN"}
        yield Step(DossierAction.POST, "clerk", dice.randint(10, 300), sent)
        yield Step(DossierAction.DELIVERED, "clerk", dice.randint(_DAY, 4 * _DAY))
    if dice.random() < 0.15:
        stars = dice.choices((5, 4, 3, 2, 1), (60, 25, 9, 4, 2))[0]
        yield Step(DossierAction.RATE, "owner", dice.randint(10, _DAY), {"stars": stars})


def _allowed(version: ProcedureVersion) -> int:
    """About how many working minutes the agency has."""
    rule = version.deadlines["online"]
    minutes = {TimeUnit.WORKING_DAY: _DAY, TimeUnit.CALENDAR_DAY: _DAY * 5 // 7, TimeUnit.WORKING_HOUR: 60}
    return int(rule.amount * minutes.get(rule.unit, 0)) or 120
