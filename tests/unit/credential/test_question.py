"""The inspector's question: one text for each nonce, no other text is one. The JavaScript twin reads the same file."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared_models.credential.decode import decode
from shared_models.credential.question import nonce_of, question_text

CASES = json.loads((Path(__file__).parents[2] / "corpus" / "questions.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_every_text_is_read_as_it_is_meant(case):
    nonce = nonce_of(case["text"])
    assert (nonce.hex() if nonce is not None else None) == case["nonce"]
    if nonce is not None:
        assert question_text(nonce) == case["text"]
        assert decode(case["text"]).problems == ("format.not_ours",), "no credential is a question, no question one"


@given(st.binary(min_size=8, max_size=8))
def test_a_nonce_comes_back_from_its_text(nonce):
    assert nonce_of(question_text(nonce)) == nonce


@given(st.text(alphabet="VN1:0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./", max_size=20))
def test_what_is_read_is_written_the_same(rest):
    nonce = nonce_of(f"VN1N:{rest}")
    assert nonce is None or question_text(nonce) == f"VN1N:{rest}"


@pytest.mark.parametrize("length", [0, 7, 9])
def test_a_nonce_of_another_length_is_no_question(length):
    with pytest.raises(ValueError, match="8 bytes"):
        question_text(bytes(length))
