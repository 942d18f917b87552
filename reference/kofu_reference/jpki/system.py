"""The validity responder as a system: HTTP for OCSP beside the gRPC port of the tester. [1.8]"""

from functools import partial
from typing import ClassVar

from kofu_reference.jpki.http import application
from kofu_reference.jpki.responder import OcspResponder
from kofu_reference.jpki.revocation_list import revocation_list
from kofu_reference.jpki.statuses import statuses_of
from kofu_reference.runtime import Binding, CivilClock, Holds, System, SystemConfig
from kofu_reference.runtime.config import ConfigurationInvalid
from kofu_reference.runtime.http import HttpServer
from kofu_spec.city import make_city
from kofu_spec.pki.jpki import load_authority, load_responder


class Jpki(System):
    """Offers no gRPC service of its own. `http_port` is the one really taken, once started."""

    name: ClassVar[str] = "jpki"

    def __init__(self, config: SystemConfig, clock: CivilClock, holds: Holds) -> None:
        super().__init__(config, clock, holds)
        if config.jpki_folder is None:
            raise ConfigurationInvalid("jpki_folder: is required for the responder; set it")
        city = make_city(config.city.seed, config.city.residents, config.city.municipality_code)
        statuses = statuses_of(city)
        self.responder = OcspResponder(load_responder(config.jpki_folder), statuses)
        self.make_list = partial(revocation_list, load_authority(config.jpki_folder), statuses)
        self.http_port = config.http_port

    def bindings(self) -> list[Binding]:
        return []

    async def start(self) -> None:
        asked = application(self.responder, self.make_list, self.clock.now)
        self._http = HttpServer(asked, self.config.host, self.config.http_port, field="http_port")
        self.http_port = self._http.port
        await self._http.start()

    async def stop(self) -> None:
        await self._http.stop(1)
