"""The walk through an officer's dossier: reading it, each kind of form, a decision, a pause and a clash."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from mobile.state.desk import DESK_FROM
from shared_models.clock import to_wire
from tests.support import phone_case, phone_services
from tests.support import phone_desk as demo

PREFIX = f"{demo.DESK}/dossiers/dos_case_"


class CaseApi:
    """Answers about a few dossiers, one for each state that looks different; their terms come from the catalogue."""

    def __init__(self) -> None:
        now = datetime.now(UTC)
        may = ["accept", "start", "ask_supplement", "ask_opinion", "propose", "extend", "hand_over", "stop", "refuse"]
        opinions = [
            phone_case.an_opinion("H17.05", asked_at=to_wire(now), due_at=to_wire(now + timedelta(days=3))),
            phone_case.an_opinion(
                "H17.07",
                id="act_2",
                asked_at=to_wire(now),
                due_at=to_wire(now),
                text="Cơ sở chưa từng bị xử phạt.",
                answered_by="Bùi Thanh Hà",
                answered_at=to_wire(now),
            ),
        ]
        paused = phone_services.supplement("premises_description", now)
        decided = {"result_id": "res_1", "licence_id": "lic_1", "number": "48/2026/ATTP", "decision": "approved"}
        self.dossiers = {
            "open": self._one(now, may=may, opinions=opinions),
            "leader": self._one(now, may=["resolve", "send_back"], **phone_case.proposed()),
            "paused": self._one(now, may=[], **paused),
            "done": self._one(
                now, may=["return_result"], status=9, result=decided, slips=["01", "06"], ended_at=to_wire(now)
            ),
            "clash": self._one(now, may=["settle_clash"], sync="clash", clash=phone_case.a_clash()),
        }

    @staticmethod
    def _one(now: datetime, **changes: Any) -> dict[str, Any]:
        return {**demo.desk_dossier(1, now=now), "demands": phone_case.demands(), **changes}

    def answer(self, method: str, path: str, _body: bytes) -> tuple[int, Any] | None:
        """Status and content, or None for what is not about one of these."""
        bare = urlsplit(path).path
        if bare == f"{demo.DESK}/agencies":
            return 200, {"items": phone_case.AGENCIES}
        if method != "GET" or not bare.startswith(PREFIX):
            return None
        name, _, rest = bare.removeprefix(PREFIX).partition("/")
        found = self.dossiers.get(name)
        return None if found is None or rest else (200, {**found, "id": f"dos_case_{name}"})


def cases(walk: Any) -> None:
    """Each state by its address."""
    opened(walk, "open", "85-case")
    scrolled(walk, "85-case-papers", "85-case-answers", "85-case-history")
    opened(walk, "open", "")
    walk.tap("case.do.ask_supplement")
    walk.wait("case.form.ask_supplement", 600)
    walk.tap("case.demand.premises_description")
    walk.page.wait_for_timeout(500)
    walk.shoot("86-supplement")
    walk.tap("case.leave")
    walk.page.wait_for_timeout(400)
    walk.tap("case.do.propose")
    walk.wait("case.form.propose", 600)
    walk.shoot("86-propose")
    walk.tap("case.leave")
    walk.page.wait_for_timeout(400)
    walk.tap("case.do.refuse")
    walk.wait("case.form.refuse", 600)
    walk.tap("case.send")
    walk.page.wait_for_timeout(600)
    walk.shoot("86-faults")
    walk.tap("case.leave")
    opened(walk, "leader", "87-leader")
    walk.tap("case.do.resolve")
    walk.wait("case.form.resolve", 600)
    walk.tap("case.send")
    walk.wait("question.yes", 700)
    walk.shoot("87-sign")
    walk.tap("question.no")
    walk.tap("case.leave")
    for name in ("paused", "done", "clash"):
        opened(walk, name, f"88-{name}")


def opened(walk: Any, name: str, shot: str) -> None:
    width, height = walk.look.size
    page = "nav.back" if width < DESK_FROM else "desk.refresh"
    for path, there in (("/me", "me.signout"), (f"/dossiers/dos_case_{name}", page)):
        walk.tell("notification.opened", {"url": path})
        walk.wait(there, 1200)
    # A page that was seen before comes back where it was left.
    walk.page.mouse.move(width * 0.7, height / 2)
    walk.page.mouse.wheel(0, -9_000)
    walk.wait("case.clock", 500)
    if shot:
        walk.shoot(shot)


def scrolled(walk: Any, *names: str) -> None:
    width, height = walk.look.size
    for name in names:
        walk.page.mouse.move(width * 0.7, height / 2)
        walk.page.mouse.wheel(0, height * 0.8)
        walk.page.wait_for_timeout(600)
        walk.shoot(name)
