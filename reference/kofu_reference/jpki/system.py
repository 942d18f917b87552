"""The validity responder as a system: HTTP for OCSP beside the gRPC port of the tester. [1.8]"""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

import uvicorn

from kofu_reference.jpki.http import application
from kofu_reference.jpki.responder import OcspResponder
from kofu_reference.jpki.statuses import statuses_of
from kofu_reference.runtime import Binding, CivilClock, Holds, System, SystemConfig
from kofu_reference.runtime.config import ConfigurationInvalid
from kofu_reference.runtime.ports import PortUnavailable
from kofu_spec.city import make_city
from kofu_spec.pki.jpki import load_responder


class _HttpServer(uvicorn.Server):
    """Leaves signals to the process, which ends the whole system."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Jpki(System):
    """Offers no gRPC service of its own. `http_port` is the one really taken, once started."""

    name: ClassVar[str] = "jpki"

    def __init__(self, config: SystemConfig, clock: CivilClock, holds: Holds) -> None:
        super().__init__(config, clock, holds)
        if config.jpki_folder is None:
            raise ConfigurationInvalid("jpki_folder: is required for the responder; set it")
        city = make_city(config.city.seed, config.city.residents, config.city.municipality_code)
        self.responder = OcspResponder(load_responder(config.jpki_folder), statuses_of(city))
        self.http_port = config.http_port

    def bindings(self) -> list[Binding]:
        return []

    async def start(self) -> None:
        listening = self._listen()
        self.http_port = listening.getsockname()[1]
        self._http = _HttpServer(
            uvicorn.Config(
                application(self.responder, self.clock.now),
                log_config=None,
                access_log=False,
                lifespan="off",
                timeout_graceful_shutdown=1,
            )
        )
        self._serving = asyncio.create_task(self._http.serve([listening]))
        while not self._http.started and not self._serving.done():
            await asyncio.sleep(0.005)

    def _listen(self) -> socket.socket:
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        address = f"{self.config.host}:{self.config.http_port}"
        try:
            listening.bind((self.config.host, self.config.http_port))
        except OSError as error:
            listening.close()
            line = f"http_port: {address} is in use or not allowed; name a free port, or 0 for any"
            raise PortUnavailable(line) from error
        return listening

    async def stop(self) -> None:
        self._http.should_exit = True
        await self._serving
