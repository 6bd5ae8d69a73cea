"""Fixtures of the infrastructure's tests: a real, empty database."""

from tests.support.database import database, module_database, mongo_server

__all__ = ["database", "module_database", "mongo_server"]
