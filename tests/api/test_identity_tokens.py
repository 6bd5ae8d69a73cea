"""Signing in and staying signed in: each way to a token, as each who may and may not."""

from tests.support.api import Cast, problem_of


def test_citizen_signs_in_with_vneid_and_reads_the_profile(sign_in: Cast) -> None:
    phone = sign_in.citizen()
    answer = phone.get("/me")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.get_json() == {
        "id": phone.user["id"],
        "role": "citizen",
        "name": "Trần Thị Thu Trang",
        "agency": None,
        "scopes": ["notices", "profile", "wallet"],
        "masked_personal_id": "048•••••0002",
        "commune": None,
        "identity_level": 2,
    }


def test_profile_is_refused_without_a_token(sign_in: Cast) -> None:
    assert problem_of(sign_in.nobody().get("/me")) == (401, "access.token_missing")
