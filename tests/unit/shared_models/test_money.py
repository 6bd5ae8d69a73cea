"""Amounts in words, as a receipt says them."""

from typing import Any

import pytest

from shared_models.money import MOST_IN_WORDS, amount_in_words, vnd_text

SAID = {
    0: "Không đồng",
    1: "Một đồng",
    5: "Năm đồng",
    10: "Mười đồng",
    11: "Mười một đồng",
    14: "Mười bốn đồng",
    15: "Mười lăm đồng",
    20: "Hai mươi đồng",
    21: "Hai mươi mốt đồng",
    24: "Hai mươi bốn đồng",
    55: "Năm mươi lăm đồng",
    100: "Một trăm đồng",
    101: "Một trăm lẻ một đồng",
    105: "Một trăm lẻ năm đồng",
    110: "Một trăm mười đồng",
    111: "Một trăm mười một đồng",
    121: "Một trăm hai mươi mốt đồng",
    1_000: "Một nghìn đồng",
    1_005: "Một nghìn không trăm lẻ năm đồng",
    1_015: "Một nghìn không trăm mười lăm đồng",
    1_100: "Một nghìn một trăm đồng",
    8_000: "Tám nghìn đồng",
    50_000: "Năm mươi nghìn đồng",
    105_000: "Một trăm lẻ năm nghìn đồng",
    115_000: "Một trăm mười lăm nghìn đồng",
    135_000: "Một trăm ba mươi lăm nghìn đồng",
    1_000_000: "Một triệu đồng",
    1_000_001: "Một triệu không trăm lẻ một đồng",
    1_021_000: "Một triệu không trăm hai mươi mốt nghìn đồng",
    21_000_000: "Hai mươi mốt triệu đồng",
    1_000_000_000: "Một tỷ đồng",
    1_000_000_005: "Một tỷ không trăm lẻ năm đồng",
    1_005_000_000: "Một tỷ không trăm lẻ năm triệu đồng",
    1_234_567_891: ("Một tỷ hai trăm ba mươi bốn triệu năm trăm sáu mươi bảy nghìn tám trăm chín mươi mốt đồng"),
    1_000_000_000_000: "Một nghìn tỷ đồng",
    1_001_000_000_000: "Một nghìn không trăm lẻ một tỷ đồng",
    25_000_000_000_000: "Hai mươi lăm nghìn tỷ đồng",
    1_000_000_000_000_000: "Một triệu tỷ đồng",
}


@pytest.mark.parametrize(("amount", "words"), SAID.items())
def test_amounts_are_said_as_on_a_receipt(amount: int, words: str) -> None:
    assert amount_in_words(amount) == words


@pytest.mark.parametrize("amount", [-1, MOST_IN_WORDS + 1, True, 1.0, "5"])
def test_what_is_no_amount_is_refused(amount: Any) -> None:
    with pytest.raises(ValueError, match="whole number"):
        amount_in_words(amount)


@pytest.mark.parametrize(
    ("amount", "text"), [(0, "0"), (999, "999"), (1_000, "1.000"), (115_000, "115.000"), (1_234_567, "1.234.567")]
)
def test_amounts_are_grouped_by_three_with_dots(amount: int, text: str) -> None:
    assert vnd_text(amount) == text
