"""What every test of the phone starts from."""

from collections.abc import Iterator

import pytest

from mobile.i18n.catalogue import use_language


@pytest.fixture(autouse=True)
def _vietnamese() -> Iterator[None]:
    """The language is one for the whole process: a test that changes it must not speak for the next."""
    use_language("vi")
    yield
    use_language("vi")
