"""What an officer does at the counter: the only writer of `CounterState`. Nothing of it is written to the machine.

Verbs that a button calls may raise DomainError, which the screen says; what goes on by itself never does.
"""

from dataclasses import replace
from typing import Any

from mobile.services.app_services import Services
from mobile.services.sending import FILE_REFUSED, step_of, with_faults
from mobile.services.web import Json
from mobile.state.card_text import read_card
from mobile.state.counter import HERE, WHO, Filing, Owner, code_in
from mobile.state.desk import DeskRow
from mobile.state.draft import PAPERS, REVIEW, PickedFile
from shared_models.clock import city_date, to_wire
from shared_models.errors import DomainError, Invalid, NotFound
from shared_models.procedure_terms import COMMUNE

VERSION_PAST = "procedure.version_past"
FEE_CHANGED = "dossier.fee_changed"
OWNER_FIELDS = ("owner", "receiving_agency")
# Of one day at one counter.
MOST = 100


class CounterWork:
    def __init__(self, services: Services) -> None:
        self._s = services

    # --- the first page ---

    async def open(self) -> None:
        """What this counter received today, and what it receives; a failure stands in the state."""
        state = self._s.counter_state
        try:
            items, _ = await self._s.desk.queue("counter", MOST)
            if state.receives is None:
                state.receives = await self._receives()
        except DomainError as error:
            state.today_error = error.code
            return
        rows = [DeskRow.from_json(item) for item in items]
        state.today = tuple(sorted(rows, key=lambda row: str(row.dossier.raw["received_at"]), reverse=True))
        state.today_error = None

    async def _receives(self) -> frozenset[str]:
        user = self._s.app_state.user
        own = user.agency_code if user else ""
        codes = await self._s.catalogue.receives(own)
        places = await self._s.catalogue.communes()
        if any((place.get("agency") or {}).get("code") == own for place in places):
            codes |= await self._s.catalogue.receives(COMMUNE)
        return codes

    async def look_up(self, typed: str) -> None:
        """One by its code, of this desk or of another agency's. Raises DomainError; Invalid names `code`."""
        state = self._s.counter_state
        state.found = state.public = None
        code = code_in(typed)
        if code is None:
            raise Invalid("dossier.code_malformed", {"code": ["dossier.code_malformed"]})
        own = await self._s.desk.search(code=code)
        if own:
            state.found = DeskRow.from_json(own[0])
        else:
            state.public = await self._s.counter.look_up_anywhere(code)

    async def read_code(self) -> str | None:
        """The text of a code before the camera; None when the camera was closed without one. Raises DomainError."""
        found = await self._s.web.call("code.read")
        return str(found["text"]) if found else None

    # --- a dossier for somebody ---

    async def begin(self, code: str) -> None:
        """An empty dossier of a procedure. Raises DomainError."""
        procedure = await self._s.catalogue.procedure(code)
        form = await self._s.catalogue.form(procedure["form"]) if procedure.get("form") else None
        draft = self._s.drafts.begin(procedure, form, None)
        if self._s.counter_state.receives is None:
            self._s.counter_state.receives = await self._receives()
        self._s.catalogue_state.communes = await self._s.catalogue.commune_names()
        await self.drop()
        self._s.counter_state.filed = None
        self.change(Filing(replace(draft, fees="direct", step=WHO)))
        self.hand_in_at(HERE if code in self._s.counter_state.receives else str(procedure["receiving"][0]))

    @property
    def filing(self) -> Filing:
        """Raises NotFound."""
        filing = self._s.counter_state.filing
        if filing is None:
            raise NotFound("counter.nothing")
        return filing

    def change(self, filing: Filing) -> None:
        self._s.counter_state.filing = filing

    async def drop(self) -> None:
        """Forget who was present, and the papers that have passed through."""
        self._s.counter_state.filing = None
        await self._s.passing.forget()

    async def identify(self, owner: Owner) -> None:
        """Another answer to who is present. Papers of somebody else are forgotten with the rest of theirs."""
        filing = self.filing
        fresh = filing.of_somebody_else(owner)
        if fresh.goes is None and filing.draft.files:
            await self._s.passing.forget()
            fresh = replace(fresh, draft=replace(fresh.draft, files={}))
        self.change(fresh)

    async def take_card(self, text: str) -> bool:
        """Take the person from the text of their card's code; False when it is no card."""
        card = read_card(text, city_date(self._s.clock.now()))
        if card is None:
            return False
        await self.identify(self.filing.owner.of_card(card))
        return True

    def hand_in_at(self, place: str) -> None:
        """At this desk, with another agency, or with a commune's committee that is still to be named."""
        user = self._s.app_state.user
        agency = {HERE: user.agency_code if user else None, COMMUNE: None}.get(place, place)
        draft = replace(self.filing.draft, agency=agency, commune="")
        self.change(replace(self.filing, draft=draft, place=place, goes=None))

    async def at_commune(self, code: str | None) -> None:
        """With this commune's committee. Raises Invalid when it has none."""
        agency = None
        if code is not None:
            agency = await self._s.catalogue.commune_agency(code)
            if agency is None:
                raise Invalid("agency.not_receiving", {"receiving_agency": ["agency.not_receiving"]})
        draft = replace(self.filing.draft, commune=code or "", agency=agency["code"] if agency else None)
        self.change(replace(self.filing, draft=draft, goes=None))

    async def prepare(self) -> bool:
        """Ask what the city knows of who is present, and where their dossier would go; False: the faults say why.

        Raises DomainError for what no answer of the officer's can mend.
        """
        state, filing = self._s.counter_state, self.filing
        wanted = filing.owner.to_json()
        state.is_preparing = True
        try:
            code, agency = filing.draft.procedure["code"], filing.draft.agency
            preparation = await self._s.counter.prepare(code, wanted, agency)
        except Invalid as error:
            self.change(replace(self.filing, draft=replace(self.filing.draft, faults=dict(error.fields))))
            return False
        finally:
            state.is_preparing = False
        if (self.filing.owner.to_json(), self.filing.draft.agency) != (wanted, agency):
            return False  # Somebody or somewhere else was named while the answer was on its way.
        self.change(self.filing.prepared(preparation, to_wire(self._s.clock.now())))
        return True

    # --- papers ---

    async def attach(self, component: Json, *, photo: bool) -> None:
        """Scan or choose a paper and begin to send it. Raises DomainError `file.*`."""
        whose = self.filing.draft.id
        file = await self._s.passing.pick(component, photo=photo)
        if file is None or self.filing.draft.id != whose:
            return
        key = component["key"]
        await self.detach(key)
        faults = {name: codes for name, codes in self.filing.draft.faults.items() if name != f"components.{key}"}
        draft = replace(self.filing.draft, faults=faults).with_file(key, file)
        self.change(replace(self.filing, draft=draft))
        try:
            sent = await self._send_file(file)
        except DomainError:
            return  # A cut line: it goes up when the dossier is sent.
        self._now_sent(key, file, sent)

    async def detach(self, key: str) -> None:
        filing = self.filing
        if key in filing.draft.files:
            await self._s.passing.forget(filing.draft.files[key])
            self.change(replace(filing, draft=filing.draft.with_file(key, None)))

    async def _send_file(self, file: PickedFile) -> PickedFile:
        def progress(count: int) -> None:
            told = self._s.dossiers_state
            told.sent_bytes = {**told.sent_bytes, file.id: count}

        return await self._s.passing_uploads.send(file, progress)

    def _now_sent(self, key: str, file: PickedFile, sent: PickedFile) -> None:
        filing = self._s.counter_state.filing
        # Another paper may have taken its place meanwhile, or the whole dossier have been dropped.
        if filing is not None and filing.draft.files.get(key) == file:
            self.change(replace(filing, draft=filing.draft.with_file(key, sent)))

    # --- sending ---

    async def submit(self) -> Json | None:
        """File it and, where this desk takes it in and nothing is due first, accept it; None when it was refused.

        Why it was refused stands in the draft, at the step that can mend it. Raises DomainError when it is not known
        whether it arrived: sending it again is harmless.
        """
        state = self._s.counter_state
        state.is_sending = True
        try:
            for key, file in self.filing.draft.files.items():
                self._now_sent(key, file, await self._send_file(file))
            if any(file.state == "refused" for file in self.filing.draft.files.values()):
                self._give_back(FILE_REFUSED, PAPERS)
                return None
            state.filed = await self._s.counter.submit(self.filing.request())
        except Invalid as error:
            names = list(error.fields)
            step = WHO if names and names[0].startswith(OWNER_FIELDS) else step_of(self.filing.draft, error)
            self.change(replace(self.filing, draft=with_faults(self.filing.draft, error)))
            self._give_back(error.code, step)
            return None
        except DomainError as error:
            if error.code == VERSION_PAST:
                await self._renew()
            elif error.code == FEE_CHANGED:
                await self.prepare()
                self._give_back(FEE_CHANGED, REVIEW)
            else:
                raise
            return None
        finally:
            state.is_sending = False
        await self.drop()
        await self.take_in()
        return state.filed

    def _give_back(self, code: str, step: str) -> None:
        filing = self.filing
        self.change(replace(filing, draft=replace(filing.draft, error=code, step=step)))

    async def _renew(self) -> None:
        """Another version holds since this morning: what it still asks for is kept, and all is looked over anew."""
        filing = self.filing
        procedure = await self._s.catalogue.procedure(filing.draft.procedure["code"])
        form = await self._s.catalogue.form(procedure["form"]) if procedure.get("form") else None
        self.change(replace(filing, draft=filing.draft.rebased(procedure, form)))
        await self.prepare()
        self._give_back(VERSION_PAST, REVIEW)

    # --- afterwards ---

    async def take_in(self) -> None:
        """Accept what was filed, if this desk may and can now; a failure leaves it to the button."""
        filed = self._s.counter_state.filed
        if filed is not None and "accept" in filed["may"]:
            try:
                await self.act("accept")
            except DomainError as error:
                self._s.app_state.message = ("counter.accept_later", {"code": error.code})

    async def act(self, action: str, **fields: Any) -> None:
        """One of the desk's actions on what was filed. Raises DomainError."""
        state = self._s.counter_state
        if state.filed is not None:
            version = int(state.filed["version"])
            state.filed = await self._s.desk_actions.send(state.filed["id"], version, action, fields)

    async def record_payment(self, receipt_number: str | None) -> None:
        """The fee was taken at the counter; then it can be taken in. ``receipt_number``: of one on paper, if it is.

        Raises DomainError.
        """
        filed = self._s.counter_state.filed
        if filed is not None:
            on_paper = {"receipt_number": receipt_number} if receipt_number else {}
            await self.act("record_payment", amount=filed["fee"]["amount"], **on_paper)
            await self.take_in()

    async def hand_out(self, row: DeskRow) -> None:
        """The result is handed over at the counter. Raises DomainError."""
        how = {"way": "counter"}
        data = await self._s.desk_actions.send(row.id, row.dossier.version, "return_result", how)
        self._s.counter_state.found = replace(row, dossier=type(row.dossier).from_json(data))

    async def show_slip(self, number: str, title: str) -> None:
        """A slip of what was filed, to be printed. Raises DomainError."""
        filed = self._s.counter_state.filed
        if filed is None:
            return
        content = await self._s.counter.slip(filed["id"], number)
        name = f"phieu-{number}-{filed['code'] or filed['reference']}.pdf"
        await self._s.web.show_paper(content, "application/pdf", {"title": title, "name": name, "dock_px": None})
