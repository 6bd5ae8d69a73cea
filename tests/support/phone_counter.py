"""A counter: a clerk of a ward, who is present, and the server that takes their dossiers in."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any

from shared_models.clock import to_wire
from shared_models.errors import DomainError
from shared_models.schemas.desk import CounterDossierSchema, CounterPreparationAskSchema, DeskActionSchema
from tests.support import phone_services as services
from tests.support.flet_harness import Screen
from tests.support.phone import NOW, Json, MemoryServer, MemoryWeb
from tests.support.phone_data import Phone
from tests.support.phone_desk import a_desk, an_officer
from tests.support.phone_files import Answers, UploadDesk

API = services.API
PREPARATIONS, DOSSIERS = f"{API}/desk/dossiers/preparations", f"{API}/desk/dossiers"
WARD = services.WARD
OTHER = {"code": "H17.30.06", "name": "Ủy ban nhân dân phường Hòa Khánh"}
NUMBER, NAME = "048192900002", "Trần Thị Thu Trang"
CARD = f"{NUMBER}|201912345|{NAME}|12031992|Nữ|12 Trần Phú, Hải Châu, Đà Nẵng|10052023"
PIECE = 4
RECEIPT = "26TAA-00000001"
"""What the server numbers when nobody wrote a receipt by hand."""


class PagePapers:
    """Stands for `file_pick.js` with `passing` and for `code_once.js`: what is chosen, held and scanned."""

    def __init__(self, web: MemoryWeb) -> None:
        self._page_call = web.call
        self.content: bytes | None = b"%PDF-1.7 x"
        self.refusal: DomainError | None = None
        self.code: str | None = CARD
        self.held: dict[str, bytes] = {}
        web.call = self._call  # type: ignore[method-assign]

    async def _call(self, op: str, args: Json | None = None) -> Any:
        given = args or {}
        if op == "code.read":
            return {"text": self.code} if self.code else None
        if op == "file.pick":
            return self._pick(given)
        if op == "file.piece":
            held = self.held.get(given["id"])
            piece = held[given["at"] * PIECE : (given["at"] + 1) * PIECE] if held is not None else None
            return {"b64": urlsafe_b64encode(piece).decode().rstrip("=")} if piece is not None else None
        if op == "file.forget":
            if "id" in given:
                self.held.pop(given["id"], None)
            else:
                self.held.clear()
            return None
        return await self._page_call(op, args)

    def _pick(self, wish: Json) -> Json | None:
        if self.refusal is not None:
            raise self.refusal
        if self.content is None:
            return None
        assert wish["passing"] is True, "a paper of somebody else is not written to the machine"
        self.held[wish["id"]] = self.content
        whole = {"name": "giay.pdf", "size": len(self.content), "sha256": sha256(self.content).hexdigest()}
        return {**whole, "pieces": -(-len(self.content) // PIECE), "piece_bytes": PIECE}


class CounterServer:
    """Prepares, files, accepts and takes payments as the contract has it; `sent` are the bodies of filings.

    `more` is laid over what is prepared.

    What the real server's schemas refuse is an error of the phone's: `ValidationError`.
    """

    def __init__(self, server: Answers, own: Json = WARD) -> None:
        self.is_known, self.own, self.competent = True, own, own
        self.refusal: tuple[int, Json] | None = None
        self.prepared: list[Json] = []
        self.more: Json = {}
        self.sent: list[Json] = []
        self.acts: list[Json] = []
        self.dossier: Json = {}
        self.uploads, self._server = UploadDesk(server), server
        server.on("POST", PREPARATIONS, lambda body, _query: self._prepare(body))
        server.on("POST", DOSSIERS, lambda body, _query: self._file(body))
        server.on("POST", f"{DOSSIERS}/*", lambda body, _query: self._act(body))
        for path, answer in catalogue().items():
            server.on("GET", path, answer)

    def _prepare(self, body: Json) -> tuple[int, Json]:
        self.prepared.append(body)
        CounterPreparationAskSchema().load(body)
        if self.refusal is not None:
            return self.refusal
        told = services.preparation(body["procedure_code"])
        held = {"identity_card"}
        told["components"] = [
            {**one, "held": one["held"] if one["key"] in held else None} for one in told["components"]
        ]
        if not self.is_known:
            told |= {"values": {}, "components": [{**one, "held": None} for one in told["components"]]}
        elsewhere = body.get("receiving_agency") not in {None, self.own["code"]}
        places = {
            "receiving_agency": OTHER if elsewhere else self.own,
            "competent_agency": self.competent,
            "support_agency": self.own if elsewhere else None,
        }
        return 200, {**told, **self.more, **places, "owner_known": self.is_known, "home": None}

    def _file(self, body: Json) -> tuple[int, Json]:
        self.sent.append(body)
        CounterDossierSchema().load(body)
        if self.refusal is not None:
            return self.refusal
        whole = services.dossier(1, code=body["procedure_code"])
        self.dossier = {
            **whole,
            "id": body["id"],
            "code": None,
            "status": 1,
            "version": 1,
            "owner": {"id": "per_1", "name": body["owner"]["full_name"], "masked_personal_id": "048•••••0002"},
            "receiving_agency": self.own,
            "competent_agency": self.competent,
            "fee": {"amount": 0, "lines": [], "paid_at": None, "receipt_number": None},
            "may": ["accept", "refuse"],
            **self.dossier,
        }
        self._server.on("GET", f"{DOSSIERS}/{body['id']}/slips/01.pdf", (200, b"%PDF-1.7 slip"))
        return 201, self.dossier

    def _act(self, body: Json) -> tuple[int, Json]:
        self.acts.append(body)
        DeskActionSchema().load(body)
        changed: Json = {"version": self.dossier["version"] + 1}
        if body["action"] == "record_payment":
            fee = {
                **self.dossier["fee"],
                "receipt_number": body.get("receipt_number", RECEIPT),
                "paid_at": to_wire(NOW),
            }
            changed |= {"payment": "paid", "fee": fee, "may": ["accept"]}
        if body["action"] == "accept":
            changed |= {"status": 2, "code": f"{self.own['code']}-261121-0001", "may": ["start"], "slips": ["01", "06"]}
        if body["action"] == "return_result":
            changed |= {"status": 10, "delivery": "delivered", "may": []}
        self.dossier = {**self.dossier, **changed}
        return 200, self.dossier


def catalogue() -> dict[str, tuple[int, Any]]:
    """Every procedure, form and commune that a phone asks for."""
    cards = [services.card(code) for code in services.versions()]
    found: dict[str, tuple[int, Any]] = {
        f"{API}/procedures": (200, {"items": cards, "next_cursor": None}),
        f"{API}/communes": (200, services.communes()),
    }
    for code, version in services.versions().items():
        found[f"{API}/procedures/{code}"] = (200, services.detail(code))
        if version["form"]:
            found[f"{API}/forms/{version['form']}"] = (200, services.form(version["form"]))
    return found


async def a_counter(
    route: str = "/counter", width: int = 390, today: list[Json] | None = None
) -> tuple[Phone, Screen, CounterServer, PagePapers]:
    """A ward's clerk at the counter."""
    held: list[Any] = []

    def serve(server: MemoryServer) -> None:
        held.append(CounterServer(server))

    user = an_officer("receive", agency=WARD)
    phone, screen = await a_desk({"counter": today or []}, user=user, route="/", width=width, serve=serve)
    papers = PagePapers(phone.web)
    screen.page.navigate(route)
    await screen.settle(40)
    return phone, screen, held[0], papers
