"""Why nothing answered is said in words, whichever library noticed it."""

import socket

import pytest
import urllib3
from botocore.exceptions import EndpointConnectionError, NoCredentialsError

from core.unanswered import why


def test_a_closed_port_cannot_be_reached() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and nobody listens
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        with pytest.raises(urllib3.exceptions.HTTPError) as tries:
            urllib3.PoolManager(retries=1).request("GET", url)
        with pytest.raises(urllib3.exceptions.HTTPError) as one_try:
            urllib3.PoolManager(retries=False).request("GET", url)
    assert why(tries.value) == why(one_try.value) == "it cannot be reached"


def test_a_server_that_says_nothing_gave_no_answer_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(urllib3.exceptions.HTTPError) as error:
            urllib3.PoolManager(retries=False, timeout=0.1).request("GET", url)
    assert why(error.value) == "no answer in time"


def test_amazons_library_is_understood_too() -> None:
    unreachable = EndpointConnectionError(endpoint_url="https://secret.example")
    assert why(unreachable) == "it cannot be reached"
    assert why(NoCredentialsError()) == "there are no credentials"


def test_anything_else_is_a_connection_that_broke_off() -> None:
    assert why(urllib3.exceptions.ProtocolError("Connection aborted.")) == "the connection broke off"
