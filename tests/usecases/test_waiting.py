"""While the demo city is founded every address says so; nobody is turned away at the change."""

import socket
import threading

import httpx2
import pytest

from market.cli.waiting import told_to_wait


@pytest.fixture
def listening() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


def test_every_address_says_that_the_city_is_founded(listening: socket.socket) -> None:
    with listening, told_to_wait(listening):
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        for path in ("/", "/projects/DZ-2026-000001", "/log/checkpoint"):
            answer = httpx2.get(url + path)
            assert answer.status_code == 503
            assert answer.headers["retry-after"] == "1"
            assert 'http-equiv="refresh"' in answer.text
        assert httpx2.get(url + "/static/css/page.css").headers["content-type"] == "text/css"
        for path in ("/static/../pages.py", "/static/%2e%2e/pages.py", "/static/../../settings.py"):
            assert httpx2.get(url + path).status_code in {404, 503}, path


def test_who_comes_between_the_two_waits_in_the_queue(listening: socket.socket) -> None:
    with listening:
        with told_to_wait(listening):
            pass
        heard: list[bytes] = []

        def come() -> None:
            with socket.create_connection(listening.getsockname()) as visitor:
                heard.append(visitor.recv(3))

        visitor = threading.Thread(target=come)
        visitor.start()
        taken, _ = listening.accept()
        with taken:
            taken.sendall(b"yes")
        visitor.join()
    assert heard == [b"yes"]
