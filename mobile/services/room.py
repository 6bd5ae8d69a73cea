"""When this phone has no room left: what could not be written is named in a state, so that the screens can say it."""

from collections.abc import Iterator
from contextlib import contextmanager

from mobile.services.web import FULL
from mobile.state.app_state import AppState
from shared_models.errors import DomainError


def note_room(state: AppState, what: str, code: str | None) -> None:
    """Note how writing `what` went: `code` None cleared it, `storage.full` names it, another failure says nothing."""
    if code == FULL and what not in state.unkept:
        state.unkept = (*state.unkept, what)
    elif code is None:
        state.unkept = tuple(name for name in state.unkept if name != what)


@contextmanager
def noting_room(state: AppState, what: str) -> Iterator[None]:
    """The same for what is done inside; the error goes on to the caller."""
    try:
        yield
    except DomainError as error:
        note_room(state, what, error.code)
        raise
    note_room(state, what, None)
