"""Signed lists of any shape, to forge trust lists and status lists with."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from shared_models.credential import cbor
from shared_models.credential import constants as c
from shared_models.credential.cose import parse_sign1
from shared_models.credential.status_list import make_status_list
from shared_models.credential.trust_list import TrustList, make_trust_list
from tests.support.credentials import ROOT, STATUS, STATUS_LIST, TRUST, URI, Forge, Key

SMALL_TRUST: Final = replace(TRUST, keys=(TRUST.keys[1], TRUST.keys[4]), hosts=TRUST.hosts[:1])


@dataclass(frozen=True)
class ListCase:
    """A signed list that is offered, and what becomes of it.

    Attributes:
        row: of the attack list; None where it stands for none.
        kind: "trust_list" or "status_list".
        expected: "accepted", or the code of the refusal; None leaves it to Python, which must then refuse (mutations).
        uri: the name that is asked for, of a status list.
        held: the name of the case whose list is held.
        world: whose trust list a status list is judged by.
    """

    name: str
    row: int | None
    kind: str
    token: bytes
    expected: str | None
    uri: str = URI
    held: str | None = None
    world: str = "usual"


def trust_token(trust: TrustList = SMALL_TRUST, root: Key = ROOT) -> bytes:
    return make_trust_list(trust, root.public, root.sign)


def status_token(key: Key = STATUS, **changes: Any) -> bytes:
    return make_status_list(replace(STATUS_LIST, **changes), key.kid, key.sign)


@dataclass(frozen=True)
class Kind:
    """What forging needs to know of a kind of list: a good one, its signer, and the codes of its refusals."""

    name: str
    token: bytes
    key: Key
    type: str
    wrong_alg: str
    wrong_kid: str

    @property
    def payload(self) -> dict[int | str, Any]:
        content: dict[int | str, Any] = cbor.decode(parse_sign1(self.token).payload)
        return content

    def header(self, **changes: Any) -> bytes:
        """The protected header, its members by name; ``...`` takes one out."""
        members = {"alg": c.ES256, "kid": self.key.kid, "typ": self.type} | changes
        labels = {"alg": c.ALG, "kid": c.KID, "typ": c.TYP, "crit": c.CRIT, "other": 99}
        return cbor.encode({labels[name]: value for name, value in members.items() if value is not ...})

    def forge(self, payload: Any, header: bytes | None = None, **parts: Any) -> bytes:
        """Any payload, encoded or as a value, under any header."""
        encoded = payload if isinstance(payload, bytes) else cbor.encode(payload)
        protected = self.header() if header is None else header
        return Forge(encoded, protected, **({"key": self.key} | parts)).cose()

    def malformed(self, name: str, row: int | None, token: bytes) -> ListCase:
        return ListCase(f"{self.name}: {name}", row, self.name, token, f"{self.name}.malformed")

    def refused(self, name: str, row: int | None, token: bytes, why: str) -> ListCase:
        return ListCase(f"{self.name}: {name}", row, self.name, token, f"{self.name}.{why}")

    def accepted(self, name: str, row: int | None, token: bytes) -> ListCase:
        return ListCase(f"{self.name}: {name}", row, self.name, token, "accepted")


TRUST_KIND: Final = Kind("trust_list", trust_token(), ROOT, c.TRUST_LIST_TYPE, "malformed", "unknown_root")
STATUS_KIND: Final = Kind(
    "status_list", status_token(), STATUS, c.STATUS_LIST_TYPE, "signature_invalid", "signature_invalid"
)
KINDS: Final = (TRUST_KIND, STATUS_KIND)


def entries(members: dict[int | str, Any]) -> Iterator[bytes]:
    """The encoded members of a map, in its order: to be repeated, exchanged or lengthened."""
    for label, value in sorted(members.items(), key=lambda member: cbor.encode(member[0])):
        yield cbor.encode(label) + cbor.encode(value)


def status_payload(packed: Any = ..., **claim: Any) -> dict[int | str, Any]:
    """The payload of a status list with another array, or other members of its claim."""
    lst = zlib.compress(STATUS_LIST.entries.data, 9) if packed is ... else packed
    return STATUS_KIND.payload | {c.STATUS_LIST: {"bits": 2, "lst": lst} | claim}
