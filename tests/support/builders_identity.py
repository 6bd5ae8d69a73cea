"""People, staff and machines for tests, and an identity provider that says what it is told."""

import hashlib
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import ECKey

from backend.bootstrap import Container
from backend.identity.ports import VerifiedIdentity
from backend.identity.services.jose import write_jwt
from shared_models.access import Role, Scope
from shared_models.clock import to_epoch_s
from shared_models.errors import Unauthenticated
from shared_models.schemas.wire import to_base64url

TRANG = VerifiedIdentity("048192900002", "Trần Thị Thu Trang", "1992-03-12", 2)
AN = VerifiedIdentity("048085900001", "Nguyễn Văn An", "1985-08-20", 2)
LEVEL_ONE = VerifiedIdentity("048199900011", "Đặng Thu Hà", "1999-07-17", 1)

FOOD_BOARD = ("H17.08", "Ban Quản lý An toàn thực phẩm")
ROAD_BOARD = ("H17.05", "Sở Xây dựng")
PASSWORD = "mật khẩu dài của kiểm tra viên"


class CountingBytes:
    """Bytes that look random, never repeat, and are the same in every run."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._turns = count()

    def __call__(self, size: int) -> bytes:
        content = b""
        while len(content) < size:
            content += hashlib.sha256(f"{self._seed}:{next(self._turns)}".encode()).digest()
        return content[:size]


@dataclass
class FakeIdentityProvider:
    """An `IdentityProvider` whose codes are given out by the test; a code counts once."""

    codes: dict[str, VerifiedIdentity] = field(default_factory=dict)

    def authorize_url(self, state: str, redirect_uri: str) -> str:
        return "https://vneid.example/authorize?" + urlencode({"state": state, "redirect_uri": redirect_uri})

    def identify(self, code: str, redirect_uri: str, encrypt_key: str | None = None) -> VerifiedIdentity:
        if code not in self.codes:
            raise Unauthenticated("identity.code_refused")
        return self.codes.pop(code)


def new_key() -> ECKey:
    return ECKey.import_key(ec.generate_private_key(ec.SECP256R1()))


def an_agency(container: Container, agency: tuple[str, str] = FOOD_BOARD) -> str:
    container.identity.people.put_agency(*agency, is_demo=True)
    return agency[0]


def a_citizen(container: Container, identity: VerifiedIdentity = TRANG) -> str:
    """A person who signed in before; returns their id."""
    return container.identity.people.know_person(identity)


def a_staff_member(container: Container, role: Role = Role.INSPECTOR, username: str = "minh.chau") -> str:
    an_agency(container)
    return container.identity.staff.add(username, PASSWORD, "Nguyễn Thị Minh Châu", role, FOOD_BOARD[0])


@dataclass
class Machine:
    """An agency's registered system and its private key."""

    id: str
    key: ECKey
    container: Container
    turns: Any = field(default_factory=count)

    def assertion(self, **changes: Any) -> str:
        """A signed assertion; ``changes`` replace or, with None, remove claims."""
        return self.assertion_with({}, **changes)

    def assertion_with(self, header: dict[str, str], **changes: Any) -> str:
        """The same with more in its header, such as ``kid``."""
        now = to_epoch_s(self.container.clock.now())
        claims = {
            "iss": self.id,
            "sub": self.id,
            "aud": f"{self.container.settings.public_url}/api/v1/auth/token",
            "iat": now,
            "exp": now + 120,
            "jti": f"jti-{next(self.turns)}",
        }
        claims = {name: value for name, value in (claims | changes).items() if value is not None}
        return write_jwt({"alg": "ES256", **header}, claims, self.key)


def a_machine(
    container: Container,
    agency: tuple[str, str] = FOOD_BOARD,
    scopes: tuple[Scope, ...] = (
        Scope.RESULTS_DELIVER,
        Scope.RESULTS_READ,
        Scope.RESULTS_STATUS,
        Scope.RESULTS_REFUSED,
        Scope.PROFILE,
    ),
) -> Machine:
    key = new_key()
    code = an_agency(container, agency)
    client_id = container.identity.machines.add("Phần mềm một cửa", code, key.as_dict(private=False), scopes)
    return Machine(client_id, key, container)


def pkce(verifier: str = "a-verifier-of-at-least-forty-three-characters-0") -> tuple[str, str]:
    """A PKCE verifier and its S256 challenge."""
    return verifier, to_base64url(hashlib.sha256(verifier.encode()).digest())
