"""Words read back give the amount: the reader is slow and knows nothing of how the words were made."""

from hypothesis import example, given
from hypothesis import strategies as st

from shared_models.money import MOST_IN_WORDS, amount_in_words, vnd_text

NAMES = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
DIGITS = {name: digit for digit, name in enumerate(NAMES)} | {"mốt": 1, "lăm": 5}
AMOUNTS = st.one_of(
    st.integers(0, MOST_IN_WORDS),
    st.integers(0, 10**7),
    st.lists(st.sampled_from("0015"), min_size=1, max_size=15).map(lambda digits: int("".join(digits))),
)


def read_back(text: str) -> int:
    """`hai mươi mốt nghìn` is read from left to right: each word adds to, or multiplies, what stands before it."""
    *words, unit = text.lower().split(" ")
    assert unit == "đồng"
    billions, millions, thousands, group, digit = 0, 0, 0, 0, 0
    for word in words:
        if word in DIGITS:
            digit = DIGITS[word]
        elif word == "trăm":
            group, digit = group + 100 * digit, 0
        elif word == "mươi":
            group, digit = group + 10 * digit, 0
        elif word == "mười":
            group += 10
        elif word == "nghìn":
            thousands, group, digit = 1000 * (group + digit), 0, 0
        elif word == "triệu":
            millions, group, digit = 1_000_000 * (group + digit), 0, 0
        elif word == "tỷ":
            billions = 10**9 * (millions + thousands + group + digit)
            millions, thousands, group, digit = 0, 0, 0, 0
        else:
            assert word == "lẻ", word
    return billions + millions + thousands + group + digit


@given(AMOUNTS)
@example(0)
@example(MOST_IN_WORDS)
def test_the_words_mean_the_amount(amount: int) -> None:
    assert read_back(amount_in_words(amount)) == amount


@given(AMOUNTS)
def test_the_text_is_one_sentence_without_loose_spaces(amount: int) -> None:
    words = amount_in_words(amount)
    assert words == " ".join(words.split())
    assert words[0].isupper()
    assert words[1:] == words[1:].lower()


@given(st.integers(0, MOST_IN_WORDS))
def test_groups_of_three_mean_the_amount(amount: int) -> None:
    groups = vnd_text(amount).split(".")
    assert int("".join(groups)) == amount
    assert [len(group) for group in groups[1:]] == [3] * (len(groups) - 1)
