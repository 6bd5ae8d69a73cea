"""One dossier on an officer's desk as the server tells it, and a server that carries out actions on it."""

from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any

from shared_models.clock import to_wire
from tests.support import phone_services as services
from tests.support.phone import NOW, MemoryServer
from tests.support.phone_desk import DESK

Json = dict[str, Any]
ID = "dos_1"
PATH = f"{DESK}/dossiers/{ID}"
COLLEAGUES = [
    {"id": "stf_9", "name": "Nguyễn Văn Hải", "duties": ["receive", "process", "approve"]},
    {"id": "stf_8", "name": "Lê Thị Hoa", "duties": ["process"]},
]
AGENCIES = [{"code": "H17.05", "name": "Sở Xây dựng"}, {"code": "H17.07", "name": "Sở Y tế"}]
EVERYTHING = [
    *("accept", "refuse", "start", "assign", "hand_over", "ask_supplement", "ask_payment", "record_payment"),
    *("ask_opinion", "answer_opinion", "propose", "send_back", "resolve", "stop", "resume", "extend"),
    *("return_result", "post", "delivered"),
]


def a_case(*may: str, code: str = services.FOOD, **changes: Any) -> Json:
    """A `DeskDossier` that somebody is working on, with one paper uploaded and one held."""
    base = services.dossier(1, code=code)
    version = services.versions()[code]
    uploaded, held = version["components"][0], version["components"][-1]
    whole = {
        **base,
        "owner": {"id": "per_1", "name": "Trần Thị Thu Thảo", "masked_personal_id": "048*******12"},
        "contact": {"phone": "0905123456", "email": None},
        "assigned_to": {"id": "stf_9", "name": "Nguyễn Văn Hải"},
        "values": {"applicant_name": "Trần Thị Thu Thảo", "applicant_phone": "0905123456"},
        "origins": {"applicant_name": "prefilled", "applicant_phone": "typed"},
        "components": [
            {
                "key": uploaded["key"],
                "name": uploaded["name"],
                "source": "upload",
                "label": "mat-bang.jpg",
                "media_type": "image/jpeg",
                "size": 1_400_000,
            },
            {
                "key": held["key"],
                "name": held["name"],
                "source": "registry",
                "label": "Giấy phép 12/GP",
                "media_type": None,
                "size": None,
            },
        ],
        "fee": {
            "amount": 700_000,
            "paid_at": None,
            "receipt_number": None,
            "lines": [
                {"key": "review", "name": {"vi": "Thẩm định", "en": "Review"}, "amount": 500_000},
                {"key": "copy", "name": {"vi": "Bản sao", "en": "Copy"}, "amount": 200_000},
            ],
        },
        "proposal": None,
        "opinions": [],
        "held_evidence": [],
        "fee_reason": {"rules": [], "evidence": [], "unasked": []},
        "refused_demands": [],
        "demands": demands(code),
        "may": list(may),
    }
    return {**whole, **changes}


def demands(code: str = services.FOOD) -> Json:
    """What a supplement may ask for: all but the last paper, which is held."""
    listed = [
        {"component": one["key"], "name": one["name"], "held": None} for one in services.versions()[code]["components"]
    ]
    listed[-1]["held"] = {"source": "registry", "label": "Giấy phép 12/GP"}
    form = {"component": "form", "name": {"vi": "Tờ khai", "en": "The form"}, "held": None}
    return {"notices_left": 1, "items": [*listed, form]}


def a_clash() -> Json:
    """Both have moved on: the city asked for a supplement, the one-stop software began to work."""

    def side(status: int, hours: int, **more: Any) -> Json:
        at = to_wire(NOW - timedelta(hours=hours))
        rest = {"code": None, "due_at": at, "fee": 0, "paid_at": None, "asked": [], "decision": None, "number": None}
        return {"version": 4, "at": at, "status": status, "status_at": at, "note": None, **rest, **more}

    ours = side(5, 3, asked=["premises_description"])
    theirs = side(4, 1, note="Cán bộ một cửa đã chuyển xử lý.")
    return {"ours": ours, "theirs": theirs, "differs": ["status", "status_at", "asked"], "keep": ["ours", "theirs"]}


def proposed(by: str = "stf_8", decision: str = "approve") -> Json:
    return {
        "status": 4,
        "proposal": {
            "decision": decision,
            "text": "Đủ điều kiện, đề nghị cấp.",
            "result": {},
            "by": {"id": by, "name": "Lê Thị Hoa"},
            "at": to_wire(NOW),
        },
    }


def an_opinion(agency: str = "H17.08", **changes: Any) -> Json:
    return {
        "id": "act_1",
        "kind": "opinion",
        "agency": {"code": agency, "name": "Ban Quản lý An toàn thực phẩm"},
        "question": "Cơ sở có vi phạm không?",
        "asked_at": to_wire(NOW),
        "due_at": to_wire(NOW + timedelta(days=3)),
        "text": None,
        "answered_by": None,
        "answered_at": None,
        **changes,
    }


class CaseServer:
    """Serves one dossier; `carry_out` says what an action answers, by default the next version without a `may`."""

    def __init__(self, data: Json) -> None:
        self.data = data
        self.asked: list[Json] = []
        self.carry_out: Callable[[Json], tuple[int, Any]] = self.done

    def serve(self, server: MemoryServer) -> None:
        server.on("GET", PATH, lambda _body, _query: (200, deepcopy(self.data)))
        server.on("POST", f"{PATH}/actions", self._act)
        server.on("GET", f"{DESK}/colleagues", (200, {"items": COLLEAGUES}))
        server.on("GET", f"{DESK}/agencies", (200, {"items": AGENCIES}))
        server.on("GET", f"{PATH}/files/*", (200, b"the picture"))
        server.on("GET", f"{PATH}/slips/*", (200, b"%PDF-slip"))
        server.on("GET", f"{PATH}/result.pdf", (200, b"%PDF-result"))
        for code in services.versions():
            server.on("GET", f"{services.API}/procedures/{code}", (200, services.detail(code)))
        for form_id in {version["form"] for version in services.versions().values() if version["form"]}:
            server.on("GET", f"{services.API}/forms/{form_id}", (200, services.form(form_id)))

    def _act(self, body: Json, _query: Any) -> tuple[int, Any]:
        self.asked.append(body)
        return self.carry_out(body)

    def done(self, body: Json) -> tuple[int, Any]:
        """The action is carried out once; the same again is answered as before, an old version refused."""
        if self.data.get("last") == body["id"]:
            return 200, deepcopy(self.data)
        if body["version"] != self.data["version"]:
            return 412, {"code": "dossier.changed", "status": 412}
        line = {"at": to_wire(NOW), "action": body["action"], "actor": "Nguyễn Văn Hải", "agency": None, "note": None}
        timeline = [*self.data["timeline"], {**line, "status": self.data["status"]}]
        self.data |= {"version": body["version"] + 1, "timeline": timeline, "may": [], "last": body["id"]}
        return 200, deepcopy(self.data)

    def somebody_else(self, action: str, **changes: Any) -> None:
        """A colleague was faster."""
        line = {"at": to_wire(NOW), "action": action, "actor": "Lê Thị Hoa", "agency": None, "note": None}
        timeline = [*self.data["timeline"], {**line, "status": self.data["status"]}]
        self.data |= {"version": self.data["version"] + 1, "timeline": timeline, **changes}
