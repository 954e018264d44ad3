"""Frames of a language server, however the bytes are cut, and what is no frame."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unsorry.errors import ProverError
from unsorry.provers.rpc import Framer, encode


@given(st.lists(st.dictionaries(st.text(), st.text() | st.integers() | st.none()), max_size=5), st.integers(1, 60))
def test_messages_survive_any_cut(messages: list[dict[str, object]], size: int) -> None:
    """What goes in comes out, in order, wherever the stream is cut."""
    stream = b"".join(encode(message) for message in messages)
    framer = Framer()
    found = [each for at in range(0, len(stream), size) for each in framer.feed(stream[at : at + size])]
    sent = [{"jsonrpc": "2.0", **m} for m in messages]
    assert len(found) == len(sent)
    assert [set(m) for m in found] == [set(m) for m in sent]


def test_other_headers_and_cases() -> None:
    """Only the length counts, however it is written."""
    frame = b"Content-Type: application/json\r\ncontent-length:  2\r\n\r\n{}"
    assert Framer().feed(frame) == [{}]


def test_a_lone_surrogate_goes_out() -> None:
    """As one replacement character: no file can hold it, and every position stays."""
    assert Framer().feed(encode({"text": "a\ud800b"}))[0]["text"] == "a?b"


@pytest.mark.parametrize(
    "data",
    [
        b"x" * 5000,
        b"info: building\r\n\r\n{}",
        b"Content-Length: 999999999999\r\n\r\n",
        b"Content-Length: 4\r\n\r\nnope",
        b"Content-Length: 2\r\n\r\n[]",
        b"Content-Length: 2\r\n\r\n\xff\xfe",
    ],
)
def test_what_is_no_message(data: bytes) -> None:
    """Is an error at once, not a wait for more."""
    with pytest.raises(ProverError):
        Framer().feed(data)
