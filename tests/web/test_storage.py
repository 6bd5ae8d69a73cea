"""Vault, keys and locks in a real browser's IndexedDB and WebCrypto, as Python gets them."""

import json
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Error

from tests.web.phone import Phone

pytestmark = pytest.mark.browser
PIN = "246810"

DUMP = """async () => {
  const db = await new Promise((resolve) => {
    const request = indexedDB.open("congdan", 1);
    request.onsuccess = () => resolve(request.result);
  });
  const texts = [];
  for (const name of db.objectStoreNames) {
    const rows = await new Promise((resolve) => {
      const request = db.transaction(name).objectStore(name).getAll();
      request.onsuccess = () => resolve(request.result);
    });
    for (const { data, wrapped } of rows) {
      for (const bytes of [data, wrapped?.outer.data]) if (bytes) texts.push(new TextDecoder("latin1").decode(bytes));
    }
  }
  db.close();
  return texts;
}"""


def test_vault_keeps_values_encrypted_and_opens_again(phone: Phone) -> None:
    phone.python("vault_create", PIN)
    phone.python("vault_put", "session", json.dumps({"refresh_token": "very-secret-token"}))
    phone.python("vault_put", "queue/b", "2")
    phone.python("vault_put", "queue/a", "1")
    stored = phone.page.evaluate(DUMP)
    assert len(stored) == 4
    assert not any("very-secret" in text for text in stored)
    phone.open()
    assert phone.python_json("vault_status") == {
        "exists": True,
        "unlocked": False,
        "failures": 0,
        "locked_until": None,
        "clock_moved": False,
    }
    with pytest.raises(Error, match=r"vault\.locked"):
        phone.python("vault_get", "session")
    phone.python("vault_unlock", PIN)
    assert phone.python_json("vault_get", "session") == {"refresh_token": "very-secret-token"}
    assert phone.python_json("vault_list", "queue/") == [["queue/a", 1], ["queue/b", 2]]
    phone.python("vault_remove", "queue/a")
    assert phone.python_json("vault_get", "queue/a") is None


def test_unlocking_in_the_worker_unlocks_the_page_and_locking_locks_it(phone: Phone) -> None:
    phone.python("vault_create", PIN)
    phone.python("vault_put", "notices", "[]")
    phone.until("import('/vault.js').then((m) => m.vaultKey() !== null)")
    assert phone.module("vault.js", "vaultGet('notices')") == []
    phone.python("vault_lock")
    phone.until("import('/vault.js').then((m) => m.vaultKey() === null)")


def test_wrong_pins_are_counted_across_restarts_and_cost_time(phone: Phone) -> None:
    phone.python("vault_create", PIN)
    for _ in range(3):
        with pytest.raises(Error, match=r"vault\.wrong_pin"):
            phone.python("vault_unlock", "000000")
    phone.open()
    for _ in range(2):
        with pytest.raises(Error, match=r"vault\.wrong_pin"):
            phone.python("vault_unlock", "000000")
    status = phone.python_json("vault_status")
    assert status["failures"] == 5
    wait = datetime.fromisoformat(status["locked_until"]) - datetime.fromtimestamp(phone.city.now_s, UTC)
    assert 20 < wait.total_seconds() < 60
    with pytest.raises(Error, match=r"vault\.locked_out"):
        phone.python("vault_unlock", PIN)


TRY = "(pin) => import('/vault.js').then((m) => m.vaultUnlock(pin)).then(() => 'open', (error) => error.message)"
# What turning the clock of the phone does to this tab, in milliseconds.
TURN_CLOCK = "(by) => { const real = globalThis.realNow ??= Date.now; Date.now = () => real.call(Date) + by; }"


def test_two_tabs_share_one_count(phone: Phone) -> None:
    phone.python("vault_create", PIN)
    phone.python("vault_lock")
    other = phone.new_page()
    other.goto(phone.city.origin)
    assert [other.evaluate(TRY, "000000") for _ in range(2)] == ["vault.wrong_pin"] * 2
    # At once in both: each is counted before it is made.
    phone.page.evaluate(f"() => {{ globalThis.tries = [1, 2, 3].map(() => ({TRY})('111111')); }}")
    there = [other.evaluate(TRY, "222222") for _ in range(3)]
    here = phone.page.evaluate("() => Promise.all(globalThis.tries)")
    assert sorted(here + there) == ["vault.locked_out"] * 3 + ["vault.wrong_pin"] * 3
    status = phone.python_json("vault_status")
    assert status["failures"] == 5
    assert other.evaluate("import('/vault.js').then((m) => m.vaultStatus())")["locked_until"] == status["locked_until"]
    assert other.evaluate(TRY, PIN) == "vault.locked_out"


def waits(phone: Phone) -> float:
    """Seconds from the page's present until it takes a PIN again."""
    status = phone.module("vault.js", "vaultStatus()")
    until = status["locked_until"]
    return 0 if until is None else datetime.fromisoformat(until).timestamp() - phone.page.evaluate("Date.now()") / 1000


def test_each_wrong_pin_after_the_free_ones_waits_longer(phone: Phone) -> None:
    phone.python("vault_create", PIN)
    phone.python("vault_lock")
    turned, measured = 0, []
    for _ in range(7):
        assert phone.page.evaluate(TRY, "000000") == "vault.wrong_pin"
        measured.append(round(waits(phone) / 10) * 10)
        turned += int(waits(phone) * 1000) + 1500
        phone.page.evaluate(TURN_CLOCK, turned)
    assert measured == [0, 0, 0, 0, 30, 60, 300]
    assert phone.page.evaluate(TRY, PIN) == "open"
    assert phone.module("vault.js", "vaultStatus()")["failures"] == 0


def test_turning_the_clock_back_starts_the_wait_anew_and_is_noted(phone: Phone) -> None:
    phone.python("vault_create", PIN)
    phone.python("vault_lock")
    for _ in range(5):
        phone.page.evaluate(TRY, "000000")
    phone.page.evaluate(TURN_CLOCK, 3_600_000)
    assert phone.page.evaluate(TRY, "000000") == "vault.wrong_pin"
    assert phone.module("vault.js", "vaultStatus()")["clock_moved"] is False
    phone.page.evaluate(TURN_CLOCK, 0)
    # The hour is not served twice, and the wait is whole again: neither locked out for an hour nor for free.
    assert 55 < waits(phone) < 63
    assert phone.page.evaluate(TRY, PIN) == "vault.locked_out"
    phone.open()
    status = phone.python_json("vault_status")
    assert status["clock_moved"] is True
    assert status["failures"] == 6
    phone.page.evaluate(TURN_CLOCK, 70_000)
    assert phone.page.evaluate(TRY, PIN) == "open"
    assert phone.module("vault.js", "vaultStatus()")["clock_moved"] is False


def test_changing_the_pin_keeps_the_content(phone: Phone) -> None:
    phone.python("vault_create", PIN)
    phone.python("vault_put", "notices", '["a"]')
    with pytest.raises(Error, match=r"vault\.pin_format"):
        phone.python("vault_change_pin", PIN, "12")
    phone.python("vault_change_pin", PIN, "135790")
    phone.python("vault_lock")
    with pytest.raises(Error, match=r"vault\.wrong_pin"):
        phone.python("vault_unlock", PIN)
    phone.python("vault_unlock", "135790")
    assert phone.python_json("vault_get", "notices") == ["a"]


def test_wiping_forgets_records_keys_and_the_pinned_licence(phone: Phone) -> None:
    phone.pin_licence()
    phone.python("vault_create", PIN)
    phone.python("vault_put", "notices", '["a"]')
    before = phone.python_json("key_ensure", "holder")
    phone.python("vault_wipe")
    assert phone.python_json("vault_status")["exists"] is False
    assert phone.python_json("public_get", "pinned") is None
    assert phone.page.evaluate(DUMP) == []
    assert phone.python_json("key_ensure", "holder") != before


def test_wiping_for_the_next_user_keeps_only_the_key_of_the_session_just_begun(phone: Phone) -> None:
    phone.pin_licence()
    phone.python("vault_create", PIN)
    phone.python("vault_put", "notices", '["a"]')
    holder, session = (phone.python_json("key_ensure", name) for name in ("holder", "session"))
    phone.python("vault_wipe", True)
    assert phone.page.evaluate(DUMP) == []
    assert phone.python_json("public_get", "pinned") is None
    assert phone.python_json("key_ensure", "holder") != holder
    assert phone.python_json("key_ensure", "session") == session


def test_a_tab_left_open_cannot_write_into_a_wiped_vault(phone: Phone) -> None:
    phone.python("vault_create", PIN)
    other = phone.new_page()
    other.goto(phone.city.origin)
    other.evaluate("import('/vault.js').then((m) => m.vaultWipe())")
    with pytest.raises(Error, match=r"vault\.locked"):
        phone.python("vault_put", "notices", "[]")


def test_device_key_is_one_for_all_and_cannot_leave(phone: Phone) -> None:
    made = phone.page.evaluate(
        """async () => {
          const { keyEnsure } = await import("/device_key.js");
          return Promise.all([keyEnsure("holder"), keyEnsure("holder"), keyEnsure("holder")]);
        }"""
    )
    assert made == [phone.python_json("key_ensure", "holder")] * 3
    refused = phone.page.evaluate(
        """async () => {
          const { read } = await import("/store.js");
          const { privateKey } = await read("keys", "holder");
          return crypto.subtle.exportKey("pkcs8", privateKey).then(() => "exported", (error) => error.name);
        }"""
    )
    assert refused == "InvalidAccessError"


def test_a_lock_is_held_across_tabs_until_it_is_released(phone: Phone) -> None:
    order = phone.page.evaluate(
        """async () => {
          const { acquire } = await import("/locks.js");
          const seen = [];
          const release = await acquire("sync");
          const second = acquire("sync").then((end) => { seen.push("second"); end(); });
          await new Promise((resolve) => setTimeout(resolve, 50));
          seen.push("first ends");
          release();
          await second;
          return seen;
        }"""
    )
    assert order == ["first ends", "second"]
