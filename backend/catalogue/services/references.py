"""What a procedure names outside itself has to be there: agencies, its form and the form's fields, other procedures."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from backend.catalogue.documents import FORMS, VERSIONS
from backend.catalogue.ports import CataloguePorts
from backend.infra.mongo import Session
from shared_models.errors import Invalid
from shared_models.form import FormDefinition
from shared_models.procedure import ProcedureVersion
from shared_models.procedure_terms import COMMUNE, STORE, HeldSource


@dataclass(frozen=True, slots=True)
class Known:
    """What the city has. ``codes``: procedures of which a version is published, or comes in at the same time."""

    agencies: frozenset[str]
    forms: Mapping[str, FormDefinition]
    codes: frozenset[str]
    templates: frozenset[str]


class References:
    def __init__(self, ports: CataloguePorts) -> None:
        self._ports: Final = ports

    def known(self, session: Session | None = None) -> Known:
        database = self._ports.database
        forms = [FormDefinition.from_json(row["form"]) for row in database.collection(FORMS).find(session=session)]
        rows = database.collection(VERSIONS).find({"state": "published"}, {"code": 1}, session=session)
        return Known(
            agencies=frozenset(str(row["_id"]) for row in self._ports.identity.people.agencies()),
            forms={form.id: form for form in forms},
            codes=frozenset(str(row["code"]) for row in rows),
            templates=self._ports.templates,
        )


def check_references(version: ProcedureVersion, known: Known) -> None:
    """Raises ``Invalid("catalogue.procedure_invalid")`` naming every member that points nowhere."""
    found: dict[str, list[str]] = {}
    for path, code in (*_agencies(version, known), *_procedures(version, known), *_form(version, known)):
        found.setdefault(path, []).append(code)
    if version.result.template not in known.templates:
        found["result.template"] = ["catalogue.template_unknown"]
    if found:
        raise Invalid("catalogue.procedure_invalid", found)


def _agencies(version: ProcedureVersion, known: Known) -> Iterator[tuple[str, str]]:
    named = {"competent": version.competent}
    named |= {f"receiving.{place}": code for place, code in enumerate(version.receiving)}
    named |= {f"interlinked.{place}.agency": part.agency for place, part in enumerate(version.interlinked)}
    for path, code in named.items():
        if code != COMMUNE and code not in known.agencies:
            yield path, "agency.unknown"


def _procedures(version: ProcedureVersion, known: Known) -> Iterator[tuple[str, str]]:
    named = {"replaced_by": version.replaced_by or STORE}
    named |= {
        f"replaced_cases.{place}.replaced_by": case.replaced_by for place, case in enumerate(version.replaced_cases)
    }
    for place, component in enumerate(version.components):
        for position, held in enumerate(component.held_by):
            if held.source is HeldSource.RESULT:
                named[f"components.{place}.held_by.{position}.key"] = held.key
    for path, code in named.items():
        if code not in {STORE, version.code} and code not in known.codes:
            yield path, "procedure.unknown"


def _form(version: ProcedureVersion, known: Known) -> Iterator[tuple[str, str]]:
    form = known.forms.get(version.form) if version.form else None
    if version.form and form is None:
        yield "form", "form.unknown"
        return
    numbers = {name for name, rule in form.fields.items() if rule.kind == "integer"} if form else set()
    for way, lines in version.fees.items():
        for place, line in enumerate(lines):
            if line.when is not None and (form is None or line.when.field not in form.fields):
                yield f"fees.{way}.{place}.when.field", "form.field_unknown"
            if line.times is not None and line.times not in numbers:
                yield f"fees.{way}.{place}.times", "form.field_unknown"
