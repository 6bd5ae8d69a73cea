"""A dossier that is not with the server yet: what has been answered, what is attached, and where its owner stopped."""

from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from typing import Any, Literal

from mobile.state.answers import on_the_wire
from shared_models.clock import city_date, from_wire
from shared_models.fee import Assessment, FeeRule, Subject, assess
from shared_models.procedure_parts import FeeLine

Json = dict[str, Any]
FileState = Literal["waiting", "checked", "refused"]
PAPERS, WAY, REVIEW = "papers", "way", "review"
"""The steps after the form's own groups, which are `group:<key>`."""


@dataclass(frozen=True, slots=True)
class PickedFile:
    """A file in the vault (`piece/<id>/<nnnn>`); `id` is its upload's. `code` says why it was refused."""

    id: str
    name: str
    size: int
    sha256: str
    pieces: int
    piece_bytes: int
    state: FileState = "waiting"
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """`draft/dossier/<id>` of the vault. It carries its procedure and form, so that it opens without a network.

    `known` is what the preparation knew: `{field: {value, source, as_of}}`; `held` what need not be handed in:
    `{component: {source, key, id, label, as_of}}`.
    `state`: `waiting` means that its owner has sent it and the phone has not yet. `faults`: codes by field, of the
    server. `error`: what stopped the last try. `commune` is where it is handed in, when communes receive it. `fees`: of
    the way in which it is filed, from a phone or at a counter. `fee_rules` hold for who pays; `fee_unasked`: what could
    make it less, and whose register did not answer.
    """

    id: str
    procedure: Json
    form: Json | None
    changed_at: str
    agency: str | None = None
    values: Json = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    known: dict[str, Json] = field(default_factory=dict)
    held: dict[str, Json] = field(default_factory=dict)
    files: dict[str, PickedFile] = field(default_factory=dict)
    way: str = ""
    address: str = ""
    commune: str = ""
    phone: str = ""
    email: str = ""
    step: str = ""
    state: Literal["open", "waiting"] = "open"
    error: str | None = None
    faults: dict[str, list[str]] = field(default_factory=dict)
    due_at: str | None = None
    fees: Literal["online", "direct"] = "online"
    prepared_at: str | None = None
    fee_rules: list[Json] = field(default_factory=list)
    fee_unasked: list[str] = field(default_factory=list)

    @classmethod
    def from_json(cls, data: Json) -> "Draft":
        known = {name.name for name in fields(cls)}
        files = {key: PickedFile(**value) for key, value in data.get("files", {}).items()}
        return cls(**{**{name: value for name, value in data.items() if name in known}, "files": files})

    def to_json(self) -> Json:
        return asdict(self)

    def answered(self, name: str, value: Any) -> "Draft":
        """With another answer (None: none); its origin says whether it was known, changed or typed."""
        values = {key: old for key, old in self.values.items() if key != name}
        if value not in (None, "", []):
            values[name] = value
        origins = {key: old for key, old in self.origins.items() if key in values}
        if name in values:
            origins[name] = self._origin(name, value)
        faults = {key: codes for key, codes in self.faults.items() if key != name}
        return replace(self, values=values, origins=origins, faults=faults)

    def _origin(self, name: str, value: Any) -> str:
        if name not in self.known:
            return "typed"
        return "prefilled" if self.known[name]["value"] == value else "changed"

    def prepared(self, preparation: Json, at: str) -> "Draft":
        """With what the city knows now. What its owner has typed, changed or emptied stays as it is."""
        form_fields = field_names(self.form)
        known = {name: dict(entry) for name, entry in preparation["values"].items() if name in form_fields}
        fresh = replace(
            self,
            known=known,
            held={item["key"]: item["held"] for item in preparation["components"] if item.get("held")},
            due_at=preparation.get("due_if_sent_now"),
            prepared_at=at,
            fee_rules=list(preparation.get("fee_rules", ())),
            fee_unasked=list(preparation.get("fee_unasked", ())),
        )
        for name, entry in known.items():
            is_new = name not in self.values and name not in self.known
            if is_new or self.origins.get(name) == "prefilled":
                fresh = fresh.answered(name, entry["value"])
        return fresh

    def rebased(self, procedure: Json, form: Json | None) -> "Draft":
        """On another version of the procedure: answers and papers that it still asks for are kept."""
        names, keys = field_names(form), {item["key"] for item in procedure["components"]}
        return replace(
            self,
            procedure=procedure,
            form=form,
            values={name: value for name, value in self.values.items() if name in names},
            origins={name: origin for name, origin in self.origins.items() if name in names},
            known={name: entry for name, entry in self.known.items() if name in names},
            files={key: file for key, file in self.files.items() if key in keys},
            held={},
            error=None,
            faults={},
            prepared_at=None,
            fee_rules=[],
            fee_unasked=[],
            state="open",
            step="",
        )

    @property
    def assessment(self) -> Assessment:
        """What is due for these answers, by the way in which it is filed and what is known of who pays."""
        lines = [FeeLine.from_json(line) for line in (self.procedure.get("fees") or {}).get(self.fees) or []]
        answers = on_the_wire(self.form, self.values)
        listed = [(line, amount) for line in lines if (amount := line.due(answers)) is not None]
        if self.prepared_at is None:
            return assess(listed, (), Subject({}), self.procedure["code"], self.fees, date.min)
        day = city_date(from_wire(self.prepared_at))
        rules = [FeeRule.of_stored(rule) for rule in self.fee_rules]
        return assess(listed, rules, Subject({}), self.procedure["code"], self.fees, day)

    @property
    def fee(self) -> int:
        """VND, all lines together."""
        return self.assessment.total

    def with_reach(self) -> "Draft":
        """With phone and e-mail as they were given in the form: nobody is asked for the same twice."""
        given = {name: str(self.values.get(f"applicant_{name}") or "") for name in ("phone", "email")}
        return replace(self, phone=self.phone or given["phone"], email=self.email or given["email"])

    def with_file(self, key: str, file: PickedFile | None) -> "Draft":
        files = {name: old for name, old in self.files.items() if name != key}
        return replace(self, files={**files, key: file} if file else files)

    def request(self) -> Json:
        """The body of `POST /dossiers`."""
        sent: list[Json] = []
        for component in self.procedure["components"]:
            key = component["key"]
            if key in self.files:
                sent.append({"key": key, "upload_id": self.files[key].id})
            elif key in self.held:
                sent.append({"key": key, "held": {name: self.held[key].get(name) for name in ("source", "key", "id")}})
        values = on_the_wire(self.form, self.values)
        contact = {"phone": self.phone, **({"email": self.email} if self.email else {})}
        return {
            "id": self.id,
            "procedure_code": self.procedure["code"],
            "procedure_version": self.procedure["id"],
            "receiving_agency": self.agency,
            "form_id": self.procedure.get("form"),
            "values": values,
            "origins": {name: origin for name, origin in self.origins.items() if name in values},
            "components": sent,
            "return_way": self.way,
            **({"return_address": self.address} if self.way == "post" else {}),
            "contact": contact,
            "fee_shown": self.fee,
        }


def field_names(form: Json | None) -> set[str]:
    return set(form["schema"]["properties"]) if form else set()
