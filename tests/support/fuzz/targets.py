"""The decoders as functions from bytes to a line of text. A refusal is told; any other exception is a find."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from backend.code_verification.foreign import foreign_verdicts
from backend.code_verification.keys_file import KeysFileError, read_keys
from backend.infra.verify import run_checks
from shared_models.credential import base45, cbor
from shared_models.credential.claims import read_claims
from shared_models.credential.cose import is_signature, parse_sign1
from shared_models.credential.decode import decode
from shared_models.credential.foreign import loose_cbor
from shared_models.credential.profiles import HC1, RAW
from shared_models.credential.qr_text import decimal_decode
from shared_models.credential.reasons import FormatError
from shared_models.credential.status_list import accept_status_list, parse_status_list, status_list_checks
from shared_models.credential.trust_list import accept_trust_list, parse_trust_list
from shared_models.errors import Invalid
from tests.support.credentials import NOW, ROOT, TRUST, URI
from tests.support.foreign import P256
from tests.support.fuzz.telling import tell_claims, tell_decoded, tell_item, tell_status_list, tell_trust_list

_MAX_DIGITS = 9865
_FIGURES = re.compile(r"not JSON.*|[0-9]+", re.DOTALL)
_KEYS = read_keys(b"[" + str(P256.row).replace("'", '"').replace("None", "null").encode() + b"]")


@dataclass(frozen=True, slots=True)
class Told:
    """``text`` is compared with the twin's; ``trait`` says why, and decides whether an input is new to the corpus."""

    text: str
    trait: str


@dataclass(frozen=True, slots=True)
class Target:
    """A decoder. ``is_text``: its input is a text, of UTF-8 in the corpus; ``has_twin``: JavaScript has it too."""

    read: Callable[[bytes], Told]
    is_text: bool
    has_twin: bool


def as_text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def read_cbor(data: bytes) -> Told:
    """With tag 18 nowhere, outermost, and one level inside."""
    told, trait = [], []
    for depth in (-1, 0, 1):
        try:
            told.append(tell_item(cbor.decode(data, tag_depth=depth)))
            trait.append("".join(sorted(set(told[-1]) & set("[{h(t"))))
        except cbor.CborError as fault:
            told.append("refused")
            trait.append(str(fault))
    return Told("|".join(told), "|".join(trait))


def read_base45(data: bytes) -> Told:
    text = as_text(data)
    try:
        return Told(base45.decode(text, len(text)).hex(), f"{len(text) % 3}{len(text) == 0}")
    except FormatError as fault:
        return Told("refused", str(fault))


def read_digits(data: bytes) -> Told:
    try:
        digits = as_text(data)[:_MAX_DIGITS]
        return Told(decimal_decode(digits).hex(), f"read {len(digits) == 1}")
    except FormatError as fault:
        return Told(fault.reason, fault.reason)


def read_cose(data: bytes) -> Told:
    told = []
    trait = ""
    for tag_in_header in (False, True):
        try:
            sign1 = parse_sign1(data, tag_in_header=tag_in_header)
            parts = [sign1.headers, sign1.payload, sign1.signature, is_signature(sign1.signature)]
            told.append(tell_item(parts))
            trait += f"{len(sign1.headers)}{parts[-1]}"
        except FormatError as fault:
            told.append(fault.reason)
            trait += str(fault)
    return Told("|".join(told), trait)


def read_claims_of(data: bytes) -> Told:
    try:
        claims = read_claims(cbor.decode(data))
    except FormatError as fault:
        return Told(fault.reason, str(fault))
    optional = (claims.activity, claims.place, claims.geohash, claims.not_before_s, claims.holder_key)
    return Told(tell_claims(claims), "".join("01"[value is not None] for value in optional))


def read_code(data: bytes) -> Told:
    decoded = decode(as_text(data))
    trait = f"{decoded.kind} {decoded.carrier} {sorted(decoded.problems)} {len(decoded.checks)}"
    return Told(tell_decoded(decoded), trait)


def read_trust_list(data: bytes) -> Told:
    try:
        draft = parse_trust_list(data, ROOT.public)
    except Invalid as fault:
        return Told(fault.code, f"{fault.code} {fault.__cause__}")
    try:
        accept_trust_list(draft, run_checks([draft.check]), None)
        code = "accepted"
    except Invalid as fault:
        code = fault.code
    return Told(f"{code} {tell_trust_list(draft.trust)}", f"{code} {len(draft.trust.keys)} {len(draft.trust.hosts)}")


def read_status_list(data: bytes) -> Told:
    try:
        draft = parse_status_list(data, URI)
    except Invalid as fault:
        return Told(fault.code, f"{fault.code} {fault.__cause__}")
    try:
        accept_status_list(draft, TRUST, run_checks(status_list_checks(draft, TRUST)), None)
        code = "accepted"
    except Invalid as fault:
        code = fault.code
    return Told(f"{code} {tell_status_list(draft.status_list)}", code)


def read_loose_cbor(data: bytes) -> Told:
    traits = []
    for preferred in (False, True):
        try:
            item = loose_cbor.to_plain(loose_cbor.decode(data, preferred=preferred))
            traits.append(type(item).__name__)
        except FormatError as fault:
            traits.append(str(fault))
    return Told("", "|".join(traits))


def read_hc1(data: bytes) -> Told:
    [verdict] = foreign_verdicts([as_text(data)], HC1, _KEYS, b"", NOW)
    return Told("", f"{verdict['reasons']} {verdict['kind']}")


def read_raw(data: bytes) -> Told:
    traits = [
        f"{verdict['reasons']} {verdict['kind']}"
        for now_s in (None, NOW)
        for verdict in foreign_verdicts([as_text(data)], RAW, _KEYS, b"", now_s)
    ]
    return Told("", "|".join(traits))


def read_keys_file(data: bytes) -> Told:
    try:
        return Told("", f"{len(read_keys(data))} keys")
    except KeysFileError as fault:
        return Told("", _FIGURES.sub("", str(fault))[:40])


TARGETS = {
    "cbor": Target(read_cbor, is_text=False, has_twin=True),
    "base45": Target(read_base45, is_text=True, has_twin=True),
    "digits": Target(read_digits, is_text=True, has_twin=True),
    "cose": Target(read_cose, is_text=False, has_twin=True),
    "claims": Target(read_claims_of, is_text=False, has_twin=True),
    "code": Target(read_code, is_text=True, has_twin=True),
    "trust_list": Target(read_trust_list, is_text=False, has_twin=True),
    "status_list": Target(read_status_list, is_text=False, has_twin=True),
    "loose_cbor": Target(read_loose_cbor, is_text=False, has_twin=False),
    "hc1": Target(read_hc1, is_text=True, has_twin=False),
    "raw": Target(read_raw, is_text=True, has_twin=False),
    "keys_file": Target(read_keys_file, is_text=False, has_twin=False),
}
