"""One service with keys for all these tests."""

from collections.abc import Iterator

import pytest

from tests.service.keys.keyed import Keyed, keyed


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keyed]:
    with keyed(tmp_path_factory.mktemp("keys")) as running:
        yield running
