"""`congdan keys remint` killed, cut off, doubled or overtaken: it does everything once, and nothing slips by."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from backend.bootstrap import Container
from backend.cli import main
from backend.infra.mongo import Database
from backend.jobs import revoke_lost
from tests.support.api import Folders, environment_of
from tests.support.builders_results import HolderKey
from tests.support.database import uri_of
from tests.support.lost_key import container, folders, kid_of_food, lose, lose_and_remint, rows
from tests.support.wallets import a_draft, a_phone_of, an_owner, fill, issue

__all__ = ["container", "folders"]

ROOT = Path(__file__).resolve().parents[3]


def test_a_phone_that_is_registered_meanwhile_is_minted_once(container: Container) -> None:
    owner = an_owner()
    issue(container, *(a_draft(owner, str(number)) for number in range(4)))
    kid = lose(container)
    reminting = container.wallet.reminting
    reminting.begin(kid)
    reminting.step(kid, 2)
    a_phone_of(owner, container, HolderKey())
    while reminting.step(kid, 2)["state"] == "minting":
        pass
    in_use = Counter((row["licence_id"], row["device_id"]) for row in rows(container, "credentials", replaced_at=None))
    assert set(in_use.values()) == {1}
    assert len(in_use) == 8


def test_a_code_that_slipped_through_is_caught_before_anything_turns_red(container: Container) -> None:
    """A process may have read keys.json a moment before the key was marked, and committed after the run had passed."""
    kid = kid_of_food(container)
    lose_and_remint(container)
    (late,) = issue(container, a_draft(an_owner(), "late"))
    container.database.collection("credentials").update_one({"licence_id": late["_id"]}, {"$set": {"kid": kid}})
    assert main(["keys", "compromised", "--kid", kid, "--at", "2026-11-20", "--grace", "0", "--yes"]) == 0
    assert revoke_lost(container) == 1
    old, new = sorted(
        rows(container, "credentials", licence_id=late["_id"]), key=lambda row: row["replaced_at"] is None
    )
    assert (old["kid"], old["blocked"], new["kid"] != kid, new["blocked"]) == (kid, True, True, False)


@pytest.mark.parametrize("kills", [1, 3])
def test_a_run_that_is_killed_goes_on_and_does_everything_once(
    container: Container, folders: Folders, database: Database, kills: int, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(container, 120, with_phones=10)
    kid = lose(container)
    for turn in range(kills):
        killed_in_the_middle(container, folders, database, kid, first=turn == 0)
    run = container.wallet.reminting.run(kid)
    assert run is not None
    assert (run["state"], 0 < run["seen"] < run["total"]) == ("minting", True)
    assert main(["keys", "remint", "--kid", kid]) == 2
    assert "--resume" in capsys.readouterr().err
    assert main(["keys", "remint", "--kid", kid, "--resume", "--batch", "50"]) == 0
    done = container.wallet.reminting.run(kid)
    assert done is not None
    assert (done["seen"], done["minted"], done["licences"], done["total"]) == (130, 130, 120, 130)
    holders = Counter(
        (row["licence_id"], row["device_id"]) for row in rows(container, "credentials") if row["kid"] != kid
    )
    assert (len(holders), set(holders.values())) == (130, {1})
    notices = Counter(row["licence_id"] for row in rows(container, "notices", kind="licence.resigned"))
    assert (len(notices), set(notices.values())) == (120, {1})
    seqs = {row["_id"]: row["seq"] for row in rows(container, "wallets")}
    assert all(row["change_seq"] == seqs[row["owner_id"]] for row in rows(container, "licences"))


def killed_in_the_middle(container: Container, folders: Folders, database: Database, kid: str, *, first: bool) -> None:
    """Starts the command with tiny batches and kills it (SIGKILL) once it has done a few more."""
    held = container.wallet.reminting.run(kid)
    seen = held["seen"] if held else 0
    process = reminting(folders, database, kid, "--batch", "2", *([] if first else ["--resume"]))
    deadline = time.monotonic() + 180
    while (run := container.wallet.reminting.run(kid)) is None or run["seen"] < seen + 8:
        assert process.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    assert process.wait(10) == -signal.SIGKILL
    # A transaction that it had open holds what it touched until its minute is over, and on the embedded server until
    # another one begins: whoever deletes meanwhile would wait.
    database.client.admin.command("killAllSessions", [])


def reminting(folders: Folders, database: Database, kid: str, *options: str) -> subprocess.Popen[bytes]:
    """The command in a process of its own."""
    env = environment_of(folders, uri_of(database)) | {"PATH": os.defpath, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "backend.cli", "keys", "remint", "--kid", kid, *options]
    return subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)


def test_a_revocation_that_is_cut_off_goes_on(container: Container) -> None:
    for _ in range(8):  # a block of the status list each
        fill(container, 5)
    kid = lose_and_remint(container)
    reminting = container.wallet.reminting
    container.database.collection("remints").update_one({"_id": kid}, {"$set": {"state": "revoking"}})
    for _ in range(5):
        container.database.transaction(partial(reminting._revoke_block, kid))
    red = len(rows(container, "credentials", kid=kid, blocked=True))
    assert 0 < red < 40
    assert red + reminting.revoke(kid) == 40
    run = reminting.run(kid)
    assert run is not None
    assert (run["state"], run["revoked"], run["finished_at"] - run["started_at"] > timedelta(0)) == ("done", 40, True)


def test_two_runs_at_once_do_nothing_twice(container: Container, folders: Folders, database: Database) -> None:
    fill(container, 60)
    kid = lose(container)
    container.wallet.reminting.begin(kid)
    both = [reminting(folders, database, kid, "--batch", "3", "--resume") for _ in range(2)]
    assert [process.wait(300) for process in both] == [0, 0]
    holders = Counter(row["licence_id"] for row in rows(container, "credentials") if row["kid"] != kid)
    assert (len(holders), set(holders.values())) == (60, {1})
    assert len(rows(container, "notices", kind="licence.resigned")) == 60
