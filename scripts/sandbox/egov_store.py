"""What an agency's one-stop software keeps: each dossier a file, written as a whole or not at all.

``DATA/sandbox/egov/<agency>/``: ``client.pem`` (its key), ``client.json`` (its id), ``state.json`` (how far it has
read, its numbers, whether it goes by itself), ``dossiers/<exchange id>.json``.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

FIRST_NUMBER = 5_001
"""Its codes begin here, so that they are not those that the city's own desk gives on the same day."""


@dataclass
class Case:
    """A dossier over there.

    Attributes:
        record: as it would be sent now (``ExchangeRecordSchema``); ``source_version`` 0: nothing of its own yet.
        pushed: the version that the city has answered for.
        city: the city's side as it was read last, or None.
        answer: what became of the last push, or None.
    """

    record: dict[str, Any]
    pushed: int = 0
    city: dict[str, Any] | None = None
    answer: dict[str, Any] | None = None

    @property
    def id(self) -> str:
        return str(self.record["exchange_id"])

    @property
    def is_unsent(self) -> bool:
        return bool(self.record["source_version"] > self.pushed)

    @property
    def is_refused(self) -> bool:
        return self.is_unsent and self.answer is not None and self.answer["state"] == "refused"


@dataclass
class State:
    cursor: str | None = None
    cases: int = 0
    codes: int = FIRST_NUMBER - 1
    is_on: bool = False
    log: list[str] = field(default_factory=list)


def egov_folder(data: Path, agency: str) -> Path:
    return data / "sandbox" / "egov" / agency


class Store:
    """The files of one agency. Whoever uses it sees to it that one at a time does."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def state(self) -> State:
        file = self._folder / "state.json"
        return State(**json.loads(file.read_text("utf-8"))) if file.exists() else State()

    def keep_state(self, state: State) -> None:
        self._write(self._folder / "state.json", asdict(state))

    def cases(self) -> list[Case]:
        """Every dossier, the newest first."""
        files = sorted((self._folder / "dossiers").glob("*.json"), reverse=True)
        return [Case(**json.loads(file.read_text("utf-8"))) for file in files]

    def case(self, exchange_id: str) -> Case | None:
        return next((case for case in self.cases() if case.id == exchange_id), None)

    def keep(self, case: Case) -> None:
        self._write(self._folder / "dossiers" / f"{case.id}.json", asdict(case))

    @staticmethod
    def _write(file: Path, content: dict[str, Any]) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
        fresh.replace(file)
