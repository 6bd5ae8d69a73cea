"""An authenticator app for tests: shows the code of a secret at the container's time."""

import base64
from dataclasses import dataclass

from backend.identity.services.one_time_codes import STEP_S, code_at, step_of
from shared_models.clock import Clock, to_epoch_s
from tests.support.api import Phone


@dataclass
class Authenticator:
    secret: bytes
    clock: Clock

    def code(self, steps: int = 0) -> str:
        """The six digits now, or so many steps of 30 s later (earlier, when negative)."""
        return code_at(self.secret, step_of(to_epoch_s(self.clock.now())) + steps)

    def wrong_code(self) -> str:
        """Six digits that no step near this one has."""
        near = {self.code(steps) for steps in range(-2, 3)}
        return next(f"{number:06}" for number in range(10) if f"{number:06}" not in near)

    @classmethod
    def of(cls, secret_text: str, clock: Clock) -> "Authenticator":
        return cls(base64.b32decode(secret_text), clock)


def enrol(phone: Phone, **body: str) -> tuple[Authenticator, list[str]]:
    """Turns the second step on for who is signed in on this phone; their app, and their recovery codes."""
    begun = phone.post("/me/totp", body)
    assert begun.status_code == 201, begun.get_data(as_text=True)
    app = Authenticator.of(begun.get_json()["secret"], phone.container.clock)
    confirmed = phone.post("/me/totp/confirm", {"code": app.code()})
    assert confirmed.status_code == 200, confirmed.get_data(as_text=True)
    return app, confirmed.get_json()["recovery_codes"]


__all__ = ["STEP_S", "Authenticator", "enrol"]
