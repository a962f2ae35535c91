"""Asks a service by HTTP for a small document: no redirects, no cookies, bounded in time and size."""

import asyncio
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

from pgconsole.core.errors import ConnectFailed

_WITHIN_S: Final = 2.0
_LARGEST_BYTES: Final = 64 * 1024
_DONE: Final = 200


async def read_document(address: str) -> bytes:
    """What a GET of an http or https URL answers with; raises `ConnectFailed`."""
    try:
        async with asyncio.timeout(_WITHIN_S):
            answer = await _exchange(address)
    except TimeoutError:
        raise ConnectFailed("It did not answer.", f"Not within {_WITHIN_S:g} s.") from None
    except (OSError, ValueError) as error:
        raise ConnectFailed("It can't be reached.", str(error)) from error
    head, _blank, body = answer.partition(b"\r\n\r\n")
    status = _status(head)
    if status != _DONE:
        raise ConnectFailed(f"It answered with status {status}." if status else "It does not speak HTTP.")
    if len(answer) > _LARGEST_BYTES:
        raise ConnectFailed("It answered with too much.", f"More than {_LARGEST_BYTES // 1024} KiB.")
    return body


async def _exchange(address: str) -> bytes:
    parts = urlsplit(address)
    is_tls = parts.scheme == "https"
    reader, writer = await asyncio.open_connection(
        parts.hostname, parts.port or (443 if is_tls else 80), ssl=True if is_tls else None, limit=_LARGEST_BYTES
    )
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        # HTTP/1.0 has neither chunks nor connections that stay: the answer ends where the connection does.
        request = f"GET {path} HTTP/1.0\r\nHost: {parts.netloc}\r\nAccept: application/json\r\n\r\n"
        writer.write(request.encode("ascii"))
        answer = bytearray()
        while len(answer) <= _LARGEST_BYTES and (piece := await reader.read(_LARGEST_BYTES)):
            answer += piece
        return bytes(answer)
    finally:
        writer.transport.abort()  # closing waits half a minute for a TLS peer that has fallen silent
        with suppress(OSError):
            await writer.wait_closed()


def _status(head: bytes) -> int:
    """The number in `HTTP/1.1 200 OK`; 0 where it is none."""
    words = head.split(None, 2)
    is_http = len(words) > 1 and words[0].startswith(b"HTTP/")
    return int(words[1]) if is_http and words[1].isdigit() else 0
