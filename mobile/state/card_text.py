"""What the code on an identity card says: `number|old number|name|birth day|sex|address|day of issue`.

Seven parts between bars, days as ddmmyyyy (thẻ căn cước công dân gắn chíp, thẻ căn cước). The code is not signed: it
saves typing and proves nothing, so the officer still looks at the card.
"""

from dataclasses import dataclass
from datetime import date

from shared_models.errors import Invalid
from shared_models.person import PersonalId, Sex, clean_name

PARTS = 7
SEXES = {"nam": Sex.MALE, "nữ": Sex.FEMALE}


@dataclass(frozen=True, slots=True)
class CardText:
    """What of a card is used; `birth_date` in ISO 8601, and None like `sex` where the card says it in another way."""

    personal_id: str
    full_name: str
    birth_date: str | None
    sex: str | None
    address: str


def read_card(text: str, today: date) -> CardText | None:
    """None for what is no card's text, or a number or a name that cannot be."""
    parts = [part.strip() for part in text.strip().split("|")]
    if len(parts) != PARTS:
        return None
    number, _old, name, born, sex, address, _issued = parts
    try:
        whose = PersonalId.parse(number, today)
        full_name = clean_name(name)
    except Invalid:
        return None
    birth_date = day_of(born)
    if birth_date is not None and birth_date.year != whose.birth_year:
        birth_date = None  # The number is what counts: a day that it contradicts is asked for.
    said = SEXES.get(sex.casefold())
    return CardText(
        personal_id=whose.number,
        full_name=full_name,
        birth_date=birth_date.isoformat() if birth_date else None,
        sex=said.value if said else None,
        address=address,
    )


def day_of(written: str) -> date | None:
    """`12031992`; None for anything else."""
    if len(written) != 8 or not (written.isascii() and written.isdigit()):
        return None
    try:
        return date(int(written[4:]), int(written[2:4]), int(written[:2]))
    except ValueError:
        return None
