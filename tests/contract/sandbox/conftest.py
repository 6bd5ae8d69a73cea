"""Fixtures of the sandboxes' tests: a real, empty database, and the keys of an installation."""

from tests.support.api import folders
from tests.support.database import database, module_database, mongo_server

__all__ = ["database", "folders", "module_database", "mongo_server"]
