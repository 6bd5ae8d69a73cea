"""The attack list for the verifier, rows 16-21: one test for each row and variant; the others in test_attacks*.py.

Rows 18, 20 and 21 go on in a browser: tests/web/test_attacks_qr.py.
"""

import unicodedata
from dataclasses import replace

import pytest

from backend.infra.verify import verify_text
from shared_models.credential import cbor
from shared_models.credential import constants as c
from shared_models.credential.claims import Claims, write_claims
from shared_models.credential.judge import Verdict
from shared_models.credential.mint import mint
from shared_models.credential.qr_text import paper_text, screen_text
from shared_models.credential.reasons import Outcome
from shared_models.credential.status_list import StatusList
from shared_models.errors import Invalid
from tests.support.attacked import GOOD
from tests.support.credentials import (
    DAY,
    FOOD,
    NOW,
    PHONE,
    PUBLIC_URL,
    STATUS_LIST,
    STATUS_LISTS,
    T0,
    TRUST,
    URI,
    Forge,
    credential,
    payload_with,
    presentation,
    restaurant,
    signed,
)

SCREEN, PAPER = screen_text(GOOD), paper_text(GOOD, PUBLIC_URL)


def judge(text: str, now_s: int = NOW, lists: dict[str, StatusList] | None = None) -> Verdict:
    return verify_text(text, TRUST, STATUS_LISTS if lists is None else lists, now_s)


class TestRow16:
    """Letters that look like others."""

    @pytest.mark.parametrize(
        "holder",
        [
            "QU\u0391N",  # Greek Alpha
            "QU\u0410N",  # Cyrillic A
            "QUAN\u202eAUM",  # right to left override
            "QU\u200bAN",  # zero width space
            "QU\ufeffAN",  # byte order mark
            unicodedata.normalize("NFD", "QUÁN"),
            "QU\uff21N",  # full width
            "\U0001d410UAN",  # mathematical
            "QUAN\u00a0MI",  # no-break space
            "QUAN  MI",
            " QUAN",
            "QUAN\n",
            "QUAN\u0000",
            "",
        ],
        ids=lambda text: "-".join(f"{ord(letter):04x}" for letter in text if not letter.isascii()) or repr(text),
    )
    def test_row_16_refused_at_issue_and_flagged_at_scan(self, holder: str) -> None:
        claims = restaurant(holder=holder)
        with pytest.raises(Invalid) as refused:
            mint(claims, FOOD.kid, FOOD.sign)
        assert refused.value.fields.keys() == {"holder"}
        verdict = judge(screen_text(credential(claims)))
        assert (verdict.outcome, verdict.reasons[0]) == (Outcome.INVALID, "format.text")
        assert verdict.claims == claims  # the inspector sees what it says

    @pytest.mark.parametrize("field", ["number", "activity", "place"])
    def test_row_16_in_every_text(self, field: str) -> None:
        assert judge(screen_text(credential(restaurant(**{field: "\u0410"})))).reasons[0] == "format.text"


class TestRow17:
    """What we do not know."""

    @pytest.mark.parametrize("crit", [[], [4], [99], "x", None, [[1]]])
    def test_row_17_any_crit_is_refused(self, crit: object) -> None:
        protected = cbor.encode({c.ALG: c.ES256, c.CRIT: crit, c.KID: FOOD.kid, 99: 1})
        forged = Forge(cbor.encode(write_claims(restaurant())), protected)
        assert judge(forged.text()).reasons == ("format.cose",)

    def test_row_17_crit_around_a_presentation_is_refused(self) -> None:
        bound = credential(restaurant(holder_key=PHONE.public))
        assert judge(screen_text(presentation(bound, headers={c.CRIT: [99]}))).reasons == ("format.cose",)

    @pytest.mark.parametrize(
        "path",
        [(-70999,), ("name",), (1,), (c.STATUS, "more"), (c.STATUS, c.STATUS_LIST_MEMBER, "more"), (c.LICENCE, 99)],
        ids=str,
    )
    def test_row_17_unknown_claims_are_ignored(self, path: tuple[int | str, ...]) -> None:
        verdict = judge(screen_text(signed(payload_with(*path, value=["anything", {1: None}]))))
        assert verdict.outcome is Outcome.VALID_HOLDER_NOT_PROVEN
        assert verdict.claims == restaurant()

    def test_row_17_unknown_headers_are_ignored(self) -> None:
        protected = cbor.encode({c.ALG: c.ES256, c.KID: FOOD.kid, 99: [1]})
        assert judge(Forge(cbor.encode(write_claims(restaurant())), protected).text()).claims == restaurant()


class TestRow18:
    """Addresses in a code: only the fragment of an address of ours is read."""

    @pytest.mark.parametrize(
        ("text", "reasons"),
        [
            (paper_text(GOOD, "https://evil.example"), ("paper.foreign_host", "holder.paper")),
            (paper_text(GOOD, f"{PUBLIC_URL}.evil.example"), ("paper.foreign_host", "holder.paper")),
            (paper_text(GOOD, f"{PUBLIC_URL}:444"), ("paper.foreign_host", "holder.paper")),
            (paper_text(GOOD, f"{PUBLIC_URL}@evil.example"), ("format.not_ours",)),
            (paper_text(GOOD, "https://congdan.example/evil"), ("format.not_ours",)),
            (paper_text(GOOD, "https://CONGDAN.example"), ("format.not_ours",)),
            (PAPER.replace("/q#", "/q?x#"), ("format.not_ours",)),
            (PAPER.replace("https:", "javascript:"), ("format.not_ours",)),
            (f"javascript:alert(1)//{PAPER}", ("format.not_ours",)),
            (f" {PAPER}", ("format.not_ours",)),
            (f"{PAPER}\n{PAPER}", ("format.encoding",)),
            (f"{SCREEN}{SCREEN}", ("format.encoding",)),
            (PAPER.replace("#", "#VN1:"), ("format.encoding",)),
        ],
    )
    def test_row_18_an_address_that_is_not_ours(self, text: str, reasons: tuple[str, ...]) -> None:
        verdict = judge(text)
        assert verdict.outcome in (Outcome.INVALID, Outcome.NOT_OURS)
        assert verdict.reasons == reasons


class TestRow19:
    """Another prefix is somebody else's code, never "forged"."""

    @pytest.mark.parametrize(
        "text",
        [
            *(
                "",
                "VN1",
                "VN",
                "VN1 :",
                "vn1:",
                "Vn1:",
                "VN2:",
                "VN01:",
                "HC1:",
                "HL0:",
                " VN1:",
                "\ufeffVN1:",
                "VN1\uff1a",
            ),
            *("https://congdan.example", "https://congdan.example/q", "http://congdan.example/q?", "0123"),
        ],
    )
    def test_row_19_another_prefix(self, text: str) -> None:
        for code in (text, text + SCREEN.removeprefix("VN1:")):
            verdict = judge(code)
            assert (verdict.outcome, verdict.reasons) == (Outcome.NOT_OURS, ("format.not_ours",))
            assert (verdict.claims, verdict.kind.value) == (None, "NONE")


class TestRow20:
    """Names that want to be more than names."""

    def test_row_20_two_hundred_characters_and_no_more(self) -> None:
        assert judge(screen_text(credential(restaurant(holder="Ậ" * 200)))).outcome is Outcome.VALID_HOLDER_NOT_PROVEN
        for field in ("number", "holder", "activity", "place"):
            claims = restaurant(**{field: "Ậ" * 201})
            assert judge(screen_text(credential(claims))).reasons[0] == "format.text"
            with pytest.raises(Invalid):
                mint(claims, FOOD.kid, FOOD.sign)

    @pytest.mark.parametrize("holder", ["<b>HỢP LỆ</b>", "**HỢP LỆ**", "&lt;i&gt;", "\\u202e", "{0}%s"])
    def test_row_20_markup_is_letters(self, holder: str) -> None:
        claims = judge(screen_text(credential(restaurant(holder=holder)))).claims
        assert isinstance(claims, Claims)
        assert claims.holder == holder


class TestRow21:
    """The phone's clock, turned back."""

    def test_row_21_an_expired_licence_stays_expired(self) -> None:
        expired = screen_text(credential(restaurant(issued_at_s=T0 - 9 * DAY, expires_at_s=T0 - DAY)))
        for clock_s in (NOW, T0 - 5 * DAY, 0, -1):
            assert judge(expired, clock_s).outcome is Outcome.EXPIRED

    def test_row_21_a_stale_list_stays_stale_once_a_newer_one_was_seen(self) -> None:
        newer = replace(STATUS_LIST, uri=f"{URI}0", issued_at_s=STATUS_LIST.expires_at_s + 1)
        lists = {**STATUS_LISTS, newer.uri: newer}
        assert "status.stale" in judge(SCREEN, NOW, lists).reasons
        assert "status.stale" not in judge(SCREEN, NOW).reasons

    def test_row_21_an_old_presentation_stays_old(self) -> None:
        bound = credential(restaurant(status_index=101, holder_key=PHONE.public))
        shown = presentation(bound, payload={c.AUDIENCE: c.KBT_AUDIENCE, c.ISSUED_AT: T0 - 91})
        assert "holder.too_old" in judge(screen_text(shown), T0 - 91).reasons
