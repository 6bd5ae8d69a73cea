"""The public catalogue as anybody meets it."""

from pathlib import Path

import pytest

from backend.bootstrap import Container
from scripts.sandbox.seed_data import FOLDER, load
from tests.support.api import Cast, Phone, problem_of


@pytest.fixture
def city(container: Container) -> Container:
    for row in load("agencies"):
        container.identity.people.put_agency(row["code"], row["name"], is_demo=True)
    container.catalogue.files.bring_in(Path(FOLDER), "seed")
    return container


@pytest.fixture
def anybody(city: Container, sign_in: Cast) -> Phone:
    return sign_in.nobody()


def codes(answer) -> list[str]:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return [item["code"] for item in answer.get_json()["items"]]


@pytest.mark.parametrize("text", ["dang ky khai sinh", "khai sinh", "Đăng ký khai sinh", "sinh con", "1.001193"])
def test_birth_registration_is_found_first(anybody: Phone, text: str) -> None:
    assert codes(anybody.get(f"/procedures?q={text}"))[0] == "1.001193"


def test_a_procedure_says_everything(anybody: Phone) -> None:
    found = anybody.get("/procedures/1.001193").get_json()
    assert found["id"] == "1.001193@2025-07-01"
    assert found["form"] == "birth_registration@1"
    assert anybody.get("/forms/birth_registration@1").get_json()["key"] == "birth_registration"


def test_an_unknown_one(anybody: Phone) -> None:
    assert problem_of(anybody.get("/procedures/9.999999")) == (404, "procedure.unknown")
