"""Fixtures of the infrastructure's tests: a real, empty database, and keys to copy."""

from tests.support.city_keys import made_once
from tests.support.database import database, module_database, mongo_server

__all__ = ["database", "made_once", "module_database", "mongo_server"]
