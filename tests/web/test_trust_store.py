"""Signed lists on a phone: fetched once, kept, and never exchanged for worse ones; in a real browser's IndexedDB, zlib
and WebCrypto. Attacks are named by their row of the attack list.
"""

import json
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Error

from shared_models.credential import cbor
from shared_models.credential import constants as c
from shared_models.credential.cose import parse_sign1
from shared_models.credential.status_list import make_status_list
from tests.support import credentials as demo
from tests.web.demo_city import WEB, DemoCity
from tests.web.phone import Phone

pytestmark = pytest.mark.browser
CORPUS = WEB.parents[1] / "tests" / "corpus" / "credential.json"

REPLAY = """async (corpus) => {
  const { fromBase64url, fromHex } = await import("/verify/bytes.js");
  const { acceptStatusList, acceptTrustList, ListRefused } = await import("/verify/accept.js");
  const { verifyText } = await import("/verify/verify.js");
  const root = { alg: -7, x: fromHex(corpus.root.x), y: fromHex(corpus.root.y) };
  const worlds = new Map();
  for (const [name, world] of Object.entries(corpus.worlds)) {
    const trust = await acceptTrustList(fromBase64url(world.trust_list_b64), root, null);
    const statusLists = new Map();
    for (const [uri, token] of Object.entries(world.status_lists_b64)) {
      statusLists.set(uri, await acceptStatusList(fromBase64url(token), uri, trust, null));
    }
    worlds.set(name, { trust, statusLists });
  }
  const lists = new Map(corpus.lists.map((one) => [one.name, one]));
  const accept = async ({ kind, uri, world, held, token_b64: token }) => {
    const old = held === null ? null : await accept(lists.get(held));
    if (kind === "trust_list") return acceptTrustList(fromBase64url(token), root, old);
    return acceptStatusList(fromBase64url(token), uri, worlds.get(world).trust, old);
  };
  const wrong = [];
  for (const one of corpus.lists) {
    const told = (error) => (error instanceof ListRefused ? error.message : String(error));
    const became = await accept(one).then(() => "accepted", told);
    if (became !== one.expected) wrong.push([one.name, one.expected, became]);
  }
  for (const { name, text, now_s: nowS, nonce, world, expected } of corpus.cases) {
    const held = { ...worlds.get(world), nowS, nonce: nonce === null ? null : fromHex(nonce) };
    const { outcome, reasons } = await verifyText(text, held);
    const isAsStated = outcome === expected.outcome && [...reasons].sort().join() === expected.reasons.join();
    if (!isAsStated) wrong.push([name, outcome, reasons]);
  }
  return wrong;
}"""


def test_the_corpus_meets_the_same_end_in_a_browser(phone: Phone) -> None:
    """Its zlib and its WebCrypto are not those of Node."""
    assert phone.page.evaluate(REPLAY, json.loads(CORPUS.read_text(encoding="utf-8"))) == []


def test_lists_are_fetched_once_and_used_without_network(phone: Phone) -> None:
    first = phone.python_json("trust_update")
    assert (first["changed"], first["refused"]) == (2, [])
    assert phone.python_json("trust_update")["changed"] == 0
    assert phone.city.requests.count("/api/v1/status/1") == 1
    phone.context.set_offline(True)
    with pytest.raises(Error, match=r"trust\.offline"):
        phone.python("trust_update")
    text = phone.city.presentation(phone.city.restaurant())
    assert phone.python_json("verify", text)["outcome"] == "VALID_HOLDER_PRESENT"
    assert phone.python_json("trust_state")["lists"] == [{"n": 1, "iat_s": phone.city.status.issued_at_s}]
    phone.context.set_offline(False)


def test_row_11_an_older_status_list_is_refused_and_a_newer_one_taken(phone: Phone) -> None:
    phone.python("trust_update")
    held = phone.city.status
    phone.city.status = phone.city.status_list(age_s=9000)
    answer = phone.python_json("trust_update")
    assert answer["refused"] == [{"what": demo.URI, "code": "status_list.rolled_back"}]
    assert answer["as_of_s"] == held.issued_at_s
    phone.city.status = phone.city.status_list(age_s=60)
    assert phone.python_json("trust_update")["as_of_s"] == phone.city.status.issued_at_s


def test_row_11_a_trust_list_that_rolls_back_is_refused(phone: Phone) -> None:
    phone.python("trust_update")
    phone.city.trust = replace(phone.city.trust, version=6)
    with pytest.raises(Error, match=r"trust_list\.rolled_back"):
        phone.python("trust_update")
    assert phone.python_json("trust_state")["version"] == 7


def test_row_10_a_status_list_signed_by_a_licence_key_is_refused(phone: Phone) -> None:
    phone.city.status_key = demo.FOOD
    answer = phone.python_json("trust_update")
    assert answer["refused"] == [{"what": demo.URI, "code": "status_list.signature_invalid"}]
    assert answer["lists"] == []


def status_with(city: DemoCity, claims: dict[int | str, Any], **parts: Any) -> bytes:
    """The city's status list with other claims, signed by its status key unless a part says otherwise."""
    good = parse_sign1(city.status_token())
    payload = cbor.encode(cbor.decode(good.payload) | claims)
    return demo.Forge(payload, good.protected, **({"key": demo.STATUS} | parts)).cose()


def array(packed: bytes) -> dict[int | str, Any]:
    return {c.STATUS_LIST: {"bits": 2, "lst": packed}}


def tampered(city: DemoCity) -> bytes:
    return status_with(city, {c.ISSUED_AT: city.now_s}, signature=city.status_token()[-64:])


def of_another_name(city: DemoCity) -> bytes:
    other = replace(city.status_list(age_s=60), uri=f"{demo.PUBLIC_URL}/s/2")
    return make_status_list(other, demo.STATUS.kid, demo.STATUS.sign)


def maced(city: DemoCity) -> bytes:
    protected = cbor.encode({c.ALG: 5, c.KID: demo.STATUS.kid})
    return b"\xd1" + cbor.encode([protected, {}, parse_sign1(city.status_token()).payload, bytes(32)])


def bomb(city: DemoCity) -> bytes:
    return status_with(city, array(zlib.compress(bytes(64 << 20), 9)) | {c.ISSUED_AT: city.now_s})


def one_byte_too_many(city: DemoCity) -> bytes:
    return status_with(city, array(zlib.compress(bytes(c.STATUS_ENTRIES // 4 + 1), 9)) | {c.ISSUED_AT: city.now_s})


def stream_twice(city: DemoCity) -> bytes:
    return status_with(city, array(zlib.compress(city.status.entries.data, 9) * 2) | {c.ISSUED_AT: city.now_s})


@pytest.mark.parametrize(
    ("forge", "code"),
    [
        pytest.param(tampered, "signature_invalid", id="row_10: tampered"),
        pytest.param(of_another_name, "other_uri", id="row_10: of another name"),
        pytest.param(maced, "malformed", id="row_10: MACed"),
        pytest.param(bomb, "malformed", id="row_12: 64 megabytes of zeros"),
        pytest.param(one_byte_too_many, "malformed", id="row_12: one byte more than a list"),
        pytest.param(stream_twice, "malformed", id="row_12: the stream twice"),
    ],
)
def test_a_bad_status_list_is_refused_and_the_held_one_stays(
    phone: Phone, forge: Callable[[DemoCity], bytes], code: str
) -> None:
    phone.python("trust_update")
    phone.city.forged_status = forge(phone.city)
    answer = phone.python_json("trust_update")
    assert answer["refused"] == [{"what": demo.URI, "code": f"status_list.{code}"}]
    assert answer["as_of_s"] == phone.city.status.issued_at_s
    revoked = phone.city.presentation(phone.city.restaurant(status_index=demo.REVOKED_INDEX))
    assert phone.python_json("verify", revoked)["outcome"] == "REVOKED"


def test_row_10_a_tampered_trust_list_is_refused_and_the_held_one_stays(phone: Phone) -> None:
    phone.python("trust_update")
    good = phone.city.trust_token()
    sign1 = parse_sign1(good)
    payload = cbor.encode(cbor.decode(sign1.payload) | {c.TRUST_VERSION: 8})
    phone.city.forged_trust = demo.Forge(payload, sign1.protected, signature=good[-64:]).cose()
    with pytest.raises(Error, match=r"trust_list\.signature_invalid"):
        phone.python("trust_update")
    assert phone.python_json("trust_state")["version"] == 7
    code = phone.city.presentation(phone.city.restaurant())
    assert phone.python_json("verify", code)["outcome"] == "VALID_HOLDER_PRESENT"


GIVES_UP = """async () => {
  const held = new Promise((_, fail) => setTimeout(() => fail(new Error("it is waited for without end")), 10_000));
  const { trustUpdate } = await import("/trust_store.js");
  await Promise.race([trustUpdate(), held]);
}"""


def test_a_line_that_neither_answers_nor_breaks_is_given_up_and_holds_no_later_update(phone: Phone, city: DemoCity):
    phone.page.evaluate(
        "AbortSignal.timeout = ((wait) => (ms) => wait.call(AbortSignal, ms / 50))(AbortSignal.timeout)"
    )
    for path in ("/city.json", "/api/v1/trust/keys"):
        city.hangs = path
        with pytest.raises(Error, match=r"trust\.offline"):
            phone.page.evaluate(GIVES_UP)
    city.hangs = None
    assert phone.module("trust_store.js", "trustUpdate()")["changed"] > 0
