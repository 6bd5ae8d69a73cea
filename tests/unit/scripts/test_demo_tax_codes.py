"""The demonstration's agencies have tax codes in the right shape that are nobody's."""

from scripts.sandbox.seed_data import load
from scripts.seed import demo_tax_code
from shared_models.person import is_tax_code

WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


def test_each_agency_has_its_own_and_its_check_digit_is_wrong() -> None:
    codes = [demo_tax_code(agency["code"]) for agency in load("agencies")]
    assert len(set(codes)) == len(codes)
    for code in codes:
        assert is_tax_code(code)
        right = 10 - sum(weight * int(digit) for weight, digit in zip(WEIGHTS, code[:9], strict=True)) % 11
        assert int(code[9]) != right
