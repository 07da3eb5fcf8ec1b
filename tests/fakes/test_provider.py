import socket

import pytest

from tests.fakes.provider import FakeProvider, serve


def test_a_served_application_stops_when_its_block_ends() -> None:
    with serve(FakeProvider()) as url:
        port = int(url.rpartition(":")[2])
        socket.create_connection(("127.0.0.1", port)).close()

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
