"""The whole city's clock was an hour ahead for a while and is right again: what was written then holds nothing up."""

from datetime import timedelta

from backend.bootstrap import Container
from backend.infra.verify import run_checks
from backend.jobs import JOBS, run_due
from shared_models.clock import FixedClock
from shared_models.credential.status_list import (
    Status,
    StatusList,
    accept_status_list,
    parse_status_list,
    status_list_checks,
)
from tests.support.api import Cast
from tests.support.builders_results import a_change, a_city, a_scan, deliver
from tests.support.inspecting import send, states
from tests.support.status import status_of

HOUR = timedelta(hours=1)


def test_every_job_has_its_turn(container: Container, clock: FixedClock) -> None:
    names = [job.name for job in JOBS]
    clock.advance(HOUR * 2)
    assert run_due(container) == names
    clock.advance(-HOUR * 2)
    assert run_due(container) == names
    assert run_due(container) == []


def test_phones_take_the_lists_that_are_signed_afterwards(
    container: Container, sign_in: Cast, clock: FixedClock
) -> None:
    a_city(container)
    clock.advance(HOUR)
    machine = sign_in.machine()
    delivered = deliver(machine)
    ahead = _published(container, None)
    clock.advance(-HOUR)
    container.wallet.sign_due_lists(clock.now())

    suspended = machine.post(f"/results/{delivered['id']}/status", a_change("suspend"))

    assert suspended.status_code == 200, suspended.get_data(as_text=True)
    after = _published(container, ahead)
    assert after.issued_at_s >= ahead.issued_at_s
    assert status_of(container) == {None: Status.SUSPENDED.name}


def test_the_ledger_is_sealed_in_spite_of_it(
    container: Container, paper: str, clock: FixedClock, sign_in: Cast
) -> None:
    clock.advance(HOUR)
    inspector = sign_in.staff()
    for step in (timedelta(), -HOUR, timedelta(minutes=1)):
        clock.advance(step)
        assert states(send(inspector, a_scan(paper, container))) == ["stored"]
        container.ledger.seal(clock.now())
    clock.advance(HOUR * 2)
    container.ledger.seal(clock.now())
    report = container.ledger.verify()
    assert (report.entries, report.open_entries, report.problems) == (3, 0, [])


def _published(container: Container, held: StatusList | None) -> StatusList:
    """The one list as a phone takes it that holds ``held``."""
    trust = container.wallet.trust.current().trust
    (row,) = container.wallet.status_lists.published()
    draft = parse_status_list(container.wallet.status_lists.token(row.n)[0], row.uri)
    return accept_status_list(draft, trust, run_checks(status_list_checks(draft, trust)), held)
