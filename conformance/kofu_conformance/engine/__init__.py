"""The engine of the suite: what a check is, how it is run, and what its verdict is.

A suite imports from here: `check`, `Deviation`, `Unobserved`, `Story`, `expect`.
"""

from kofu_conformance.engine.deviation import Deviation, Unobserved, deviate, expect, expect_equal
from kofu_conformance.engine.registry import CHECKS, Check, CheckDefinitionError, Level, Registry, check
from kofu_conformance.engine.story import Story

__all__ = [
    "CHECKS",
    "Check",
    "CheckDefinitionError",
    "Deviation",
    "Level",
    "Registry",
    "Story",
    "Unobserved",
    "check",
    "deviate",
    "expect",
    "expect_equal",
]
