"""What the code of an identity card says is read whole or not at all, whatever else a camera may see."""

from datetime import date

from hypothesis import assume, given
from hypothesis import strategies as st

from mobile.state.card_text import PARTS, read_card
from mobile.state.counter import code_in
from shared_models.dossier_code import dossier_code, parse_dossier_code

TODAY = date(2026, 11, 22)
DAYS = st.dates(date(1930, 1, 1), TODAY)
NAMES = st.sampled_from(["Trần Thị Thu Trang", "Nguyễn Văn An", "Lê Ô", "Đặng Thu Hà"])


@st.composite
def cards(draw: st.DrawFn) -> tuple[str, str, str, date, str]:
    born, is_woman = draw(DAYS), draw(st.booleans())
    digit = 2 * (born.year // 100 - 19) + is_woman
    number = f"048{digit}{born.year % 100:02}{draw(st.integers(0, 999_999)):06}"
    name, sex = draw(NAMES), "Nữ" if is_woman else "Nam"
    old = draw(st.sampled_from(["", "201912345"]))
    return f"{number}|{old}|{name}|{born:%d%m%Y}|{sex}|12 Trần Phú, Đà Nẵng|10052023", number, name, born, sex


@given(cards())
def test_a_card_is_read_as_it_was_written(made: tuple[str, str, str, date, str]) -> None:
    text, number, name, born, sex = made
    card = read_card(f"  {text}\n", TODAY)
    assert card is not None
    assert (card.personal_id, card.full_name, card.birth_date) == (number, name, born.isoformat())
    assert card.sex == {"Nam": "male", "Nữ": "female"}[sex]
    assert card.address == "12 Trần Phú, Đà Nẵng"


@given(cards(), DAYS)
def test_a_birth_day_that_the_number_contradicts_is_asked_for(
    made: tuple[str, str, str, date, str], other: date
) -> None:
    text, _, _, born, _ = made
    assume(other.year != born.year)
    card = read_card(text.replace(f"|{born:%d%m%Y}|", f"|{other:%d%m%Y}|"), TODAY)
    assert card is not None
    assert card.birth_date is None


@given(st.text(alphabet="|0123456789aăTrần -", max_size=200))
def test_any_text_is_a_card_or_none_and_never_an_error(text: str) -> None:
    card = read_card(text, TODAY)
    assert card is None or (len(card.personal_id) == 12 and text.count("|") == PARTS - 1)


@given(
    st.integers(1, 99_999_999), DAYS, st.sampled_from(["{}", " {}\n", "https://congdan.example/q?code={}", "Mã: {}."])
)
def test_a_dossier_code_is_found_in_what_a_slip_says(number: int, day: date, around: str) -> None:
    code = dossier_code("H17.30.05", day if day.year >= 2000 else TODAY, number)
    found = code_in(around.format(code.lower()))
    assert found == code
    assert parse_dossier_code(found).number == number
