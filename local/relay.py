"""Passes connections from an address of this machine on to 127.0.0.1: python -m local.relay ADDRESS PORT.

For containers: they reach Docker's bridge, but not 127.0.0.1, where MiniStack listens.
"""

import asyncio
import sys

_CHUNK = 65536


async def relay(address: str, port: int) -> None:
    """Listen on `address` until cancelled."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, requests = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_copy(reader, requests), _copy(answers, writer))

    server = await asyncio.start_server(serve, address, port)
    await server.serve_forever()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(_CHUNK):
            writer.write(chunk)
            await writer.drain()
    except ConnectionError:
        pass  # the one side has gone; closing tells the other
    finally:
        writer.close()


if __name__ == "__main__":
    asyncio.run(relay(sys.argv[1], int(sys.argv[2])))
