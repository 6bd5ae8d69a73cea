"""Publishing that a key is lost turns its codes red: not before their owners have new ones, unless it is meant."""

from pathlib import Path

import pytest

from backend.bootstrap import Container
from backend.cli import main
from backend.jobs import revoke_lost
from shared_models.credential.trust_list import TrustList
from tests.support.lost_key import container, folders, lose, lose_and_remint
from tests.support.wallets import a_draft, an_owner, issue

__all__ = ["container", "folders"]


def published(container: Container) -> TrustList:
    return container.wallet.trust.current().trust


def told_lost(container: Container, kid: str) -> bool:
    return any(key.kid.hex() == kid and key.compromised_at_s is not None for key in published(container).keys)


@pytest.fixture
def lost(container: Container, capsys: pytest.CaptureFixture[str]) -> str:
    """Two codes of a key whose loss is to be told at once, not minted anew."""
    owner = an_owner()
    issue(container, a_draft(owner, "48/2026/ATTP"), a_draft(owner, "49/2026/ATTP"))
    kid = lose(container)
    assert main(["keys", "compromised", "--kid", kid, "--at", "2026-11-20", "--grace", "0", "--yes"]) == 0
    capsys.readouterr()
    return kid


def test_it_is_refused_while_codes_are_not_minted_anew(
    container: Container, lost: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = published(container)
    assert main(["keys", "publish"]) == 2
    assert f"2 codes of {lost} are not minted anew: published now, they turn red" in capsys.readouterr().err
    assert published(container) == before


def test_a_run_that_was_cut_short_counts_what_is_left(
    container: Container, lost: str, capsys: pytest.CaptureFixture[str]
) -> None:
    container.wallet.reminting.begin(lost)
    container.wallet.reminting.step(lost, 1)
    assert main(["keys", "publish"]) == 2
    assert f"1 codes of {lost} are not minted anew" in capsys.readouterr().err
    assert main(["keys", "remint", "--kid", lost, "--resume"]) == 0
    assert main(["keys", "publish"]) == 0
    assert told_lost(container, lost)


def test_the_list_that_lets_the_successor_sign_goes_out_with_a_warning(
    container: Container, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing can be minted anew before: the only way on is through this list."""
    issue(container, a_draft(an_owner(), "48/2026/ATTP"))
    kid = lose(container, grace="0")
    assert "until now nobody could sign in its place. Remint at once." in capsys.readouterr().err
    assert told_lost(container, kid)
    assert main(["keys", "remint", "--kid", kid]) == 0


def test_it_is_done_when_it_is_meant(container: Container, lost: str) -> None:
    assert main(["keys", "publish", "--yes"]) == 0
    assert told_lost(container, lost)


def test_nothing_is_asked_within_the_grace_and_after_everything_is_done(container: Container) -> None:
    issue(container, a_draft(an_owner(), "48/2026/ATTP"))
    kid = lose_and_remint(container)
    assert main(["keys", "publish"]) == 0
    assert not told_lost(container, kid)
    assert main(["keys", "compromised", "--kid", kid, "--at", "2026-11-20", "--grace", "0", "--yes"]) == 0
    assert revoke_lost(container) == 1
    assert main(["keys", "publish"]) == 0
    assert told_lost(container, kid)


def test_a_list_from_the_offline_root_waits_too(
    container: Container, lost: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft, signed = str(tmp_path / "draft.cbor"), str(tmp_path / "signed.cwt")
    assert main(["keys", "export-trust", draft]) == 0
    root = str(container.settings.keys_dir / "root.pem")
    assert main(["keys", "sign-trust", "--root", root, "--yes", draft, signed]) == 0
    assert main(["keys", "import-trust", signed]) == 2
    assert "not minted anew" in capsys.readouterr().err
    assert main(["keys", "remint", "--kid", lost]) == 0
    assert main(["keys", "import-trust", signed]) == 0
    assert told_lost(container, lost)


def test_without_a_database_it_is_said_that_nobody_knows(
    container: Container, lost: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("MONGODB_URI")
    assert main(["keys", "publish"]) == 0
    assert f"whether what {lost} signed is minted anew is not known" in capsys.readouterr().err
    assert told_lost(container, lost)
