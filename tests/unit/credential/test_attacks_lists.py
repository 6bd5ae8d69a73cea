"""The attack list for the verifier, rows 9-15: one test for each row and variant; the others in test_attacks.py.

Row 9 (paper cloned at another place) has no answer in the code itself: the verdict carries the place for the inspector
to compare.
"""

import zlib
from dataclasses import replace

import pytest

from backend.infra.verify import run_checks, verify_text
from shared_models.credential import cbor
from shared_models.credential import constants as c
from shared_models.credential.claims import Claims, write_claims
from shared_models.credential.cose import parse_sign1
from shared_models.credential.judge import Freshness
from shared_models.credential.qr_text import decimal_encode, paper_text, screen_text
from shared_models.credential.reasons import Outcome
from shared_models.credential.status_list import (
    StatusArray,
    StatusList,
    accept_status_list,
    make_status_list,
    parse_status_list,
    status_list_checks,
)
from shared_models.credential.trust_list import TrustList, accept_trust_list, make_trust_list, parse_trust_list
from shared_models.errors import Invalid
from tests.support.attacked import GOOD, PAYLOAD, judge, reasons
from tests.support.credentials import (
    DAY,
    ENTRIES,
    FOOD,
    NOW,
    PHONE,
    PUBLIC_URL,
    ROOT,
    STATUS,
    STATUS_LIST,
    STATUS_LISTS,
    T0,
    TRUST,
    URI,
    Forge,
    Key,
    credential,
    header,
    payload_with,
    restaurant,
    signed,
)


class TestRow9ClonedPaper:
    def test_row_9_the_place_is_told(self) -> None:
        claims = verify_text(paper_text(GOOD, PUBLIC_URL), TRUST, STATUS_LISTS, NOW).claims
        assert isinstance(claims, Claims)
        assert claims.place == "44 Lê Đình Dương, phường Hải Châu"


def accept(token: bytes, uri: str = URI, held: StatusList | None = None) -> StatusList:
    draft = parse_status_list(token, uri)
    return accept_status_list(draft, TRUST, run_checks(status_list_checks(draft, TRUST)), held)


def list_token(key: Key = STATUS, **changes: object) -> bytes:
    return make_status_list(replace(STATUS_LIST, **changes), key.kid, key.sign)


class TestRow10ListForgery:
    def test_row_10_tampered(self) -> None:
        token = list_token()
        sign1 = parse_sign1(token)
        content = cbor.decode(sign1.payload) | {c.ISSUED_AT: T0 + DAY}
        with pytest.raises(Invalid, match=r"status_list\.signature_invalid"):
            accept(Forge(cbor.encode(content), sign1.protected, STATUS, signature=sign1.signature).cose())

    def test_row_10_for_another_uri(self) -> None:
        with pytest.raises(Invalid, match=r"status_list\.other_uri"):
            accept(list_token(), f"{PUBLIC_URL}/s/2")

    def test_row_10_signed_by_a_licence_key(self) -> None:
        with pytest.raises(Invalid, match=r"status_list\.signature_invalid"):
            accept(list_token(FOOD))

    def test_row_10_macd(self) -> None:
        """A COSE_Mac0 (tag 17) over the same content."""
        sign1 = parse_sign1(list_token())
        mac = b"\xd1" + cbor.encode([cbor.encode({1: 5, 4: STATUS.kid}), {}, sign1.payload, bytes(32)])
        with pytest.raises(Invalid, match=r"status_list\.malformed"):
            accept(mac)

    def test_row_10_a_licence_shown_as_a_list_and_a_list_as_a_licence(self) -> None:
        with pytest.raises(Invalid, match=r"status_list\.malformed"):
            accept(GOOD)
        assert reasons(list_token()) == ("format.cose",)


class TestRow11StaleLists:
    def test_row_11_stale_list_cannot_confirm(self) -> None:
        verdict = judge(GOOD, STATUS_LIST.expires_at_s + 1)
        assert (verdict.outcome, verdict.freshness) == (Outcome.STATUS_UNKNOWN, Freshness.STALE)

    def test_row_11_ageing_list_is_said_to_be_so(self) -> None:
        verdict = judge(GOOD, T0 + c.STATUS_TTL_S + 1)
        assert (verdict.freshness, verdict.reasons) == (Freshness.AGEING, ("holder.paper", "status.ageing"))

    def test_row_11_stale_trust_list_cannot_confirm(self) -> None:
        trust = replace(TRUST, expires_at_s=NOW - 1)
        assert verify_text(screen_text(GOOD), trust, STATUS_LISTS, NOW).outcome is Outcome.STATUS_UNKNOWN

    def test_row_11_list_rolled_back(self) -> None:
        with pytest.raises(Invalid, match=r"status_list\.rolled_back"):
            accept(list_token(issued_at_s=T0 - 1), held=STATUS_LIST)

    def test_row_11_trust_list_rolled_back(self) -> None:
        draft = parse_trust_list(make_trust_list(TRUST, ROOT.public, ROOT.sign), ROOT.public)
        newer: TrustList = replace(TRUST, version=TRUST.version + 1)
        with pytest.raises(Invalid, match=r"trust_list\.rolled_back"):
            accept_trust_list(draft, run_checks([draft.check]), newer)

    @pytest.mark.parametrize("index", [ENTRIES, (1 << 32) - 1])
    def test_row_11_index_out_of_bounds(self, index: int) -> None:
        assert "status.out_of_range" in reasons(credential(restaurant(status_index=index)))

    @pytest.mark.parametrize("index", [-1, 1 << 32, 1 << 63, None, "0", True])
    def test_row_11_index_negative_huge_or_of_another_type(self, index: object) -> None:
        assert reasons(signed(payload_with(c.STATUS, "status_list", "idx", value=index))) == ("format.claims",)

    @pytest.mark.parametrize("bits", [0, 1, 3, 4, 8, 16])
    def test_row_11_other_widths_of_entries(self, bits: int) -> None:
        content = cbor.decode(parse_sign1(list_token()).payload)
        content[c.STATUS_LIST] = {"bits": bits, "lst": zlib.compress(bytes(64))}
        headers = cbor.encode({1: -7, 4: STATUS.kid, 16: c.STATUS_LIST_TYPE})
        with pytest.raises(Invalid, match=r"status_list\.malformed"):
            accept(Forge(cbor.encode(content), headers, STATUS).cose())

    def test_row_11_index_never_issued(self) -> None:
        assert "status.not_issued" in reasons(credential(restaurant(status_index=ENTRIES - 1)))


class TestRow12Bombs:
    def list_of(self, compressed: bytes) -> bytes:
        content = cbor.decode(parse_sign1(list_token()).payload)
        content[c.STATUS_LIST] = {"bits": 2, "lst": compressed}
        headers = cbor.encode({1: -7, 4: STATUS.kid, 16: c.STATUS_LIST_TYPE})
        return Forge(cbor.encode(content), headers, STATUS).cose()

    def test_row_12_sixty_four_megabytes_of_zeros(self) -> None:
        bomb = zlib.compress(bytes(64 << 20), 9)
        assert len(bomb) < 70_000
        with pytest.raises(Invalid, match=r"status_list\.malformed"):
            accept(self.list_of(bomb))

    def test_row_12_one_byte_more_than_a_list(self) -> None:
        full = c.STATUS_ENTRIES // 4
        assert len(accept(self.list_of(zlib.compress(bytes(full)))).entries) == c.STATUS_ENTRIES
        with pytest.raises(Invalid, match=r"status_list\.malformed"):
            accept(self.list_of(zlib.compress(bytes(full + 1))))

    def test_row_12_bytes_after_the_stream_and_a_stream_cut_short(self) -> None:
        stream = zlib.compress(bytes(64))
        for compressed in (stream + b"\0", stream[:-1], stream + stream):
            with pytest.raises(Invalid, match=r"status_list\.malformed"):
                accept(self.list_of(compressed))


class TestRow13OversizedCbor:
    def test_row_13_more_than_4096_bytes(self) -> None:
        assert reasons(Forge(cbor.encode({0: bytes(4096)}), header(FOOD)).cose()) == ("format.too_long",)

    def test_row_13_list_of_more_than_a_mebibyte(self) -> None:
        """Exactly 1 MiB is read; a byte more is refused unread, though the root has signed it."""

        def token(padding: int) -> bytes:
            content = cbor.decode(parse_sign1(make_trust_list(TRUST, ROOT.public, ROOT.sign)).payload)
            encoded = cbor.encode(content | {99: bytes(padding)})
            return Forge(encoded, cbor.encode({1: -7, 4: ROOT.kid, 16: c.TRUST_LIST_TYPE}), ROOT).cose()

        largest = (1 << 20) - (len(token(1 << 19)) - (1 << 19))
        assert len(token(largest)) == 1 << 20
        draft = parse_trust_list(token(largest), ROOT.public)
        assert accept_trust_list(draft, run_checks([draft.check]), None) == TRUST
        with pytest.raises(Invalid, match=r"trust_list\.malformed"):
            parse_trust_list(token(largest + 1), ROOT.public)

    def test_row_13_deep(self) -> None:
        assert reasons(b"\xd2" + b"\x81" * 4000) == ("format.cbor",)
        assert reasons(b"\xd2" + b"\xa1\x00" * 2000) == ("format.cbor",)

    @pytest.mark.parametrize("head", [0x5B, 0x7B, 0x9B, 0xBB], ids=hex)
    def test_row_13_lengths_of_2_to_the_64(self, head: int) -> None:
        assert reasons(b"\xd2\x84" + bytes((head,)) + b"\xff" * 8) == ("format.cbor",)

    def test_row_13_fifty_times_tag_61(self) -> None:
        assert reasons(b"\xd8\x3d" * 50 + GOOD) == ("format.cbor",)

    def test_row_13_bignum_of_3000_bytes(self) -> None:
        payload = b"\xa5" + PAYLOAD[1:] + cbor.encode(-70099) + b"\xc2" + cbor.encode(b"\xff" * 3000)
        assert reasons(signed(payload)) == ("format.cbor",)

    def test_row_13_cycle_of_shared_references(self) -> None:
        payload = b"\xa5" + PAYLOAD[1:] + cbor.encode(-70099) + b"\xd8\x1c\x81\xd8\x1d\x00"
        assert reasons(signed(payload)) == ("format.cbor",)


class TestRow14DuplicateKeys:
    def test_row_14_two_expiries_in_the_payload(self) -> None:
        assert reasons(signed(b"\xa5" + PAYLOAD[1:7] + PAYLOAD[1:])) == ("format.cbor",)

    def test_row_14_two_algs_in_the_protected_header(self) -> None:
        protected = b"\xa3\x01\x26\x01\x26\x04" + cbor.encode(FOOD.kid)
        assert reasons(Forge(PAYLOAD, protected).cose()) == ("format.cbor",)

    def test_row_14_two_keys_in_cnf(self) -> None:
        encoded = cbor.encode(write_claims(restaurant(holder_key=PHONE.public)))
        entry = cbor.encode(1) + cbor.encode({1: 2, -1: 1, -2: PHONE.public.x, -3: bool(PHONE.public.y[-1] & 1)})
        assert encoded.count(b"\xa1" + entry) == 1
        assert reasons(signed(encoded.replace(b"\xa1" + entry, b"\xa2" + entry * 2))) == ("format.cbor",)

    def test_row_14_two_numbers_in_the_licence(self) -> None:
        entry = cbor.encode(1) + cbor.encode(restaurant().number)
        doubled = PAYLOAD.replace(b"\xa5" + entry, b"\xa6" + entry * 2)
        assert doubled != PAYLOAD
        assert reasons(signed(doubled)) == ("format.cbor",)


class TestRow15NotCanonical:
    def test_row_15_indefinite_lengths(self) -> None:
        assert reasons(b"\xd2\x9f" + GOOD[2:] + b"\xff") == ("format.cbor",)
        assert reasons(signed(b"\xbf" + PAYLOAD[1:] + b"\xff")) == ("format.cbor",)

    def test_row_15_integers_longer_than_needed(self) -> None:
        assert reasons(signed(b"\xa4\x18\x04" + PAYLOAD[2:])) == ("format.cbor",)
        assert reasons(signed(b"\xa4\x04\x1b\0\0\0\0" + PAYLOAD[3:])) == ("format.cbor",)

    def test_row_15_unsorted_keys(self) -> None:
        assert reasons(signed(b"\xa4" + PAYLOAD[7:13] + PAYLOAD[1:7] + PAYLOAD[13:])) == ("format.cbor",)

    def test_row_15_bytes_after_the_token(self) -> None:
        assert reasons(GOOD + b"\0") == ("format.cbor",)
        assert reasons(signed(PAYLOAD + b"\0")) == ("format.cbor",)

    @pytest.mark.parametrize(
        "change", [str.lower, lambda text: text + "\n", lambda text: text + " ", lambda text: "\n" + text]
    )
    def test_row_15_base45_in_another_spelling(self, change) -> None:
        text = "VN1:" + change(screen_text(GOOD)[4:])
        assert verify_text(text, TRUST, STATUS_LISTS, NOW).outcome is Outcome.INVALID

    @pytest.mark.parametrize("digits", ["0{}", "{} ", "{}\n", "+{}", "{}.0"])
    def test_row_15_digits_in_another_spelling(self, digits: str) -> None:
        text = f"{PUBLIC_URL}/q#{digits.format(decimal_encode(GOOD))}"
        assert verify_text(text, TRUST, STATUS_LISTS, NOW).reasons == ("format.encoding",)

    def test_row_15_full_width_digits(self) -> None:
        full_width = decimal_encode(GOOD).translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})
        text = f"{PUBLIC_URL}/q#{full_width}"
        assert verify_text(text, TRUST, STATUS_LISTS, NOW).reasons == ("format.encoding",)


def test_row_11_status_array_is_the_only_reader_of_bits() -> None:
    """At the source: no index reaches beyond the bytes."""
    entries = StatusArray(2, b"\xff")
    for index in (-1, 4, 1 << 40):
        with pytest.raises(IndexError):
            entries[index]
