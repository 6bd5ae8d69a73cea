"""Writes dossiers by the hundred thousand into a demonstration: batch by batch, so that it can go on later.

Everything is marked as a demonstration's: the people (``is_demo``), the accounts (``demo.…``), the words in the
dossiers. Nobody is told of anything, and nothing is in anybody's access log, because nobody has looked at anything.
"""

import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from pymongo.errors import BulkWriteError
from reportlab.pdfgen.canvas import Canvas

from backend.dossiers.documents import DOSSIERS, EVENTS
from backend.dossiers.ports import DossierPorts
from backend.dossiers.rules import content_sha256, tokens_of
from backend.dossiers.scale.answers import answers_of
from backend.dossiers.scale.course import Course, Courses, Opening
from backend.dossiers.scale.people import Someone, someone
from backend.dossiers.services.codes import take_codes
from backend.infra.mongo import Document, Session
from backend.infra.order import ORDER_RANDOM_BYTES
from backend.infra.system import Dice, seeded_dice
from shared_models.access import Duty, Role
from shared_models.clock import city_date, start_of_day
from shared_models.dossier import Channel
from shared_models.ids import new_id
from shared_models.procedure import ProcedureVersion
from shared_models.procedure_terms import COMMUNE, Level, ProcedureStanding

BATCH: Final = 1_000
"""Dossiers that are made together, and lie there whole or are made anew."""

AT_ONCE: Final = 250
"""Documents in one command: whoever works in the city meanwhile waits no longer than for that."""

ALIKE: Final = 20
"""Dossiers of one course: the same procedure, place and moment, of different people."""

PEOPLE: Final = 5
"""People for one course; each has some of its dossiers."""

SPAN: Final = timedelta(days=365)
MOST: Final = 4_000_000
_ID_BYTES: Final = 17
_ONLINE, _BY_POST = 0.55, 0.05
_DUPLICATE: Final = 11_000

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Place:
    """A receiving agency; ``commune`` is the one whose committee it is, or None."""

    code: str
    commune: str | None


@dataclass(slots=True)
class _Batch:
    dossiers: list[Document] = field(default_factory=list)
    events: list[Document] = field(default_factory=list)


class ScaleSeed:
    """``batch``: dossiers that are made together. Raises ``ValueError``, one sentence: this city cannot be seeded."""

    def __init__(self, ports: DossierPorts, batch: int = BATCH) -> None:
        if not ports.is_demo:
            raise ValueError("a production city is not seeded with a demonstration")
        self._ports: Final = ports
        self._batch: Final = batch
        self._communes: Final = [one["_id"] for one in self._agencies() if one.get("commune_code")]
        self._commune_of: Final = {one["_id"]: one.get("commune_code") for one in self._agencies()}
        today = ports.catalogue.today()
        listed = ports.catalogue.list(today)
        self._versions: Final = [one for one in listed if one.level is not Level.INFORMATION and _is_used(one)]
        if not self._versions or not self._communes:
            raise ValueError(
                "this city has no catalogue or no communes: seed the demonstration first (scripts/seed.py)"
            )

    def run(self, count: int, say: Say) -> int:
        """Adds what is missing until the city has ``count`` dossiers of this seed; how many were added.

        Raises:
            ValueError: not a whole number of batches, or too many.
        """
        if count % self._batch or not 0 < count <= MOST:
            raise ValueError(f"the number of dossiers is a multiple of {self._batch:,}, at most {MOST:,}")
        self._add_officers(say)
        added = 0
        # The server writes one batch while the next is made; there are never more than the two in memory.
        writing: Future[str] | None = None
        with self._ports.database.client.start_session() as session, ThreadPoolExecutor(1) as writer:
            courses = Courses(self._ports, session)
            for batch in range(count // self._batch):
                if self._ports.database.collection(DOSSIERS).find_one({"_id": self.mark(batch)}, {"_id": 1}):
                    continue
                made = self._made(batch, courses)
                if writing is not None:
                    say(writing.result())
                writing = writer.submit(self._store, made, batch, session)
                added += self._batch
            if writing is not None:
                say(writing.result())
        return added

    def mark(self, batch: int) -> str:
        """The id of the dossier that is written last of a batch."""
        return _named("dos", batch, 0)

    def _made(self, number: int, courses: Courses) -> _Batch:
        dice, now = seeded_dice(f"congdan scale {number}"), self._ports.clock.now()
        courses.dice, made = dice, _Batch()
        file = self._file(number)
        for turn in range(self._batch // ALIKE):
            first = (number * (self._batch // ALIKE) + turn) * PEOPLE
            opening, people = self._opening(dice, first, now, file)
            known = self._enter(people)
            course = courses.course(opening, now)
            for _ in range(ALIKE):
                self._copy(course, dice.choice(known), made, dice)
        return made

    def _opening(self, dice: Dice, first: int, now: datetime, file: Document) -> tuple[Opening, list[Someone]]:
        version = dice.choice(self._versions)
        receiving = self._receiving(version, dice)
        commune = self._commune_of[receiving] or self._commune_of[_weighted(self._communes, dice)]
        received_at = self._moment(dice, now)
        people = [
            someone(dice, _named("per", serial, 0), serial, str(commune), received_at)
            for serial in range(first, first + PEOPLE)
        ]
        channels = dice.choices(
            (Channel.ONLINE, Channel.POST, Channel.DIRECT), (_ONLINE, _BY_POST, 1 - _ONLINE - _BY_POST)
        )
        version = self._ports.catalogue.in_force(version.code, city_date(received_at))
        return Opening(version, receiving, received_at, channels[0], people[0], file), people

    def _receiving(self, version: ProcedureVersion, dice: Dice) -> str:
        where = dice.choice(version.receiving)
        return _weighted(self._communes, dice) if where == COMMUNE else where

    def _moment(self, dice: Dice, now: datetime) -> datetime:
        """A moment within office hours of a day on which the city works."""
        calendar = self._ports.catalogue.calendar("default")
        at = now - SPAN * dice.random()
        opening = calendar.next_instant(start_of_day(city_date(at)))
        moment = calendar.add_minutes(opening, dice.randint(0, 479)).astimezone(now.tzinfo)
        return min(moment + timedelta(seconds=dice.randint(0, 59)), now)

    def _enter(self, people: Sequence[Someone]) -> list[Someone]:
        """Those who are in the city's register now: a number that somebody else has already is left out."""
        persons = self._ports.database.collection("persons")
        try:
            persons.insert_many([one.document for one in people], ordered=False)
        except BulkWriteError as fault:
            errors: list[dict[str, Any]] = (fault.details or {}).get("writeErrors", [])
            if any(error.get("code") != _DUPLICATE for error in errors):
                raise
            ids = [one.document["_id"] for one in people]
            held = {row["_id"] for row in persons.find({"_id": {"$in": ids}}, {"_id": 1})}
            people = [one for one in people if one.document["_id"] in held]
            if not people:
                raise ValueError("the personal ids of this seed belong to others here") from fault
        return list(people)

    def _copy(self, course: Course, who: Someone, made: _Batch, dice: Dice) -> None:
        """The course as that person's."""
        ports, before = self._ports, course.dossier
        new, owner = new_id("dos", dice.randbytes(_ID_BYTES)), who.document
        form = ports.catalogue.form(before["form_id"]) if before["form_id"] else None
        fresh = ports.ids.random(2 * ORDER_RANDOM_BYTES).hex()
        asked = answers_of(form, who) if form else {}
        dossier = before | {
            "_id": new,
            "content_sha256": content_sha256(new),
            "reference": f"{before['reference'][:7]}{new[-8:].upper()}",
            "owner_id": owner["_id"],
            "owner_name": owner["full_name"],
            "owner_masked_id": who.masked_id,
            "values": {name: asked.get(name, value) for name, value in before["values"].items()},
            "contact": {"phone": who.answers["person.phone"], "email": None},
            "return_to": before["return_to"] | {"address": who.address},
            "tokens": tokens_of(owner["full_name"], before["reader_codes"]),
            "queue": before["queue"][:12] + fresh[:12],
            "change": before["change"][:12] + fresh[12:],
        }
        if before["submitted_by"] == before["owner_id"]:
            dossier["submitted_by"] = owner["_id"]
        made.dossiers.append(dossier)
        for event in course.events:
            is_own = event["actor"].get("id") == before["owner_id"]
            actor = event["actor"] | ({"id": owner["_id"], "name": owner["full_name"]} if is_own else {})
            key = ports.ids.new("act")
            made.events.append(
                event | {"_id": key, "dossier_id": new, "content_sha256": content_sha256(key), "actor": actor}
            )

    def _store(self, made: _Batch, number: int, session: Session) -> str:
        """What lies here of a batch that was cut off goes first; one named after it comes last and says it is whole.

        One transaction of this size takes the embedded server longer than all of it without.
        """
        dossiers, events = (self._ports.database.collection(name) for name in (DOSSIERS, EVENTS))
        _rename(made, self.mark(number))
        ids = [one["_id"] for one in made.dossiers]
        if dossiers.find_one({"_id": {"$in": ids}}, {"_id": 1}) or events.find_one({"dossier_id": {"$in": ids}}):
            events.delete_many({"dossier_id": {"$in": ids}})
            dossiers.delete_many({"_id": {"$in": ids}})
        for (agency, day), group in _by_counter(made.dossiers):
            codes = take_codes(self._ports.database, agency, day, len(group), session)
            for dossier, code in zip(group, codes, strict=True):
                dossier["code"] = code
        for first in range(0, len(made.events), AT_ONCE):
            events.insert_many(made.events[first : first + AT_ONCE], ordered=False)
        for first in range(1, len(made.dossiers), AT_ONCE):
            dossiers.insert_many(made.dossiers[first : first + AT_ONCE], ordered=False)
        dossiers.insert_one(made.dossiers[0])
        return f"{(number + 1) * self._batch:,} dossiers"

    def _file(self, number: int) -> Document:
        """A page that stands for everybody's papers of one batch."""
        canvas = Canvas(io.BytesIO(), invariant=True)
        canvas.drawString(72, 720, f"DEMO {number}")
        content: bytes = canvas.getpdfdata()
        digest = hashlib.sha256(content).hexdigest()
        file_id = self._ports.files.put(content, digest, "application/pdf")
        return {"file_id": file_id, "sha256": digest, "media_type": "application/pdf", "size": len(content)}

    def _add_officers(self, say: Say) -> None:
        """Two officers for each agency that receives and has none; nobody knows their passwords."""
        staff = self._ports.identity.staff
        codes = {one for version in self._versions for one in (*version.receiving, version.competent)} - {COMMUNE}
        codes |= {part.agency for version in self._versions for part in version.interlinked} - {COMMUNE}
        added = 0
        for code in sorted(codes | set(self._communes)):
            held = {duty for one in staff.of_agency(code) for duty in one["duties"]}
            for name, duties in (("mot", (Duty.RECEIVE, Duty.PROCESS)), ("hai", (Duty.APPROVE,))):
                username = f"demo.{code.lower()}.{name}"
                if not held & set(duties) and staff.of_username(username) is None:
                    password = self._ports.ids.random(32).hex()
                    staff.add(username, password, "Cán bộ Thử Nghiệm", Role.OFFICER, code, duties=duties)
                    added += 1
        if added:
            say(f"{added} officers")

    def _agencies(self) -> list[Document]:
        return self._ports.identity.people.agencies()


def _is_used(version: ProcedureVersion) -> bool:
    return version.standing is ProcedureStanding.ACTIVE


def _weighted(codes: Sequence[str], dice: Dice) -> str:
    """The first ones are the city's large wards: a place has about half as many as one that has twice its rank."""
    return dice.choices(codes, [1 / (rank + 1) ** 0.8 for rank in range(len(codes))])[0]


def _named(prefix: str, number: int, turn: int) -> str:
    """An id that says which one of the seed it is, the same in every run."""
    return new_id(prefix, hashlib.sha256(f"congdan scale {prefix} {number} {turn}".encode()).digest()[:_ID_BYTES])


def _rename(made: _Batch, new: str) -> None:
    before = made.dossiers[0]["_id"]
    made.dossiers[0] |= {"_id": new, "reference": f"{made.dossiers[0]['reference'][:7]}{new[-8:].upper()}"}
    for event in made.events:
        if event["dossier_id"] == before:
            event["dossier_id"] = new


def _by_counter(dossiers: Sequence[Document]) -> Iterator[tuple[tuple[str, Any], list[Document]]]:
    groups: dict[tuple[str, Any], list[Document]] = {}
    for dossier in dossiers:
        if "code" in dossier:
            day = city_date(dossier["accepted_at"])
            groups.setdefault((dossier["receiving_agency"]["code"], day), []).append(dossier)
    yield from groups.items()
