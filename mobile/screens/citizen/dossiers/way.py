"""How the result comes back and how to be reached: the last questions, asked by the same renderer as the form's own."""

from dataclasses import replace
from typing import Any

from mobile.i18n.catalogue import t
from mobile.state.draft import Draft

# What the server calls the fields of this step.
CONTACT_FAULTS = {"contact.phone": "phone", "contact.email": "email", "receiving_agency": "commune"}
PARTS = {
    "commune": "commune",
    "receiving_agency": "agency",
    "return_way": "way",
    "return_address": "address",
    "phone": "phone",
    "email": "email",
}


def contact_words() -> dict[str, str]:
    return {
        "title": t("way.title"),
        "commune": t("way.where"),
        "receiving_agency": t("way.where"),
        "commune.hint": t("way.where_hint"),
        "return_way": t("way.how"),
        "return_address": t("way.address"),
        "return_address.hint": t("way.address_hint"),
        "phone": t("way.phone"),
        "phone.hint": t("way.phone_hint"),
        "email": t("way.email"),
        "way.digital": t("way.digital"),
        "way.counter": t("way.counter"),
        "way.post": t("way.post"),
    }


def with_contact(draft: Draft, name: str, value: Any) -> Draft:
    """With another answer to one of these; what the server found wrong with it is over."""
    over = {name, *(theirs for theirs, ours in CONTACT_FAULTS.items() if ours == name)}
    faults = {key: codes for key, codes in draft.faults.items() if key not in over}
    changed: dict[str, Any] = {PARTS[name]: value or ""}
    return replace(draft, faults=faults, **changed)


def way_text(way: str) -> str:
    return contact_words().get(f"way.{way}", way)
