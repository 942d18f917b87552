"""The screen of a kiosk with a center that does as it is told, served on loopback from a thread of its own."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import rsa
from reference.tests.kiosk_side import Shop, open_shop

from kofu_reference.runtime import SystemConfig


@dataclass
class LitScreen:
    """A shop whose screen can be looked at."""

    shop: Shop
    address: str


@contextmanager
def lit(config: SystemConfig, key: rsa.RSAPrivateKey) -> Iterator[LitScreen]:
    """Lights the screen and puts it out at the end."""
    lighted, out = threading.Event(), threading.Event()
    seen: list[LitScreen] = []

    def serve() -> None:
        with asyncio.Runner() as runner:
            shop = open_shop(runner, config.model_copy(update={"screen_port": 0, "testing": True}), key)
            runner.run(shop.system.start())
            assert shop.system.screen is not None
            seen.append(LitScreen(shop, f"http://127.0.0.1:{shop.system.screen.port}"))
            lighted.set()

            async def until_out() -> None:
                while not out.is_set():
                    await asyncio.sleep(0.02)

            runner.run(until_out())
            runner.run(shop.system.stop())

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        assert lighted.wait(30)
        yield seen[0]
    finally:
        out.set()
        thread.join(30)
