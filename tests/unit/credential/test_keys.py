"""Points of P-256 and the names of keys."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shared_models.credential.keys import decompress, is_odd, kid_of, p256_key, thumbprint
from tests.support.credentials import FOOD, PHONE, POLICE, ROOT, STATUS, WORKS

P = 2**256 - 2**224 + 2**192 + 2**96 - 1


@pytest.mark.parametrize("key", [ROOT, FOOD, WORKS, POLICE, STATUS, PHONE], ids=lambda key: key.kid.hex())
def test_compressed_points_are_those_of_cryptography(key) -> None:
    compressed = key.private.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    assert decompress(compressed[1:], y_is_odd=compressed[0] == 3) == key.public
    assert is_odd(key.public) is (compressed[0] == 3)
    assert decompress(compressed[1:], y_is_odd=compressed[0] != 3) != key.public


def test_decompression_agrees_with_cryptography_on_every_small_x() -> None:
    points = 0
    for x in range(300):
        encoded = x.to_bytes(32, "big")
        try:
            theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x02" + encoded).public_numbers()
        except ValueError:
            with pytest.raises(ValueError, match="point"):
                decompress(encoded, y_is_odd=False)
        else:
            assert int.from_bytes(decompress(encoded, y_is_odd=False).y, "big") == theirs.y
            points += 1
    assert 100 < points < 200


@pytest.mark.parametrize(
    ("x", "y"),
    [
        (bytes(32), bytes(32)),
        (FOOD.public.x, FOOD.public.x),
        (FOOD.public.x[:31], FOOD.public.y),
        (FOOD.public.x, FOOD.public.y + b"\0"),
        (b"\xff" * 32, FOOD.public.y),
        (FOOD.public.x, b"\xff" * 32),
    ],
    ids=["zero", "not on the curve", "x short", "y long", "x beyond p", "y beyond p"],
)
def test_no_point_is_refused(x: bytes, y: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # the messages differ, the refusal is what counts
        p256_key(x, y)


def test_a_coordinate_is_refused_beyond_the_field_though_it_is_a_point_modulo_p() -> None:
    x = next(x for x in range(5, 100) if _is_x(x))
    with pytest.raises(ValueError, match="coordinate"):
        decompress((x + P).to_bytes(32, "big"), y_is_odd=False)
    with pytest.raises(ValueError, match="coordinate"):
        decompress(FOOD.public.x[1:], y_is_odd=False)


def _is_x(x: int) -> bool:
    try:
        decompress(x.to_bytes(32, "big"), y_is_odd=False)
    except ValueError:
        return False
    return True


def test_thumbprint_of_rfc_9679() -> None:
    """The example of RFC 9679 section 6: key of COSE's "meriadoc.brandybuck@buckland.example"."""
    key = p256_key(
        bytes.fromhex("65eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d"),
        bytes.fromhex("1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19c"),
    )
    assert thumbprint(key).hex() == "496bd8afadf307e5b08c64b0421bf9dc01528a344a43bda88fadd1669da253ec"
    assert kid_of(key) == thumbprint(key)[:8]
