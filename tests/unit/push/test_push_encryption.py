"""RFC 8291, section 5 and appendix A: the one worked example of web push encryption, both ways."""

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec

from tests.support.push_service import unb64url

PLAINTEXT = b"When I grow up, I want to be a watermelon"
AUTH_SECRET = unb64url("BTBZMqHH6r4Tts7J_aSIgg")
RECEIVER_PRIVATE = unb64url("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94")
RECEIVER_PUBLIC = unb64url("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4")
SENDER_PRIVATE = unb64url("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")
SALT = unb64url("DGv6ra1nlYgDCS1FRnbzlw")
BODY = unb64url(
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
    "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
    "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def private_key(raw: bytes) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(raw, "big"), ec.SECP256R1())


def test_the_example_is_encrypted_byte_for_byte() -> None:
    body = http_ece.encrypt(
        PLAINTEXT, salt=SALT, private_key=private_key(SENDER_PRIVATE), dh=RECEIVER_PUBLIC, auth_secret=AUTH_SECRET
    )
    assert body == BODY


def test_the_example_decrypts() -> None:
    plain = http_ece.decrypt(BODY, private_key=private_key(RECEIVER_PRIVATE), auth_secret=AUTH_SECRET)
    assert plain == PLAINTEXT
