"""Asking a service: what comes is bounded, and what goes wrong is told."""

import asyncio
import ssl

import pytest

from pgconsole.core.errors import ConnectFailed
from pgconsole.workers import http_answer
from pgconsole.workers.http_answer import read_document
from tests.fixtures.services import Service
from tests.fixtures.tls import Authority
from tests.fixtures.waiting import LONG_S


async def test_document_is_what_the_service_answers(service: Service) -> None:
    service.content = b'{"size": 1}'
    assert await read_document(service.address) == b'{"size": 1}'
    assert service.requests[0].startswith(b"GET /pool?of=all HTTP/1.0\r\n")
    assert f"Host: 127.0.0.1:{service.port}".encode() in service.requests[0]


@pytest.mark.parametrize(
    ("status", "content", "why"),
    [
        ("307 Temporary Redirect", b"", "status 307"),
        ("500 Oh", b"", "status 500"),
        ("nonsense", b"", "does not speak HTTP"),
        ("200 OK", b"x" * 100_000, "too much"),
    ],
)
async def test_other_answers_are_failures(service: Service, status: str, content: bytes, why: str) -> None:
    service.status, service.content = status, content
    with pytest.raises(ConnectFailed, match=why):
        await read_document(service.address)


async def test_silent_service_is_given_up(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_answer, "_WITHIN_S", 0.05)
    service.is_silent = True
    with pytest.raises(ConnectFailed, match="did not answer"):
        await read_document(service.address)


async def test_silent_service_behind_tls_is_not_waited_for(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_answer, "_WITHIN_S", 0.5)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue("127.0.0.1"))
    asked: list[asyncio.StreamWriter] = []

    async def fall_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        asked.append(writer)
        writer.transport.pause_reading()  # type: ignore[attr-defined]

    async with await asyncio.start_server(fall_silent, "127.0.0.1", 0, ssl=context) as server:
        port = server.sockets[0].getsockname()[1]
        async with asyncio.timeout(LONG_S):
            with pytest.raises(ConnectFailed, match="did not answer"):
                await read_document(f"https://127.0.0.1:{port}/")
        (writer,) = asked
        writer.transport.abort()


async def test_service_that_is_gone_can_not_be_reached(service: Service) -> None:
    await service.stop()
    with pytest.raises(ConnectFailed, match="can't be reached"):
        await read_document(service.address)
