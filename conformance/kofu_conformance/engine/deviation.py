"""The two things that a check says of an implementation: it deviated, or it could not be observed."""

from typing import NoReturn


class Deviation(AssertionError):
    """The implementation did something that the source document doesn't allow: the only thing that fails it.

    `code` names the finding and stays the same from run to run (`session_opened_after_lock`); shrinking keeps to it.
    No personal data: persons are named by their family label or a pseudonym.
    """

    def __init__(self, expected: str, observed: str, seen_at: str, code: str) -> None:
        super().__init__(f"{code}: expected {expected}; observed {observed}; seen at {seen_at}")
        self.expected = expected
        self.observed = observed
        self.seen_at = seen_at
        self.code = code


class Unobserved(Exception):
    """What the check had to see could not be seen, so nothing is known: a broken connection, a time-out of the tester.

    It goes to the ledger and makes the check inconclusive; it never fails an implementation.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def expect(condition: object, *, expected: str, observed: object, seen_at: str, code: str) -> None:
    """Raises `Deviation` unless the condition holds."""
    if not condition:
        raise Deviation(expected, _text(observed), seen_at, code)


def expect_equal(observed: object, expected: object, *, seen_at: str, code: str) -> None:
    """Raises `Deviation` unless both are equal, showing both."""
    if observed != expected:
        raise Deviation(_text(expected), _text(observed), seen_at, code)


def deviate(*, expected: str, observed: object, seen_at: str, code: str) -> NoReturn:
    """Raises `Deviation`."""
    raise Deviation(expected, _text(observed), seen_at, code)


def _text(value: object) -> str:
    return value if isinstance(value, str) else repr(value)
