"""What must hold once the city is whole again, whatever was done to it: each finding is one sentence."""

import hashlib
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

from gridfs import GridFSBucket
from gridfs.errors import GridFSError
from pymongo.database import Database

from backend.infra.ledger import Ledger
from backend.infra.mongo import Database as LedgerDatabase
from backend.infra.system import Ids, SystemClock, random_bytes
from scripts.supervise.city import City
from scripts.supervise.city_env import ROOT
from tests.support.push_service import PushService
from tests.support.story.journal import Journal

Rows = Database[dict[str, Any]]
Place = tuple[str, str | None]
PAST_THIS_MINUTE = timedelta(minutes=2)
ENDED = {"sent", "dropped", "dead"}


def deliveries_are_there_once(rows: Rows, journal: Journal) -> Iterator[str]:
    """Each acknowledged delivery is one result, one licence, one paper credential, and a file that reads as signed."""
    for delivery_id, answer in journal.deliveries.items():
        held = list(rows.deliveries.find({"_id": f"H17.08:{delivery_id}"}))
        if [row["result_id"] for row in held] != [answer["id"]]:
            yield f"delivery {delivery_id}: acknowledged as {answer['id']}, held {held}"
        for name, query in (
            ("results", {"number": answer["number"]}),
            ("licences", {"number": answer["number"]}),
            ("credentials", {"licence_id": answer["licence_id"], "device_id": None}),
        ):
            count = rows[name].count_documents(query)
            if count != 1:
                yield f"delivery {delivery_id}: {count} {name}"
    if rows.results.count_documents({}) != rows.deliveries.count_documents({}):
        yield "results and deliveries differ in number"
    if rows.results.count_documents({}) != rows.licences.count_documents({}):
        yield "results and licences differ in number"


def files_are_whole(rows: Rows, _journal: Journal) -> Iterator[str]:
    bucket = GridFSBucket(rows)
    for result in rows.results.find({}, {"file_id": 1, "document_sha256": 1}):
        try:
            content = bucket.open_download_stream(result["file_id"]).read()
        except GridFSError as fault:
            yield f"result {result['_id']}: {type(fault).__name__}"
        else:
            if hashlib.sha256(content).hexdigest() != result["document_sha256"]:
                yield f"result {result['_id']}: its file is another one"


def changes_are_there_once(rows: Rows, journal: Journal) -> Iterator[str]:
    """Acknowledged decisions stand once each, in order, and result and licence are in the last one's state."""
    for result_id, changes in journal.changes.items():
        result = rows.results.find_one({"_id": result_id}) or {"changes": [], "licence_id": None, "state": None}
        held = [(change["change_id"], change["status"]) for change in result["changes"]]
        if held != changes:
            yield f"result {result_id}: acknowledged {changes}, held {held}"
        licence = rows.licences.find_one({"_id": result["licence_id"]}) or {"status": None}
        if licence["status"] != changes[-1][1]:
            yield f"licence {result['licence_id']}: {licence['status']}, decided {changes[-1][1]}"


def records_are_there_once(rows: Rows, journal: Journal) -> Iterator[str]:
    """Uploaded records stand as sent; each scan of somebody's licence has one entry in the owner's access ledger, each
    inspection one notice."""
    scans = {row["_id"]: row for row in rows.scans.find()}
    inspections = {row["_id"]: row for row in rows.inspections.find()}
    references = Counter(row["reference"] for row in rows.access_ledger.find({"action": "licence.checked"}))
    notices = rows.notices.count_documents({"kind": "licence.checked"})
    for record_id, (inspector_id, record) in journal.records.items():
        held = (scans if record["kind"] == "scan" else inspections).get(record_id)
        if held is None or held["inspector_id"] != inspector_id:
            yield f"{record_id}: acknowledged, held {held}"
        elif held["owner_id"] is None:
            yield f"{record_id}: belongs to nobody"
    for scan in scans.values():
        if references[scan["_id"]] != (scan["owner_id"] is not None):
            yield f"{scan['_id']}: {references[scan['_id']]} ledger entries"
    for reference in references.keys() - scans.keys():
        yield f"the ledger tells of {reference}, which is no scan"
    told = sum(row["owner_id"] is not None for row in inspections.values())
    if notices != told:
        yield f"{told} inspections, {notices} notices"


def messages_have_ended(rows: Rows, _journal: Journal) -> Iterator[str]:
    for message in rows.outbox.find({"state": {"$nin": list(ENDED)}}):
        yield f"message {message['_id']}: {message['state']} after {message['attempts']} tries, {message['last_error']}"


def came_at(service: PushService) -> Counter[Place]:
    """How often something came to each place."""
    return Counter((received.path, received.headers.get("Topic")) for received in service.received)


def place_of(message: dict[str, Any]) -> Place:
    """Where a message of the outbox goes: the phone's path at the push service, and the topic."""
    return "/push/" + message["to"]["endpoint"].rpartition("/")[2], message["topic"]


def pushes_match(rows: Rows, service: PushService) -> Iterator[str]:
    """Nothing that counts as sent is missing at the push service, and nothing came there more often than it was tried;
    copies carry the topic that lets the later one replace the earlier."""
    came, sent, tried = came_at(service), Counter[Place](), Counter[Place]()
    for message in rows.outbox.find():
        sent[place_of(message)] += message["state"] == "sent"
        tried[place_of(message)] += message["attempts"]
        if message["topic"] is None:
            yield f"message {message['_id']} has no topic: a copy would be seen twice"
    for place in came.keys() | sent.keys():
        if not sent[place] <= came[place] <= tried[place]:
            yield f"{place}: {sent[place]} sent, {came[place]} came, {tried[place]} tries"
    yield from service.faults


def the_ledger_holds(city: City) -> Iterator[str]:
    """Once all there is was sealed, ``congdan ledger verify`` finds nothing."""
    clock = SystemClock()
    with closing(LedgerDatabase(city.env["MONGODB_URI"]).connect()) as database:
        Ledger(database, clock, Ids(random_bytes)).seal(clock.now() + PAST_THIS_MINUTE)
    command = [sys.executable, "-m", "backend.cli", "ledger", "verify"]
    found = subprocess.run(command, env=city.env, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    if found.returncode != 0:
        yield f"ledger verify: {found.stdout}{found.stderr}"


HELD_BY_THE_DATABASE: tuple[Callable[[Rows, Journal], Iterator[str]], ...] = (
    deliveries_are_there_once,
    files_are_whole,
    changes_are_there_once,
    records_are_there_once,
    messages_have_ended,
)
