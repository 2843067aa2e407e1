"""A server that was asked too often says how long to wait, and is asked again."""

import asyncio

import pytest

from careline.probes.visiting.asking import Server

OFTEN = "HTTP/1.1 429 Too Many Requests\r\n{name}: {wait}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
FINE = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\nconnection: close\r\n\r\nfine"


async def asked(*answers: str) -> tuple[int, int]:
    """The status that one request came to, and how often the server was asked."""
    left = list(answers)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(left.pop(0).encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        answer = await Server(f"http://127.0.0.1:{port}").ask("GET", "/", seconds=20)
    return answer.status, len(answers) - len(left)


@pytest.mark.parametrize("name", ["Retry-After", "retry-after", "RETRY-AFTER"])
async def test_whoever_asks_too_often_waits_however_the_server_writes_it(name: str) -> None:
    assert await asked(OFTEN.format(name=name, wait=0), FINE) == (200, 2)


async def test_a_wait_that_is_too_long_is_an_answer() -> None:
    assert await asked(OFTEN.format(name="retry-after", wait=900), FINE) == (429, 1)


async def test_a_refusal_that_names_no_time_is_an_answer() -> None:
    assert await asked(OFTEN.format(name="x-other", wait=0), FINE) == (429, 1)
