"""Results as a room of the city issues them at the end of a dossier."""

from datetime import date

from backend.bootstrap import Container
from backend.results.service import Issue
from shared_models.result import HolderKind
from tests.support.builders_identity import FOOD_BOARD, TRANG
from tests.support.builders_results import food_signer
from tests.support.pdf import SIGNED_AT, a_signed_pdf

DOSSIER = "dos_" + "0" * 26
RESTAURANT = {
    "type": "food_safety",
    "number": "1/2026/ATTP-CNĐK",
    "activity": "Quán ăn",
    "place": {"address": "44 Lê Đình Dương", "commune_code": "20242", "lat": None, "lon": None},
}


def an_issue(**changes: object) -> Issue:
    signer = changes.pop("signer", food_signer())
    given: dict[str, object] = {
        "dossier_id": DOSSIER,
        "type": "certified_extract",
        "number": "12/2026/TLKS",
        "holder_kind": HolderKind.PERSON,
        "holder_name": TRANG.full_name,
        "tax_code": None,
        "activity": None,
        "place": None,
        "valid_from": date(2026, 11, 21),
        "valid_until": None,
        "agency_code": FOOD_BOARD[0],
        "issued_by": "stf_" + "0" * 26,
        **changes,
    }
    given.setdefault("document", a_signed_pdf(str(given["number"]), signer, SIGNED_AT))
    return Issue(**given)  # type: ignore[arg-type]  # a test gives what a caller could


def issue(container: Container, owner_id: str, wanted: Issue) -> dict[str, object]:
    prepared = container.results.issuing.prepare(wanted)
    stored = container.database.transaction(
        lambda session: container.results.issuing.store(prepared, owner_id, session)
    )
    container.results.issuing.finish(prepared)
    return stored
