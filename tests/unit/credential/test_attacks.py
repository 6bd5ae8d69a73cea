"""The attack list for the verifier, rows 1-8: one test for each row and variant; the others in test_attacks_lists.py.

Each attack starts from a code that verifies, so that the refusal is owed to the attack alone.
"""

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from shared_models.credential import cbor
from shared_models.credential import constants as c
from shared_models.credential.claims import write_claims
from shared_models.credential.cose import parse_sign1
from shared_models.credential.judge import Freshness
from shared_models.credential.keys import ORDER
from shared_models.credential.reasons import Outcome
from shared_models.credential.trust_list import make_trust_list, parse_trust_list
from shared_models.errors import Invalid
from tests.support.attacked import BOUND, GOOD, PAYLOAD, judge, reasons
from tests.support.credentials import (
    DAY,
    FOOD,
    LAST_SECOND,
    NONCE,
    NOW,
    OTHER_PHONE,
    PHONE,
    POLICE,
    REVOKED_INDEX,
    ROOT,
    STATUS,
    STRANGER,
    SUSPENDED_INDEX,
    T0,
    TRUST,
    TWIN,
    WORKS,
    Forge,
    credential,
    driver,
    header,
    payload_with,
    presentation,
    restaurant,
    signed,
    trench,
)


def with_signature(signature: bytes) -> bytes:
    return Forge(PAYLOAD, header(FOOD), signature=signature).cose()


def test_the_codes_that_the_attacks_start_from_are_valid() -> None:
    assert judge(GOOD).outcome is Outcome.VALID_HOLDER_NOT_PROVEN
    assert judge(presentation(BOUND)).outcome is Outcome.VALID_HOLDER_PRESENT


class TestRow1SignatureForms:
    R, S = GOOD[-64:-32], GOOD[-32:]

    @pytest.mark.parametrize("size", [0, 63, 65, 66, 128])
    def test_row_1_another_length(self, size: int) -> None:
        assert reasons(with_signature((GOOD[-64:] * 2)[:size])) == ("signature.malformed", "holder.paper")

    def test_row_1_der(self) -> None:
        der = encode_dss_signature(int.from_bytes(self.R, "big"), int.from_bytes(self.S, "big"))
        assert reasons(with_signature(der)) == ("signature.malformed", "holder.paper")

    def test_row_1_zero_r_and_s(self) -> None:
        for signature in (bytes(64), bytes(32) + self.S, self.R + bytes(32)):
            assert "signature.malformed" in reasons(with_signature(signature))

    def test_row_1_r_and_s_from_the_order_up(self) -> None:
        order = ORDER.to_bytes(32, "big")
        for signature in (order + self.S, self.R + order, b"\xff" * 64):
            assert "signature.malformed" in reasons(with_signature(signature))

    def test_row_1_r_plus_the_order_is_not_reduced(self) -> None:
        """Wherever it fits 32 bytes at all: a lax verifier takes r + n for r."""
        small = (1).to_bytes(32, "big")
        beyond = (1 + ORDER).to_bytes(32, "big")
        assert reasons(with_signature(small + self.S))[0] == "signature.invalid"
        assert reasons(with_signature(beyond + self.S))[0] == "signature.malformed"

    def test_row_1_forged_by_a_stranger(self) -> None:
        assert reasons(Forge(PAYLOAD, header(FOOD), STRANGER).cose()) == ("signature.invalid", "holder.paper")

    def test_row_1_taken_from_another_credential(self) -> None:
        assert reasons(with_signature(credential(restaurant(status_index=7))[-64:]))[0] == "signature.invalid"

    def test_row_1_holder_key_off_the_curve(self) -> None:
        key = {1: 2, -1: 1, -2: bytes(31) + b"\x01", -3: False}
        assert reasons(signed(payload_with(c.CONFIRMATION, 1, value=key))) == ("format.claims",)

    def test_row_1_issuer_key_off_the_curve(self) -> None:
        content = cbor.decode(parse_sign1(make_trust_list(TRUST, ROOT.public, ROOT.sign)).payload)
        content[c.TRUST_KEYS][1][2] = bytes(32)
        headers = cbor.encode({1: -7, 4: ROOT.kid, 16: c.TRUST_LIST_TYPE})
        with pytest.raises(Invalid, match="malformed"):
            parse_trust_list(Forge(cbor.encode(content), headers, ROOT).cose(), ROOT.public)


class TestRow2AlgConfusion:
    def test_row_2_alg_only_in_the_unprotected_header(self) -> None:
        forged = Forge(PAYLOAD, cbor.encode({4: FOOD.kid}), unprotected=b"\xa1\x01\x26")
        assert reasons(forged.cose()) == ("format.cose",)

    def test_row_2_alg_in_both_headers(self) -> None:
        assert reasons(Forge(PAYLOAD, header(FOOD), unprotected=b"\xa1\x01\x26").cose()) == ("format.cose",)

    @pytest.mark.parametrize("alg", [-8, -35, -36, -9, -257, 10], ids=str)
    def test_row_2_alg_other_than_the_keys(self, alg: int) -> None:
        assert "key.wrong_alg" in reasons(Forge(PAYLOAD, cbor.encode({1: alg, 4: FOOD.kid})).cose())

    def test_row_2_hs256_with_the_public_key_as_secret(self) -> None:
        assert "key.wrong_alg" in reasons(Forge(PAYLOAD, cbor.encode({1: 5, 4: FOOD.kid})).cose())

    def test_row_2_alg_none(self) -> None:
        assert "key.wrong_alg" in reasons(Forge(PAYLOAD, cbor.encode({1: 0, 4: FOOD.kid})).cose())


class TestRow3KidSwap:
    def test_row_3_another_agencys_kid(self) -> None:
        assert reasons(Forge(PAYLOAD, header(WORKS)).cose())[0] == "signature.invalid"

    def test_row_3_kid_absent(self) -> None:
        assert reasons(Forge(PAYLOAD, cbor.encode({1: -7})).cose()) == ("format.cose",)

    def test_row_3_kid_unprotected(self) -> None:
        unprotected = cbor.encode({4: FOOD.kid})
        assert reasons(Forge(PAYLOAD, cbor.encode({1: -7}), unprotected=unprotected).cose()) == ("format.cose",)
        assert reasons(Forge(PAYLOAD, header(WORKS), unprotected=unprotected).cose()) == ("format.cose",)

    def test_row_3_unknown_kid(self) -> None:
        assert reasons(credential(restaurant(), STRANGER))[0] == "key.unknown"

    def test_row_3_collision_of_eight_bytes_tries_all_candidates(self) -> None:
        assert [record.key for record in TRUST.candidates(FOOD.kid)] == [TWIN.public, FOOD.public]
        assert judge(GOOD).issuer == TRUST.keys[1].issuer

    def test_row_3_collision_lends_no_rights(self) -> None:
        """The twin may sign road works; its name in the list beside the food board's must not widen that."""
        assert reasons(Forge(PAYLOAD, header(FOOD), TWIN).cose()) == ("key.wrong_type", "holder.paper")


class TestRow4WrongScope:
    def test_row_4_food_safety_key_signs_road_works(self) -> None:
        assert reasons(credential(trench())) == ("key.wrong_type", "holder.paper")

    def test_row_4_police_key_signs_a_restaurant(self) -> None:
        assert "key.wrong_type" in reasons(credential(restaurant(), POLICE))
        assert judge(credential(driver(), POLICE)).outcome is Outcome.VALID_HOLDER_NOT_PROVEN

    def test_row_4_status_key_signs_a_licence(self) -> None:
        assert "key.wrong_role" in reasons(credential(restaurant(), STATUS))

    def test_row_4_key_outside_its_window(self) -> None:
        assert "key.outside_window" in reasons(credential(restaurant(issued_at_s=T0 - 400 * DAY)))


class TestRow5RevokedAndSuspended:
    def test_row_5_revoked(self) -> None:
        verdict = judge(credential(restaurant(status_index=REVOKED_INDEX)))
        assert (verdict.outcome, verdict.status_as_of_s) == (Outcome.REVOKED, T0)

    def test_row_5_suspended(self) -> None:
        verdict = judge(credential(restaurant(status_index=SUSPENDED_INDEX)))
        assert (verdict.outcome, verdict.status_as_of_s) == (Outcome.SUSPENDED, T0)

    def test_row_5_revoked_in_a_list_however_old(self) -> None:
        verdict = judge(credential(restaurant(status_index=REVOKED_INDEX)), now_s=T0 + 300 * DAY)
        assert (verdict.outcome, verdict.freshness) == (Outcome.REVOKED, Freshness.STALE)

    def test_row_5_the_other_s_is_no_way_around_a_revocation(self) -> None:
        cose = credential(restaurant(status_index=REVOKED_INDEX))
        other = (ORDER - int.from_bytes(cose[-32:], "big")).to_bytes(32, "big")
        assert judge(cose[:-32] + other).reasons == ("status.revoked", "holder.paper")


class TestRow6Times:
    def test_row_6_expired_on_the_second(self) -> None:
        assert judge(GOOD, LAST_SECOND).outcome is Outcome.EXPIRED
        assert judge(GOOD, LAST_SECOND - 1).outcome is Outcome.STATUS_UNKNOWN

    def test_row_6_not_yet_valid(self) -> None:
        assert judge(credential(restaurant(not_before_s=NOW + 301))).outcome is Outcome.NOT_YET_VALID
        assert judge(credential(restaurant(not_before_s=NOW + 300))).outcome is Outcome.VALID_HOLDER_NOT_PROVEN

    def test_row_6_issued_in_the_future(self) -> None:
        assert "time.issued_in_future" in reasons(credential(restaurant(issued_at_s=NOW + 301)))

    def test_row_6_iat_after_exp(self) -> None:
        assert reasons(signed(payload_with(c.ISSUED_AT, value=LAST_SECOND + 1))) == ("format.claims",)

    @pytest.mark.parametrize("label", [c.EXPIRES, c.ISSUED_AT, c.NOT_BEFORE])
    @pytest.mark.parametrize("value", [-1, "1", None, True, b"\1", [1]], ids=repr)
    def test_row_6_of_another_type(self, label: int, value: object) -> None:
        assert reasons(signed(payload_with(label, value=value))) == ("format.claims",)

    def test_row_6_exp_in_milliseconds(self) -> None:
        assert reasons(signed(payload_with(c.EXPIRES, value=LAST_SECOND * 1000))) == ("format.claims",)

    def test_row_6_exp_missing(self) -> None:
        assert reasons(signed(payload_with(c.EXPIRES, value=...))) == ("format.claims",)

    @pytest.mark.parametrize("encoded", ["fa4ee14b46", "fb41dc295a23c0000000", "c24470a5688f", "f97e00"], ids=str)
    def test_row_6_exp_as_float_or_bignum(self, encoded: str) -> None:
        assert PAYLOAD[2:7] == cbor.encode(LAST_SECOND)
        assert reasons(signed(PAYLOAD[:2] + bytes.fromhex(encoded) + PAYLOAD[7:])) == ("format.cbor",)


class TestRow7Replay:
    def test_row_7_screenshot_of_a_presentation(self) -> None:
        cose = presentation(BOUND)
        assert judge(cose, NOW + 90).outcome is Outcome.VALID_HOLDER_PRESENT
        assert judge(cose, NOW + 91).reasons == ("holder.too_old",)
        assert judge(cose, NOW + 91).outcome is Outcome.VALID_HOLDER_NOT_PROVEN

    def test_row_7_presentation_made_ahead(self) -> None:
        assert judge(presentation(BOUND), NOW - 31).reasons == ("holder.in_future",)

    def test_row_7_photo_of_the_static_code(self) -> None:
        assert judge(BOUND).reasons == ("holder.no_presentation",)
        assert judge(GOOD).reasons == ("holder.paper",)

    def test_row_7_presentation_replayed_to_an_inspector_with_a_nonce(self) -> None:
        assert judge(presentation(BOUND), nonce=NONCE).reasons == ("holder.nonce_mismatch",)
        answer = presentation(BOUND, payload={3: "inspector", 6: NOW, 39: NONCE})
        assert judge(answer, nonce=NONCE).outcome is Outcome.VALID_HOLDER_PRESENT
        assert judge(answer, nonce=bytes(8)).reasons == ("holder.nonce_mismatch",)

    def test_row_7_presentation_for_another_audience(self) -> None:
        for audience in ({3: "bank"}, {}):
            assert judge(presentation(BOUND, payload=audience | {6: NOW})).outcome is Outcome.INVALID


class TestRow8KeyBinding:
    def test_row_8_made_with_another_key(self) -> None:
        assert reasons(presentation(BOUND, OTHER_PHONE)) == ("holder.signature_invalid",)

    def test_row_8_around_another_licence(self) -> None:
        other = credential(restaurant(status_index=7, holder_key=OTHER_PHONE.public))
        assert reasons(presentation(other, PHONE)) == ("holder.signature_invalid",)
        moved = presentation(other, PHONE, signature=presentation(BOUND)[-64:])
        assert reasons(moved) == ("holder.signature_invalid",)

    def test_row_8_around_a_paper_credential(self) -> None:
        assert reasons(presentation(GOOD)) == ("holder.signature_invalid",)

    def test_row_8_nested(self) -> None:
        assert reasons(presentation(presentation(BOUND))) == ("format.cbor",)

    def test_row_8_cnf_swapped(self) -> None:
        claims = restaurant(status_index=101, holder_key=OTHER_PHONE.public)
        forged = Forge(cbor.encode(write_claims(claims)), header(FOOD), signature=BOUND[-64:]).cose()
        assert reasons(presentation(forged, OTHER_PHONE)) == ("signature.invalid",)

    def test_row_8_shown_as_another_type_of_token(self) -> None:
        for headers in ({16: ...}, {16: 61}, {16: "kb+cwt"}, {1: -8}):
            assert reasons(presentation(BOUND, headers=headers)) == ("format.cose",)
