"""Fixtures of the API tests: the real app on the real database, and who most often calls it."""

import pytest

from backend.bootstrap import Container
from shared_models.access import Role
from tests.support.api import Cast, Phone, app, clock, container, folders, provider, sign_in
from tests.support.builders_results import a_city, deliver
from tests.support.database import database, module_database, mongo_server

__all__ = ["app", "clock", "container", "database", "folders", "module_database", "mongo_server", "provider", "sign_in"]


@pytest.fixture
def machine(container: Container, sign_in: Cast) -> Phone:
    """The food-safety board's software, in a city that knows its agencies and communes."""
    a_city(container)
    return sign_in.machine()


@pytest.fixture
def owner(sign_in: Cast) -> Phone:
    """The citizen whom the usual delivery is for."""
    return sign_in.citizen()


@pytest.fixture
def inspector(sign_in: Cast) -> Phone:
    return sign_in.staff(Role.INSPECTOR)


@pytest.fixture
def paper(machine: Phone) -> str:
    """The text of a delivered licence's paper code."""
    return str(deliver(machine)["paper_text"])
