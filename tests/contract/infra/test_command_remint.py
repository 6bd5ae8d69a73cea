"""A key is lost: everything it signed is minted anew, and once the grace is over the old turns red."""

from collections import Counter
from functools import partial

import pytest

from backend.bootstrap import Container
from backend.cli import main
from backend.infra.verify import verify_text
from backend.jobs import revoke_lost
from backend.notices.service import Subscription
from backend.wallet.documents import RemintDocument
from backend.wallet.services.licences import StatusDecision
from backend.wallet.services.reminting import RemintRefused
from shared_models.clock import to_epoch_s
from shared_models.credential.judge import Verdict
from shared_models.credential.qr_text import screen_text
from shared_models.credential.reasons import Outcome
from shared_models.credential.status_list import Status
from shared_models.result import LicenceStatus
from shared_models.schemas.wire import from_base64url, to_base64url
from tests.support.builders_results import HolderKey, a_subscription
from tests.support.lost_key import container, folders, kid_of_food, lose, lose_and_remint, rows
from tests.support.status import status_lists_of
from tests.support.wallets import a_draft, a_phone_of, an_owner, fill, issue

__all__ = ["container", "folders"]


def verdict_of(container: Container, text: str) -> Verdict:
    """What an inspector's phone says that has just synced."""
    now_s = to_epoch_s(container.clock.now())
    return verify_text(text, container.wallet.trust.current().trust, status_lists_of(container), now_s)


def test_old_codes_stay_good_until_the_grace_is_over_and_then_turn_red(container: Container) -> None:
    owner, key = an_owner(), HolderKey()
    phone = a_phone_of(owner, container, key)
    (licence,) = issue(container, a_draft(owner, "48/2026/ATTP"))
    sync = container.wallet.sync
    first = sync.read(sync.plan(owner, phone, None))
    old_paper, old_bound = screen_text(licence["paper"]), first["licences"][0]["credential"]
    kid = lose(container)
    assert main(["keys", "remint", "--kid", kid]) == 0

    changed = sync.read(sync.plan(owner, phone, first["cursor"]))["licences"]
    assert [row["id"] for row in changed] == [licence["_id"]]
    new_bound = changed[0]["credential"]
    new_paper = screen_text(container.wallet.licences.by_ids([licence["_id"]])[licence["_id"]]["paper"])
    assert new_bound != old_bound
    for text in (old_paper, new_paper, screen_text(new_bound)):
        assert verdict_of(container, text).outcome is Outcome.VALID_HOLDER_NOT_PROVEN
    assert revoke_lost(container) == 0

    assert main(["keys", "compromised", "--kid", kid, "--at", "2026-11-20", "--grace", "0", "--yes"]) == 0
    assert revoke_lost(container) == 2
    assert verdict_of(container, old_paper).reasons[0] == "status.revoked"
    assert main(["keys", "publish"]) == 0
    for text in (old_paper, screen_text(old_bound)):
        found = verdict_of(container, text)
        assert (found.outcome, set(found.reasons) >= {"key.compromised", "status.revoked"}) == (Outcome.INVALID, True)
    assert verdict_of(container, new_paper).outcome is Outcome.VALID_HOLDER_NOT_PROVEN
    presented = key.present(to_base64url(new_bound), to_epoch_s(container.clock.now()))
    assert verdict_of(container, presented).outcome is Outcome.VALID_HOLDER_PRESENT


def test_owners_are_told_once_and_find_it_in_their_log(container: Container) -> None:
    owner = an_owner()
    a_phone_of(owner, container, HolderKey())
    container.notices.subscribe(owner, _subscription())
    (licence,) = issue(container, a_draft(owner, "48/2026/ATTP"))
    lose_and_remint(container)
    (notice,) = rows(container, "notices", kind="licence.resigned")
    assert (notice["owner_id"], notice["licence_id"], notice["params"]["number"]) == (
        owner.id,
        licence["_id"],
        "48/2026/ATTP",
    )
    assert [row["params"] for row in rows(container, "outbox", template="licence.resigned")] == [{}]
    (entry,) = rows(container, "access_ledger", action="licence.resigned")
    assert (entry["subject_id"], entry["agency_code"], entry["purpose"]) == (owner.id, "H17", "keys.remint")


def _subscription() -> Subscription:
    body = a_subscription()
    keys = {name: from_base64url(value) for name, value in body["keys"].items()}
    return Subscription(body["endpoint"], keys["p256dh"], keys["auth"], "vi")


def test_a_second_run_changes_nothing(container: Container, capsys: pytest.CaptureFixture[str]) -> None:
    fill(container, 5, with_phones=2)
    kid = lose_and_remint(container)
    before = Counter(row["kid"] for row in rows(container, "credentials"))
    assert sorted(before.values()) == [7, 7]
    assert main(["keys", "remint", "--kid", kid]) == 0
    assert Counter(row["kid"] for row in rows(container, "credentials")) == before
    assert len(rows(container, "notices", kind="licence.resigned")) == 5
    assert "7 codes of 5 licences" in capsys.readouterr().out


def test_a_run_is_stored_as_its_class_says(container: Container) -> None:
    fill(container, 1)
    lose_and_remint(container)
    (run,) = rows(container, "remints")
    RemintDocument._from_son(run).validate()
    assert {"_id" if name == "id" else name for name in RemintDocument._fields} == run.keys()


def test_what_cannot_hold_any_more_gets_no_new_code_and_is_revoked_all_the_same(container: Container) -> None:
    ended, taken, asleep, lives = (an_owner() for _ in range(4))
    drafts = (a_draft(one, one.id) for one in (ended, taken, asleep, lives))
    issued = {row["owner_id"]: row for row in issue(container, *drafts)}
    over = {"$set": {"valid_until": "2026-11-20"}}
    container.database.collection("licences").update_one({"owner_id": ended.id}, over)
    decide(container, issued[taken.id]["_id"], LicenceStatus.REVOKED)
    decide(container, issued[asleep.id]["_id"], LicenceStatus.SUSPENDED)
    kid = lose_and_remint(container, grace="0")
    new = {row["owner_id"]: row for row in rows(container, "credentials") if row["kid"] != kid}
    assert new.keys() == {asleep.id, lives.id}
    entries = status_lists_of(container)
    said = {owner: entries[row["status_uri"]].entries[row["list_index"]] for owner, row in new.items()}
    assert said == {asleep.id: Status.SUSPENDED, lives.id: Status.VALID}
    for row in rows(container, "credentials", kid=kid):
        assert entries[row["status_uri"]].entries[row["list_index"]] == Status.REVOKED
        assert row["blocked"]


def decide(container: Container, licence_id: str, status: LicenceStatus) -> None:
    decision = StatusDecision(status, "Thử", "1/QĐ", container.clock.now())
    container.database.transaction(partial(container.wallet.licences.decide, licence_id, decision))


def test_a_restored_licence_does_not_revive_the_lost_keys_code(container: Container) -> None:
    owner = an_owner()
    (licence,) = issue(container, a_draft(owner, "48"))
    decide(container, licence["_id"], LicenceStatus.SUSPENDED)
    kid = lose_and_remint(container, grace="0")
    decide(container, licence["_id"], LicenceStatus.VALID)
    container.wallet.status_lists.sign_dirty_lists()
    lists = status_lists_of(container)
    said = {
        row["kid"] == kid: lists[row["status_uri"]].entries[row["list_index"]] for row in rows(container, "credentials")
    }
    assert said == {True: Status.REVOKED, False: Status.VALID}


def test_the_server_mints_nothing_with_a_lost_key_from_that_moment_on(container: Container) -> None:
    """Without a restart: the service reads keys.json again."""
    kid = lose(container)
    (licence,) = issue(container, a_draft(an_owner(), "48"))
    assert [row["kid"] == kid for row in rows(container, "credentials", licence_id=licence["_id"])] == [False]


def test_a_key_that_is_not_published_signs_nothing(container: Container) -> None:
    """Every phone would call its codes forged."""
    kid = kid_of_food(container)
    assert main(["keys", "compromised", "--kid", kid, "--at", "2026-11-20", "--yes"]) == 0
    assert main(["keys", "rotate", "--kid", kid]) == 0
    with pytest.raises(RemintRefused, match=r"no published key of H17\.08 signs type 1"):
        container.wallet.reminting.begin(kid)
    assert main(["keys", "remint", "--kid", kid]) == 2
    assert rows(container, "remints") == []


def test_only_a_lost_key_is_minted_anew(container: Container, capsys: pytest.CaptureFixture[str]) -> None:
    kid = kid_of_food(container)
    assert main(["keys", "remint", "--kid", kid]) == 2
    assert "not marked compromised" in capsys.readouterr().err
    assert main(["keys", "remint", "--kid", "00"]) == 2
    assert "congdan keys list" in capsys.readouterr().err


def test_a_licence_that_fits_no_code_any_more_is_named(
    container: Container, capsys: pytest.CaptureFixture[str]
) -> None:
    (long, other) = issue(container, a_draft(an_owner(), "long"), a_draft(an_owner(), "other"))
    licences = container.database.collection("licences")
    licences.update_one({"_id": long["_id"]}, {"$set": {"activity": "Kinh doanh dịch vụ ăn uống " * 7 + "hết"}})
    kid = lose(container)
    assert main(["keys", "remint", "--kid", kid]) == 1
    assert f"refused: {long['_id']}" in capsys.readouterr().out
    assert {row["licence_id"] for row in rows(container, "credentials") if row["kid"] != kid} == {other["_id"]}
