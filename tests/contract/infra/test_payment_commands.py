"""`congdan payments`: the books are proved, and a night's statement comes in by a command."""

from pathlib import Path

import pytest

from backend.bootstrap import Container
from backend.cli import main
from backend.infra.mongo import Document
from backend.payments.adapters.statement_csv import write_statement
from backend.payments.documents import ATTEMPTS, RECEIPTS, ROWS, STATEMENTS, TASKS
from scripts.sandbox.gateways.accounts import make_accounts
from shared_models.clock import city_date
from tests.support.api import Folders, app, clock, container, environment_of, folders, provider, sign_in
from tests.support.builders_identity import FOOD_BOARD
from tests.support.database import uri_of
from tests.support.payments import a_paid_order, an_attempt, an_order

__all__ = ["app", "clock", "container", "folders", "provider", "sign_in"]


@pytest.fixture
def environment(container: Container, folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment that a command finds, with the city's accounts at gateways."""
    make_accounts(folders.keys.parent, "https://gateway.example")
    for name, value in environment_of(folders, uri_of(container.database)).items():
        monkeypatch.setenv(name, value)


def a_file(container: Container, folder: Path, *orders: Document) -> Path:
    """VNPAY's statement of today with what was paid for these orders."""
    attempts = [container.database.collection(ATTEMPTS).find_one({"order_id": order["_id"]}) for order in orders]
    rows = [
        (f"ref-{one['order_id']}", str(one["code"]), one["amount"], container.clock.now(), "")
        for one in attempts
        if one
    ]
    file = folder / "vnpay.csv"
    file.write_text(write_statement(rows), "utf-8")
    return file


def bring_in(container: Container, file: Path, agency: str = FOOD_BOARD[0]) -> int:
    day = city_date(container.clock.now()).isoformat()
    return main(["payments", "import", str(file), "--gateway", "vnpay", "--day", day, "--agency", agency])


@pytest.mark.usefixtures("environment")
def test_the_books_are_proved_by_a_command(container: Container, capsys: pytest.CaptureFixture[str]) -> None:
    a_paid_order(container)
    assert main(["payments", "verify"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith(f"{FOOD_BOARD[0]}\t")
    assert told[0].endswith("\t1 to 1\t1 in force\t115.000 VND")
    assert told[1:] == ["1 orders paid, 115.000 VND, 0 problems"]
    container.database.collection(RECEIPTS).delete_many({})
    assert main(["payments", "verify"]) == 1
    assert "115000 VND without a receipt" in capsys.readouterr().out


@pytest.mark.usefixtures("environment")
def test_a_statement_comes_in_by_a_command_and_twice_is_once(
    container: Container, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = a_file(container, tmp_path, *(a_paid_order(container) for _ in range(2)))
    for _ in range(2):
        assert bring_in(container, file) == 0
        assert capsys.readouterr().out == "2 rows, 2 matched\n"
    (statement,) = container.database.collection(STATEMENTS).find()
    assert (statement["imported_by"], statement["name"]) == ({"id": "operator", "name": "operator"}, "vnpay.csv")
    assert container.database.collection(ROWS).count_documents({}) == 2


@pytest.mark.usefixtures("environment")
def test_what_somebody_has_to_look_at_is_told_by_the_exit(
    container: Container, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    silent = an_order(container)
    an_attempt(container, silent)
    assert bring_in(container, a_file(container, tmp_path, silent)) == 1
    assert capsys.readouterr().out == "1 rows, 1 not_paid_here\n"
    assert container.database.collection(TASKS).count_documents({"kind": "unknown_payment"}) == 1


@pytest.mark.usefixtures("environment")
def test_a_file_that_cannot_be_read_and_an_agency_that_is_not_there_write_nothing(
    container: Container, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paid = a_paid_order(container)
    file = a_file(container, tmp_path, paid)
    assert bring_in(container, file, "H17.99") == 2
    assert capsys.readouterr().err == "congdan: there is no agency H17.99\n"
    file.write_text("provider_ref,code\n1", "utf-8")
    assert bring_in(container, file) == 2
    assert "statement.unreadable" in capsys.readouterr().err
    assert bring_in(container, tmp_path / "nothing.csv") == 2
    assert container.database.collection(STATEMENTS).count_documents({}) == 0


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("day", ["0001-01-01", "2026-13-01", "heute"])
def test_a_day_that_is_none_is_refused_before_anything_is_read(day: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["payments", "import", "nothing.csv", "--gateway", "vnpay", "--day", day, "--agency", FOOD_BOARD[0]])
    assert refused.value.code == 2
    assert "is no day from 2000-01-01" in capsys.readouterr().err
