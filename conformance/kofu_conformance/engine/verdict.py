"""Verdicts, and how the one of a requirement follows from those of its checks."""

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """What is known of a check or a requirement after a run. Nothing passes by omission."""

    FAIL = "fail"
    """The implementation deviated."""
    ERROR = "error"
    """The suite itself is at fault: nothing is known."""
    INCONCLUSIVE = "inconclusive"
    """Something could not be observed, or the situation never arose."""
    PASS = "pass"  # noqa: S105 - a verdict, no password
    """Every situation arose and was judged right."""
    NOT_APPLICABLE = "not applicable"
    """The profile doesn't declare what the check needs."""
    PENDING = "pending"
    """No check covers the requirement yet."""


WORST_FIRST = (Verdict.FAIL, Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.PENDING)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of these; of none, `PENDING`."""
    return min(verdicts, key=WORST_FIRST.index, default=Verdict.PENDING)
