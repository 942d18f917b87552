"""The process of one system: `python -m kofu_reference.runtime.process CONFIG.toml`.

It ends on SIGTERM or SIGINT, and when its standard input is a pipe that closes, so that nothing outlives a
supervisor. Exit status: 0 ended as asked, 2 wrong configuration, 3 fault, 75 asks to be started again.
"""

import asyncio
import importlib
import json
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import uvloop

from kofu_reference.runtime import ending, log, pseudonyms, traces
from kofu_reference.runtime.clock import CivilClock
from kofu_reference.runtime.config import ClockConfig, ClockStart, ConfigurationInvalid, SystemConfig, load_config
from kofu_reference.runtime.control import TestControl
from kofu_reference.runtime.guard import log_unexpected
from kofu_reference.runtime.holds import Holds
from kofu_reference.runtime.operations_port import OperationsPort
from kofu_reference.runtime.ports import PortUnavailable
from kofu_reference.runtime.pseudonyms import KeyUnusable, Pseudonyms
from kofu_reference.runtime.readiness import Readiness
from kofu_reference.runtime.server import Server
from kofu_reference.runtime.system import System

WRONG_CONFIGURATION: Final = 2
FAULTY: Final = 3
START_AGAIN: Final = 75

SYSTEMS: Final = ("jpki", "koseki", "issuing", "relay", "core", "counter", "center", "kiosk", "inquiry")

_RESTART_GRACE_SECONDS: Final = 0.3
"""A tester's restart is abrupt, as a fault is."""
_log = logging.getLogger("kofu.process")


def system_class(name: str) -> type[System]:
    """The class of a system, from `kofu_reference.<name>.system`; nothing of another system is imported."""
    if name not in SYSTEMS:
        raise ConfigurationInvalid(f"system: {name} is not a system; use one of {', '.join(SYSTEMS)}")
    module = importlib.import_module(f"kofu_reference.{name}.system")
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, System) and value.__dict__.get("name") == name:
            return value
    raise ConfigurationInvalid(f"system: kofu_reference.{name}.system defines no system; reinstall kofu")


def build(config: SystemConfig) -> System:
    """The system with its civil clock set and its seeded fault applied, not yet started."""
    start = _clock_left_by_restart(config) or config.clock
    clock = CivilClock()
    clock.set(start.mode.mode, start.instant_now())
    found = system_class(config.system)
    system = found(config, clock, Holds(found.stages))
    if config.fault is not None:
        fault = importlib.import_module(f"kofu_reference.faults.{config.fault}")
        if config.system == fault.SYSTEM:
            fault.install(system)
    return system


def _leave_clock(system: System) -> None:
    """A restart that a tester asks for leaves the civil clock as it was set."""
    mode = ClockStart.of(system.clock.mode)
    clock = ClockConfig(mode=mode, instant=system.clock.now(), counts_from=datetime.now(UTC))
    _clock_file(system.config).write_text(clock.model_dump_json(), encoding="utf-8")


def _clock_file(config: SystemConfig) -> Path:
    """Of one process alone: the servers of a site share their folder."""
    return config.data_folder / f"clock-{config.server}.json"


def _clock_left_by_restart(config: SystemConfig) -> ClockConfig | None:
    path = _clock_file(config)
    if not path.exists():
        return None
    clock = ClockConfig.model_validate_json(path.read_text(encoding="utf-8"))
    path.unlink()
    return clock


async def serve(config: SystemConfig) -> int:
    """Runs the system until it is asked to end; the exit status."""
    ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    ending.watch_signals(ended)
    ending.watch_standard_input(ended)
    config.data_folder.mkdir(parents=True, exist_ok=True)
    system = build(config)
    control = TestControl(system, lambda: ending.end(ended, START_AGAIN))
    server = Server(system.config, [*system.bindings(), control.binding()])
    readiness = Readiness(system, server.tell_ready)
    port = config.operations.port
    operations = None if port is None else OperationsPort(config, port, readiness)
    if operations is not None:
        server.also_presents(operations.present)
    await system.start()
    await server.start()
    readiness.start()
    if operations is not None:
        await operations.start()
    _announce(config, server, operations)
    status = await ended
    grace_seconds = _RESTART_GRACE_SECONDS if status == START_AGAIN else config.operations.grace_seconds
    _log.info("ending", extra={"fields": {"grace_seconds": grace_seconds}})
    readiness.ends()
    await server.stop(grace_seconds)
    if status == START_AGAIN:
        _leave_clock(system)
    await readiness.stop()
    await system.stop()
    if operations is not None:
        await operations.stop()
    _log.info("ended", extra={"fields": {"status": status}})
    return status


def _announce(config: SystemConfig, server: Server, operations: OperationsPort | None) -> None:
    ports = {"port": server.port, "json_port": server.json_port}
    if operations is not None:
        ports["operations_port"] = operations.port
    sys.stdout.write(json.dumps({"event": "listening", "system": config.system, **ports}) + "\n")
    sys.stdout.flush()
    _log.info("listening", extra={"fields": {**ports, "identity": config.identity, "fault": config.fault}})


def run(config_path: Path) -> int:
    """Runs the system of a configuration file; the exit status. Wrong configuration is one line on standard error."""
    try:
        config = load_config(config_path)
        log.configure(_node(config), config.operations.log_level)
        _use_pseudonym_key(config)
        provider = traces.configure(config.system, config.operations)
        try:
            return uvloop.run(serve(config))
        finally:
            if provider is not None:
                provider.shutdown()
    except (ConfigurationInvalid, PortUnavailable) as error:
        sys.stderr.write(f"kofu: {error}\n")
        return WRONG_CONFIGURATION
    except OSError as error:
        sys.stderr.write(f"kofu: {error.filename or 'system'}: {error.strerror or error}; mend the configuration\n")
        return WRONG_CONFIGURATION
    except Exception as error:
        log_unexpected("process", error)
        return FAULTY


def _node(config: SystemConfig) -> str:
    """The system's name, with the number of a further server of its site."""
    return config.system if config.server == 1 else f"{config.system}-{config.server}"


def _use_pseudonym_key(config: SystemConfig) -> None:
    path = config.operations.pseudonym_key
    if path is None:
        return
    try:
        pseudonyms.use(Pseudonyms.from_file(path))
    except KeyUnusable as error:
        raise ConfigurationInvalid(f"operations.pseudonym_key: {path} {error}") from None


if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1])))
