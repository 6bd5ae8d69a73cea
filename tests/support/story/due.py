"""A dossier with a fee in a running city, filed through the services for a citizen who has signed in."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from backend.bootstrap import Container, build
from backend.config import Settings
from scripts.supervise.city import City
from shared_models.access import Actor, Role, scopes_of
from tests.support.dossiers import REQUEST_VALUES, a_pdf, a_request
from tests.support.ids import an_id

PAPERS = ("declaration", "test_report")


@contextmanager
def services_of(city: City) -> Iterator[Container]:
    """The city's services on its own database, in this process."""
    container = build(Settings.from_env(city.env))
    try:
        yield container
    finally:
        container.database.close()


def a_due_request(container: Container, person: dict[str, Any]) -> str:
    """A request to the food-safety board whose fee is due at reception, with its papers uploaded; the dossier's id."""
    owner = Actor(person["_id"], Role.CITIZEN, person["full_name"], scopes_of(Role.CITIZEN))
    named = {
        "applicant_name": person["full_name"],
        "applicant_id": person["personal_id"],
        # A form takes a whole date; some people's papers say the year alone.
        "applicant_birth_date": f"{person['birth_date']}-01-01"[:10],
    }
    papers = [{"key": key, "upload_id": _upload(container, owner, a_pdf(key))} for key in PAPERS]
    ask = a_request(None, values=REQUEST_VALUES | named, components=papers, origins={})
    return str(container.dossiers.file(owner, ask)["id"])


def _upload(container: Container, owner: Actor, content: bytes) -> str:
    upload_id = an_id("upl")
    digest = hashlib.sha256(content).hexdigest()
    container.dossiers.uploads.begin(
        owner, {"id": upload_id, "name": "giay.pdf", "size": len(content), "sha256": digest}
    )
    container.dossiers.uploads.append(owner, upload_id, 0, content)
    return upload_id
