"""Fixtures of the API tests: the real app on the real database."""

from tests.support.api import app, clock, container, folders, provider, sign_in
from tests.support.database import database, module_database, mongo_server

__all__ = ["app", "clock", "container", "database", "folders", "module_database", "mongo_server", "provider", "sign_in"]
