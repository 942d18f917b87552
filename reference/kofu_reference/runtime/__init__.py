"""What every system runs on: configuration, clocks, mutual TLS, refusals, the server and its process."""

from kofu_reference.runtime.channel import call, channel
from kofu_reference.runtime.clock import JST, CivilClock
from kofu_reference.runtime.config import SystemConfig
from kofu_reference.runtime.holds import Holds
from kofu_reference.runtime.refusal import Refusal
from kofu_reference.runtime.system import Binding, System

__all__ = ["JST", "Binding", "CivilClock", "Holds", "Refusal", "System", "SystemConfig", "call", "channel"]
