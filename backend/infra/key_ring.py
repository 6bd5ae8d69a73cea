"""Which signing keys there are: ``keys.json`` beside the key files (docs/architecture.md, section 7).

``{"demo": bool, "keys": [{"kid", "file", "role", "issuer": {"code", "name"}, "types", "nbf", "exp", "x"?, "y"?,
"standby"?, "signs_from"?, "compromised_at"?, "announce_at"?}]}``; ``kid``, ``x`` and ``y`` in hex, times in whole
seconds. It holds no secret; the private keys lie in the files. An empty ``file``: the private half is not on this
machine.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from shared_models.credential.keys import PublicKey, p256_key

RECORDS_FILE: Final = "keys.json"


class KeyRole(StrEnum):
    ROOT = "root"
    LICENCE = "licence"
    STATUS = "status"


class KeyState(StrEnum):
    """Where a key is in its life. Credentials of a retiring or retired key go on being good until they end."""

    STANDBY = "standby"
    """Published, so that every phone knows it, but kept for the day on which another key is lost."""
    WAITING = "waiting"
    """Published, and takes over signing on a day to come."""
    ACTIVE = "active"
    RETIRING = "retiring"
    """A newer key signs in its place; its window is still open."""
    RETIRED = "retired"
    COMPROMISED = "compromised"


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """One signing key. ``types``: the licence type codes it may sign; ``nbf`` and ``exp`` bound its use, in seconds.

    ``signs_from`` is when it takes over from an older key (its ``nbf``, if not given). ``announce_at`` is from when the
    published list says that the key is compromised; until then only we know it, and sign nothing with it any more.
    """

    kid: bytes
    file: str
    role: KeyRole
    issuer_code: str
    issuer_name: str
    types: tuple[int, ...]
    nbf: int
    exp: int
    compromised_at: int | None = None
    announce_at: int | None = None
    standby: bool = False
    signs_from: int | None = None
    public: PublicKey | None = None

    @property
    def takes_over_at(self) -> int:
        return self.nbf if self.signs_from is None else max(self.nbf, self.signs_from)

    def is_usable(self, now_s: int) -> bool:
        """Whether it may sign now."""
        return self.takes_over_at <= now_s < self.exp and self.compromised_at is None and not self.standby

    def is_announced(self, now_s: int) -> bool:
        """Whether verifiers are to be told that it is compromised."""
        return self.compromised_at is not None and (self.announce_at is None or self.announce_at <= now_s)

    def does_the_same_as(self, other: "KeyRecord") -> bool:
        return (self.role, self.issuer_code, self.types) == (other.role, other.issuer_code, other.types)

    def to_json(self) -> dict[str, Any]:
        record: dict[str, Any] = {
            "kid": self.kid.hex(),
            "file": self.file,
            "role": self.role.value,
            "issuer": {"code": self.issuer_code, "name": self.issuer_name},
            "types": list(self.types),
            "nbf": self.nbf,
            "exp": self.exp,
        }
        if self.public is not None:
            record |= {"x": self.public.x.hex(), "y": self.public.y.hex()}
        if self.standby:
            record["standby"] = True
        for name in ("signs_from", "compromised_at", "announce_at"):
            if (moment := getattr(self, name)) is not None:
                record[name] = moment
        return record

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> "KeyRecord":
        return cls(
            kid=bytes.fromhex(record["kid"]),
            file=record["file"],
            role=KeyRole(record["role"]),
            issuer_code=record["issuer"]["code"],
            issuer_name=record["issuer"]["name"],
            types=tuple(record["types"]),
            nbf=record["nbf"],
            exp=record["exp"],
            compromised_at=record.get("compromised_at"),
            announce_at=record.get("announce_at"),
            standby=record.get("standby", False),
            signs_from=record.get("signs_from"),
            public=p256_key(bytes.fromhex(record["x"]), bytes.fromhex(record["y"])) if "x" in record else None,
        )


@dataclass(frozen=True, slots=True)
class KeyRing:
    """All key records of an installation. ``is_demo``: made by itself for a demonstration; production refuses it."""

    records: tuple[KeyRecord, ...]
    is_demo: bool

    @classmethod
    def load(cls, keys_dir: Path) -> "KeyRing":
        """Reads ``keys.json``.

        Raises:
            FileNotFoundError: `congdan keys init` has not run.
            ValueError: it cannot be understood.
        """
        try:
            content = json.loads((keys_dir / RECORDS_FILE).read_text(encoding="utf-8"))
            return cls(tuple(KeyRecord.from_json(record) for record in content["keys"]), bool(content["demo"]))
        except (KeyError, TypeError) as malformed:
            raise ValueError(f"{RECORDS_FILE} lacks {malformed}") from malformed

    def of_role(self, role: KeyRole) -> list[KeyRecord]:
        return [record for record in self.records if record.role is role]

    def record(self, kid: bytes) -> KeyRecord | None:
        return next((record for record in self.records if record.kid == kid), None)

    def licence_key(
        self, issuer_code: str, type_code: int, now_s: int, among: Collection[bytes] | None = None
    ) -> KeyRecord | None:
        """The newest key with which this agency may sign this licence type now; None when it has none.

        ``among``: only keys with these kids, if given.
        """
        return _newest(
            record
            for record in self.of_role(KeyRole.LICENCE)
            if record.issuer_code == issuer_code
            and type_code in record.types
            and record.is_usable(now_s)
            and (among is None or record.kid in among)
        )

    def status_key(self, now_s: int, among: Collection[bytes] | None = None) -> KeyRecord | None:
        """The newest key that signs status lists now; ``among`` as above."""
        return _newest(
            record
            for record in self.of_role(KeyRole.STATUS)
            if record.is_usable(now_s) and (among is None or record.kid in among)
        )

    def root_key(self) -> KeyRecord | None:
        """The root that signs trust lists: the one that was named last."""
        roots = self.of_role(KeyRole.ROOT)
        return roots[-1] if roots else None

    def state(self, record: KeyRecord, now_s: int) -> KeyState:
        if record.compromised_at is not None:
            return KeyState.COMPROMISED
        if record.exp <= now_s:
            return KeyState.RETIRED
        if record.standby:
            return KeyState.STANDBY
        if record.takes_over_at > now_s:
            return KeyState.WAITING
        return KeyState.ACTIVE if self._signs(record, now_s) else KeyState.RETIRING

    def _signs(self, record: KeyRecord, now_s: int) -> bool:
        if record.role is KeyRole.ROOT:
            return record == self.root_key()
        if record.role is KeyRole.STATUS:
            return record == self.status_key(now_s)
        return any(self.licence_key(record.issuer_code, code, now_s) == record for code in record.types)


class LiveKeyRing:
    """The ring as the file says it now.

    It is read again when ``keys.json`` changes, so that no process signs on with a key that was retired or lost a
    moment ago; a file that cannot be read stops the signing, as in `KeyRing.load`.
    """

    def __init__(self, keys_dir: Path) -> None:
        self._keys_dir: Final = keys_dir
        self._held: tuple[tuple[int, int, int], KeyRing] | None = None

    @property
    def ring(self) -> KeyRing:
        found = (self._keys_dir / RECORDS_FILE).stat()
        mark = (found.st_mtime_ns, found.st_size, found.st_ino)
        held = self._held
        if held is None or held[0] != mark:
            self._held = held = (mark, KeyRing.load(self._keys_dir))
        return held[1]

    @property
    def records(self) -> tuple[KeyRecord, ...]:
        return self.ring.records

    @property
    def is_demo(self) -> bool:
        return self.ring.is_demo

    def record(self, kid: bytes) -> KeyRecord | None:
        return self.ring.record(kid)

    def licence_key(
        self, issuer_code: str, type_code: int, now_s: int, among: Collection[bytes] | None = None
    ) -> KeyRecord | None:
        return self.ring.licence_key(issuer_code, type_code, now_s, among)

    def status_key(self, now_s: int, among: Collection[bytes] | None = None) -> KeyRecord | None:
        return self.ring.status_key(now_s, among)


def _newest(records: Iterable[KeyRecord]) -> KeyRecord | None:
    """The one that took over last; of two, the one that was written down last."""
    return max(reversed(list(records)), key=lambda record: record.takes_over_at, default=None)
