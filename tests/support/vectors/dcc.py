"""ehn-dcc-development/dcc-testdata, the common set, through the family HC1: every EXPECTED* flag of every file."""

import io
from base64 import b64decode
from datetime import datetime
from hashlib import sha256
from typing import Any

import zxingcpp
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from PIL import Image

from tests.support.vectors.case import Case, Vectors, congdan_verify, is_accepted, told

_FOLDER = "dcc-common/common/2DCode/raw/"
_KEY_USAGES = "1.3.6.1.4.1.1847.2021.1."
_SUITE_OID = "1.3.6.1.4.1.0.1847.2021.1."


def cases(vectors: Vectors) -> list[Case]:
    return [_case(name.removesuffix(".json"), vectors(_FOLDER + name)) for name in vectors(_FOLDER)]


def _case(name: str, test: dict[str, Any]) -> Case:
    context = test["TESTCTX"]
    now_s = int(datetime.fromisoformat(context["VALIDATIONCLOCK"]).timestamp())
    [verdict] = congdan_verify([test["PREFIX"]], "HC1", [_key(context["CERTIFICATE"])], "--now", str(now_s))
    flags = {flag.removeprefix("EXPECTED"): expected for flag, expected in test["EXPECTEDRESULTS"].items()}
    found = _flags(test, verdict)
    wrong = sorted(flag for flag, expected in flags.items() if found.get(flag, expected) is not expected)
    # What the suite finds good altogether must be accepted, what it finds bad in any way must not.
    fits = is_accepted(verdict) is all(flags.values()) or flags.keys() == {"PICTUREDECODE"}
    return Case(name, not wrong and fits, f"{told(verdict)} {' '.join(wrong)}".strip())


def _flags(test: dict[str, Any], verdict: dict[str, Any]) -> dict[str, bool]:
    """The suite's flags, as far as this verdict and the picture tell them."""
    reasons = verdict["reasons"]

    def none_of(*prefixes: str) -> bool:
        return not any(reason.startswith(prefixes) for reason in reasons)

    found = {
        "UNPREFIX": none_of("format.not_ours"),
        "B45DECODE": none_of("format.not_ours", "format.encoding"),
        "COMPRESSION": none_of("format.not_ours", "format.encoding", "format.too_long"),
        "DECODE": none_of("format."),
        "VERIFY": none_of("format.", "signature.", "key.unknown", "key.wrong_alg"),
        "KEYUSAGE": none_of("key.wrong_type"),
        "EXPIRATIONCHECK": none_of("time."),
    }
    if "JSON" in test and verdict["claims"] is not None:
        found["VALIDJSON"] = verdict["claims"]["-260"]["1"] == test["JSON"]
    if "2DCODE" in test:
        found["PICTUREDECODE"] = _read(test["2DCODE"]) == test["PREFIX"]
    return found


def _key(certificate: str) -> dict[str, Any]:
    """The keys file's entry of a certificate; its kid is the beginning of its digest, by the specification."""
    der = b64decode(certificate)
    parsed = x509.load_der_x509_certificate(der)
    public = parsed.public_key()
    row: dict[str, Any] = {"kid": sha256(der).hexdigest()[:16], "types": _types(parsed)}
    if isinstance(public, rsa.RSAPublicKey):
        numbers = public.public_numbers()
        return row | {"alg": -37, "n": _hex(numbers.n), "e": _hex(numbers.e)}
    point = public.public_numbers()
    return row | {"alg": -7, "x": _hex(point.x), "y": _hex(point.y)}


def _types(certificate: x509.Certificate) -> list[int] | None:
    """What the certificate's key usages allow: 1 test, 2 vaccination, 3 recovery; everything where they name none."""
    try:
        usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (x509.ExtensionNotFound, ValueError):  # an empty extension, as in CO15, cannot be parsed
        return None
    names = [usage.dotted_string for usage in usages]
    return [int(name[-1]) for name in names if name.startswith((_KEY_USAGES, _SUITE_OID))] or None


def _hex(number: int) -> str:
    return number.to_bytes((number.bit_length() + 7) // 8, "big").hex()


def _read(picture: str) -> str | None:
    try:
        image = Image.open(io.BytesIO(b64decode(picture)))
    except OSError:
        return None
    found = zxingcpp.read_barcodes(image.convert("L"))
    return found[0].text if found else None
