import ssl
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconsole.core.connection_state import ChannelState
from pgconsole.db.login_guard import (
    MAX_LOGIN_MESSAGE_BYTES,
    TUNNEL_PORTS,
    LoginRefused,
    LoginWatch,
    allows_clear_text,
    channel_state,
)


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!l", 4 + len(body)) + body


_OK = _message(b"R", struct.pack("!l", 0))
_CLEAR = _message(b"R", struct.pack("!l", 3))
_SASL = _message(b"R", struct.pack("!l", 10) + b"SCRAM-SHA-256\0\0")
_READY = _message(b"Z", b"I")
_LOGIN = _SASL + _OK + _message(b"S", b"a\0b\0") + _message(b"K", b"x" * 8) + _READY


@pytest.mark.parametrize(
    ("peer", "state"),
    [
        ("", "local"),
        (b"\x00abstract", "local"),
        (None, "local"),
        (("127.0.0.1", 5432), "local"),
        (("127.8.8.8", 5432), "local"),
        (("::1", 5432, 0, 0), "local"),
        (("10.0.0.1", 5432), "plain"),
        (("fe80::1%eth0", 5432, 0, 2), "plain"),
        (("no address", 5432), "plain"),
    ],
)
def test_a_channel_without_tls_is_local_or_plain(peer: object, state: ChannelState) -> None:
    assert channel_state(peer, None) == state


@pytest.mark.parametrize(("verifies", "state"), [(True, "verified"), (False, "unverified")])
def test_tls_is_as_good_as_its_verification(verifies: bool, state: ChannelState) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if not verifies:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    session = context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="db1")

    assert channel_state(("10.0.0.1", 5432), session) == state


@pytest.mark.parametrize(("ends_there", "state"), [(True, "tunnel"), (False, "plain")])
def test_a_tunnel_s_port_is_no_local_server(monkeypatch: pytest.MonkeyPatch, ends_there: bool, state: str) -> None:
    monkeypatch.setitem(TUNNEL_PORTS, 5999, ends_there)
    assert channel_state(("127.0.0.1", 5999), None) == state
    assert channel_state(("127.0.0.1", 5432), None) == "local"


@pytest.mark.parametrize(
    ("state", "allowed"), [("local", True), ("verified", True), ("unverified", False), ("plain", False)]
)
def test_clear_text_goes_only_where_the_server_is_known(state: ChannelState, allowed: bool) -> None:
    assert allows_clear_text(state) is allowed
    watch = LoginWatch(state)
    if allowed:
        assert watch.feed(_CLEAR) == _CLEAR
    else:
        with pytest.raises(LoginRefused, match="clear text"):
            watch.feed(_CLEAR)


def test_a_request_in_clear_is_found_after_others() -> None:
    watch = LoginWatch("plain")
    watch.feed(_message(b"N", b"x") + _SASL + _OK)

    with pytest.raises(LoginRefused):
        watch.feed(_CLEAR)


@given(st.lists(st.integers(1, len(_LOGIN) - 1), max_size=8))
def test_a_login_passes_whole_however_it_is_cut(cuts: list[int]) -> None:
    data = _LOGIN + b"anything at all"
    ends = [*sorted(cuts), len(data)]
    watch = LoginWatch("plain")

    passed = b"".join(watch.feed(data[start:end]) for start, end in zip([0, *ends], ends, strict=False))

    assert passed == data
    assert watch.done


@given(st.integers(1, len(_CLEAR) - 1))
def test_no_part_of_a_request_in_clear_reaches_the_driver(cut: int) -> None:
    watch = LoginWatch("unverified")

    assert watch.feed(_CLEAR[:cut]) == b""
    with pytest.raises(LoginRefused):
        watch.feed(_CLEAR[cut:])


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"R" + struct.pack("!L", 2**31 - 1),
        b"S" + struct.pack("!L", MAX_LOGIN_MESSAGE_BYTES + 1),
        b"E" + struct.pack("!L", 0),
        b"R" + struct.pack("!L", 2**32 - 1),
        bytes(64),
    ],
)
def test_what_is_not_the_protocol_is_refused_at_once(data: bytes) -> None:
    with pytest.raises(LoginRefused, match="protocol"):
        LoginWatch("local").feed(data)


def test_notices_without_end_are_refused() -> None:
    watch = LoginWatch("local")
    notices = _message(b"N", b"x" * 100_000) * 100

    with pytest.raises(LoginRefused, match="without end"):
        watch.feed(notices)
