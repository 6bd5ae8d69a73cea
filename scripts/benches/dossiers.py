"""A desk's queue, a status looked up by code and a search by name, over 200,000 dossiers and over 2,000.

Each through HTTP (granian, token, proof, authorisation, ledger) beside the same rows asked for bare with PyMongo, in
turns. ``python -m scripts.benches.dossiers``; docs/performance.md says what is measured and how.
"""

import hashlib
import shutil
import statistics
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import quote

from backend.dossiers.documents import DOSSIERS
from backend.dossiers.services.names import MOST_FOUND
from backend.dossiers.services.reading import CARD
from backend.infra.migrations import migration_names
from backend.infra.mongo import Document
from backend.infra.order import order_key
from backend.infra.system import SystemClock
from scripts.benches._desk import Asker, installed, serving
from scripts.supervise.city_env import ROOT
from shared_models.text import search_key
from tests.support.stack import running_database

MANY, FEW = 200_000, 2_000
PAGE = 20
ROUNDS = 40
WARM_UP = 3
ALLOWED_MS = 5.0
"""What HTTP may cost besides the query: `queue_vs_bare` and its like are (HTTP - this) / bare."""

AGENCY = "H17.12"
"""The desk with the most dossiers: an eighth of the city's."""

VIEWS = ("intake", "unit", "waiting", "ready", "done")
LEAST_ROWS = 5
CACHE = ROOT / "build" / "scale"


@dataclass(frozen=True)
class Question:
    """One request of the kind that a figure is about, the query for the same rows, and how many there are."""

    kind: str
    method: str
    path: str
    body: Any
    bare: Callable[[], list[Document]]
    rows: int


class Scaled:
    """A city of one size: asked through HTTP by an officer of its busiest agency, and bare."""

    def __init__(self, stack: ExitStack, folder: Path, uri: str) -> None:
        container, env = installed(folder, uri)
        stack.callback(container.database.close)
        # Of a run before this one, in the same hour.
        container.database.collection("quotas").delete_many({})
        self._rows = container.database.collection(DOSSIERS)
        self._asker = Asker(stack.enter_context(serving(env, folder / "api.log")))
        self._asker.sign_in(container, AGENCY)

    def lengths(self) -> dict[str, int]:
        """How many rows a page of each view has."""
        return {view: len(self._page(view, PAGE)) for view in VIEWS}

    def rounds(self, lengths: dict[str, int]) -> Iterator[list[Question]]:
        """What is asked in one turn: each view that is long enough, a code, a whole name, two words of one."""
        queues = [self._queue(view, length) for view, length in lengths.items() if length >= LEAST_ROWS]
        known = self._known()
        for turn in range(WARM_UP + ROUNDS):
            row = known[turn * len(known) // (WARM_UP + ROUNDS)]
            words = row["owner_name"].split()
            names = [self._name(row["owner_name"], 0), self._name(f"{words[-2]} {words[-1]}", 1)]
            yield [*queues, self._status(row["code"]), *names]

    def _known(self) -> list[Document]:
        """Finished dossiers of the agency, of as many days as it takes to have one for each turn."""
        for days in (10, 30, 90, 365):
            since = order_key(SystemClock().now() - timedelta(days=days), b"")
            ended = {"agency_code": AGENCY, "stage": "done", "queue": {"$gt": since}}
            found = [row for row in self._rows.find(ended, {"code": 1, "owner_name": 1}) if row.get("code")]
            if len(found) >= WARM_UP + ROUNDS:
                break
        return found

    def time(self, question: Question, *, bare_first: bool) -> tuple[float, float]:
        """Milliseconds through HTTP and bare; whichever comes second finds the rows in the database's memory."""
        rows, bare = _bare(question) if bare_first else ([], 0.0)
        answer, took = self._asker.ask(question.method, question.path, question.body)
        found = len(answer["items"]) if "items" in answer else 1
        if not bare_first:
            rows, bare = _bare(question)
        if found != question.rows or len(rows) < question.rows:
            raise RuntimeError(f"{question.path}: {found} rows through HTTP, {len(rows)} bare")
        return 1000 * took, 1000 * bare

    def _page(self, view: str, length: int) -> list[Document]:
        answer, _ = self._asker.ask("GET", f"/desk/dossiers?view={view}&limit={length}")
        ids = [item["id"] for item in answer["items"]]
        return list(self._rows.find({"_id": {"$in": ids}}, {"queue": 1}).sort("queue", 1))

    def _queue(self, view: str, length: int) -> Question:
        keys = [row["queue"] for row in self._page(view, length)]
        wanted = {"agency_code": AGENCY, "stage": view, "queue": {"$gte": keys[0], "$lte": keys[-1]}}
        return Question(
            f"queue_{view}",
            "GET",
            f"/desk/dossiers?view={view}&limit={length}",
            None,
            lambda: list(self._rows.find(wanted, CARD).sort("queue", 1).limit(length + 1)),
            length,
        )

    def _status(self, code: str) -> Question:
        wanted = {"code": code}
        return Question(
            "status",
            "POST",
            "/dossier-lookups",
            wanted,
            lambda: list(self._rows.find(wanted, CARD).limit(1)),
            1,
        )

    def _name(self, name: str, words: int) -> Question:
        path = f"/desk/dossiers/search?name={quote(name)}"
        answer, _ = self._asker.ask("GET", path)
        key = search_key(name)
        token = "+".join(sorted(key.split())) if words else f"={key}"
        wanted = {"tokens": f"{AGENCY}|{token}"}
        return Question(
            "search_words" if words else "search_name",
            "GET",
            path,
            None,
            lambda: list(self._rows.find(wanted, CARD).sort("change", -1).limit(MOST_FOUND)),
            len(answer["items"]),
        )


def _bare(question: Question) -> tuple[list[Document], float]:
    began = perf_counter()
    rows = question.bare()
    return rows, perf_counter() - began


def measure() -> dict[str, float | int]:
    """The six promised figures, and the medians in milliseconds behind them."""
    with ExitStack() as stack:
        folder = _folder()
        uri = stack.enter_context(running_database(folder))
        uris = {"few": _named(uri, "few"), "many": _named(uri, "many")}
        # Both are filled before anybody signs in: that takes longer than a token lives.
        _fill(folder, uris["few"], FEW)
        _fill(folder, uris["many"], MANY)
        cities = {name: Scaled(stack, folder, of_one) for name, of_one in uris.items()}
        lengths = cities["few"].lengths()
        times: dict[tuple[str, str, str], list[float]] = {}
        turns = zip(*(city.rounds(lengths) for city in cities.values()), strict=True)
        for turn, asked in enumerate(turns):
            for (name, city), questions in zip(cities.items(), asked, strict=True):
                for question in questions:
                    http, bare = city.time(question, bare_first=turn % 2 == 0)
                    if turn >= WARM_UP:
                        times.setdefault((name, question.kind, "http"), []).append(http)
                        times.setdefault((name, question.kind, "bare"), []).append(bare)
        return _figures(times)


def _figures(times: dict[tuple[str, str, str], list[float]]) -> dict[str, float | int]:
    """Of several questions of one figure (the views of the queue, the ways of searching) the worst counts."""
    medians = {key: statistics.median(values) for key, values in times.items()}
    figures: dict[str, float | int] = {}
    for kind in sorted({kind for _, kind, _ in medians}):
        few, http = medians["few", kind, "http"], medians["many", kind, "http"]
        bare = medians["many", kind, "bare"]
        figures |= {f"{kind}_ms": round(http, 2), f"{kind}_bare_ms": round(bare, 2), f"{kind}_few_ms": round(few, 2)}
        family = kind.partition("_")[0]
        vs_bare = max(0.0, http - ALLOWED_MS) / bare
        figures[f"{family}_vs_bare"] = max(figures.get(f"{family}_vs_bare", 0.0), round(vs_bare, 2))
        figures[f"{family}_growth"] = max(figures.get(f"{family}_growth", 0.0), round(http / few, 2))
    return figures


def _fill(folder: Path, uri: str, size: int) -> None:
    container, _ = installed(folder, uri)
    container.dossiers.scale_seed().run(size, lambda said: print(f"  {said}", flush=True))
    container.database.close()


def _named(uri: str, name: str) -> str:
    return uri.replace("/test?", f"/{name}?")


def _folder() -> Path:
    """Where the seeded cities are kept from one run to the next: filling them takes minutes. Another seed, another."""
    digest = hashlib.sha256(repr(migration_names()).encode())
    for file in sorted((ROOT / "backend" / "dossiers" / "scale").glob("*.py")):
        digest.update(file.read_bytes())
    folder = CACHE / digest.hexdigest()[:16]
    for other in CACHE.glob("*"):
        if other != folder:
            shutil.rmtree(other)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


if __name__ == "__main__":
    print(measure())
