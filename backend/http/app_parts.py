"""How a view reaches what the composition root made, and who is asking. Knows nothing of either."""

from typing import Any, Final, cast

from flask import Flask, current_app, g

from shared_models.access import Actor
from shared_models.errors import Unauthenticated

_CONTAINER: Final = "congdan.container"


def keep_container(app: Flask, parts: object) -> None:
    """Called once by `backend/app.py`."""
    app.extensions[_CONTAINER] = parts


def container() -> Any:
    """The `backend.bootstrap.Container` of this app. Untyped here, because http may not know the rooms above it."""
    return current_app.extensions[_CONTAINER]


def keep_actor(actor: Actor) -> None:
    g.actor = actor


def actor() -> Actor:
    """Who is asking, as `secured` found out.

    Raises:
        Unauthenticated: ``access.token_missing`` in a view that is not secured.
    """
    found = g.get("actor")
    if found is None:
        raise Unauthenticated("access.token_missing")
    return cast("Actor", found)
