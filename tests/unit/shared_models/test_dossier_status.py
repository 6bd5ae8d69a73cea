"""The table of moves, whole and both ways, and everything that walks over it."""

import pytest

from shared_models.access import Duty
from shared_models.dossier import (
    ACTION_DUTY,
    ANSWERS,
    FINAL_STATUSES,
    GROUP_OF_STATUS,
    IN_PLACE,
    MOVES,
    OPEN_STATUSES,
    OWNER_ACTIONS,
    Channel,
    DeliveryStatus,
    DossierAction,
    DossierStatus,
    PaymentStatus,
    ReturnWay,
    StatusGroup,
    SyncStatus,
    may_follow,
    next_status,
)
from shared_models.errors import Conflict

# The national table, row by row: from the status of the row to that of the column.
MATRIX = """
     1 2 3 4 5 6 7 8 9 10
 1   . x x . x x x . . .
 2   . . . x x x x x . .
 3   . . . . . . . . . .
 4   . . . . x x x x x .
 5   x x . x . . x x . .
 6   . x . x . . x x . .
 7   . . . . . . . . . .
 8   . . . x . . . . . .
 9   . . . . . . . . . x
10   . . . . . . . . . .
"""

CELLS = [
    (int(source), column + 1, mark == "x")
    for source, *marks in (line.split() for line in MATRIX.strip("\n").splitlines()[1:])
    for column, mark in enumerate(marks)
]

# Action: from which statuses, to which; for answers `asked in>leads to`.
CONTRACT = {
    "accept": ("1", "2"),
    "refuse": ("1", "3"),
    "start": ("2", "4"),
    "ask_supplement": ("1 2 4", "5"),
    "answer_supplement": ("5", "1>1 2>2 4>4"),
    "ask_payment": ("1 2 4", "6"),
    "pay": ("6", "1>2 2>2 4>4"),
    "record_payment": ("6", "1>2 2>2 4>4"),
    "withdraw": ("1 2 4 5 6", "7"),
    "stop": ("2 4 5 6", "8"),
    "resume": ("8", "4"),
    "resolve": ("4", "9"),
    "return_result": ("9", "10"),
}


def test_the_matrix_is_whole():
    assert [(source, to) for source, to, _ in CELLS] == [(a, b) for a in range(1, 11) for b in range(1, 11)]
    assert sum(allowed for _, _, allowed in CELLS) == 26


@pytest.mark.parametrize(("source", "to", "allowed"), CELLS, ids=str)
def test_ten_by_ten(source, to, allowed):
    assert may_follow(DossierStatus(source), DossierStatus(to)) is allowed


@pytest.mark.parametrize(("source", "to", "allowed"), CELLS, ids=str)
def test_some_action_leads_there_exactly_when_the_table_says_so(source, to, allowed):
    """By trying every action with every question that may have been asked, not by reading the tables."""
    reached = set()
    for action in set(DossierAction) - set(IN_PLACE):
        for asked_in in (None, *DossierStatus):
            try:
                reached.add(next_status(DossierStatus(source), action, asked_in))
            except (Conflict, ValueError):
                continue
    assert (to in reached) is allowed


@pytest.mark.parametrize("action", list(CONTRACT))
@pytest.mark.parametrize("status", list(DossierStatus), ids=lambda status: status.name)
def test_every_move_of_the_contract_and_no_other(action, status):
    sources, target = CONTRACT[action]
    move = DossierAction(action)
    if str(int(status)) not in sources.split():
        for asked_in in (None, *DossierStatus):
            with pytest.raises(Conflict) as refused:
                next_status(status, move, asked_in)
            assert refused.value.code == "dossier.move_not_allowed"
            assert refused.value.params == {"status": int(status), "action": action}
    elif ">" not in target:
        assert next_status(status, move) is DossierStatus(int(target))
    else:
        back = {DossierStatus(int(one[0])): DossierStatus(int(one[2])) for one in target.split()}
        for asked_in in DossierStatus:
            if asked_in in back:
                assert next_status(status, move, asked_in) is back[asked_in]
            else:
                with pytest.raises(ValueError, match="nothing is asked for"):
                    next_status(status, move, asked_in)


@pytest.mark.parametrize("answer", [DossierAction.ANSWER_SUPPLEMENT, DossierAction.PAY, DossierAction.RECORD_PAYMENT])
def test_an_answer_needs_to_know_where_it_was_asked(answer):
    status = DossierStatus.SUPPLEMENT_REQUESTED if answer is DossierAction.ANSWER_SUPPLEMENT else DossierStatus(6)
    with pytest.raises(ValueError, match="nothing is asked for in status None"):
        next_status(status, answer)


@pytest.mark.parametrize("action", list(IN_PLACE), ids=lambda action: action.value)
@pytest.mark.parametrize("status", list(DossierStatus), ids=lambda status: status.name)
def test_actions_in_place_leave_the_status_or_are_refused(action, status):
    if status in IN_PLACE[action]:
        assert next_status(status, action) is status
    else:
        with pytest.raises(Conflict):
            next_status(status, action)


def test_nothing_is_proposed_extended_or_rated_where_it_makes_no_sense():
    assert {int(one) for one in IN_PLACE[DossierAction.PROPOSE]} == {4}
    assert {int(one) for one in IN_PLACE[DossierAction.EXTEND]} == {2, 4}
    assert {int(one) for one in IN_PLACE[DossierAction.RATE]} == {9, 10}
    assert {int(one) for one in IN_PLACE[DossierAction.ASSIGN]} == {1, 2, 4, 5, 6, 8}


def test_every_action_is_in_exactly_one_table():
    moving = {action for _, action in MOVES}
    answering = {action for _, action in ANSWERS}
    assert moving | answering | set(IN_PLACE) == set(DossierAction)
    assert len(moving) + len(answering) + len(IN_PLACE) == len(DossierAction)


def test_final_statuses_are_those_that_lead_nowhere():
    leading = {DossierStatus(source) for source, _, allowed in CELLS if allowed}
    assert set(DossierStatus) - leading == FINAL_STATUSES
    assert {int(one) for one in FINAL_STATUSES} == {3, 7, 10}
    assert {int(one) for one in OPEN_STATUSES} == {1, 2, 4, 5, 6, 8}


def test_national_codes_keep_their_numbers():
    assert [(one.value, one.name) for one in DossierStatus] == [
        (1, "SUBMITTED"),
        (2, "ACCEPTED"),
        (3, "REFUSED"),
        (4, "PROCESSING"),
        (5, "SUPPLEMENT_REQUESTED"),
        (6, "PAYMENT_REQUESTED"),
        (7, "WITHDRAWN"),
        (8, "STOPPED"),
        (9, "RESOLVED"),
        (10, "RETURNED"),
    ]
    assert [(one.value, one.name) for one in Channel] == [(1, "DIRECT"), (2, "ONLINE"), (3, "POST")]


def test_words_on_the_wire():
    assert [one.value for one in PaymentStatus] == ["none", "due", "paid", "waived", "refunded"]
    assert [one.value for one in DeliveryStatus] == ["none", "ready", "posted", "delivered"]
    assert [one.value for one in SyncStatus] == ["local", "pending", "synced", "clash"]
    assert [one.value for one in ReturnWay] == ["digital", "counter", "post"]


def test_statistic_groups():
    groups = {group: {int(one) for one in DossierStatus if GROUP_OF_STATUS[one] is group} for group in StatusGroup}
    assert groups[StatusGroup.PROCESSING] == {2, 4}
    assert groups[StatusGroup.PAUSED] == {5, 6, 8}
    assert groups[StatusGroup.DONE] == {7, 9, 10}
    assert groups[StatusGroup.INTAKE] == {1}
    assert groups[StatusGroup.REFUSED] == {3}


def test_every_action_says_who_may_do_it():
    assert set(ACTION_DUTY) == set(DossierAction)
    nobody = {action for action, duties in ACTION_DUTY.items() if not duties}
    # A payment that no clerk records comes from the citizen through a gateway; nobody rates for the citizen.
    # Two are the one-stop software's, and one follows what two who collect have decided about money.
    by_machine = {DossierAction.EXCHANGE, DossierAction.CLASH, DossierAction.REFUND}
    assert nobody == {DossierAction.PAY, DossierAction.RATE} | by_machine
    assert nobody - by_machine <= OWNER_ACTIONS


def test_who_decides_is_not_who_prepares():
    assert ACTION_DUTY[DossierAction.PROPOSE] == {Duty.PROCESS}
    assert ACTION_DUTY[DossierAction.RESOLVE] == {Duty.APPROVE}
    assert ACTION_DUTY[DossierAction.SEND_BACK] == {Duty.APPROVE}
    assert not OWNER_ACTIONS & {DossierAction.ACCEPT, DossierAction.RESOLVE, DossierAction.STOP, DossierAction.RESUME}
