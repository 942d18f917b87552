"""What a certificate costs, and what is kept of the money paid in. Integer yen. [1.3, 3.3.6, P.2]

The fee is the municipality's, a kind and a copy. The price that the center confirms with the document holds, whatever
becomes of the tariff afterwards. Paid is what is owed in full before anything prints; kept is what was printed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kofu.v1.common_pb2 import CertificateKind
from kofu.v1.reason_pb2 import Reason

MOST_COPIES = 10


@dataclass(frozen=True)
class Tariff:
    """Yen a copy by kind, of one municipality. A kind that is missing is not issued there; 0 is a price."""

    municipality_code: str
    yen_a_copy: "Mapping[CertificateKind, int]"

    def __post_init__(self) -> None:
        for kind, yen in self.yen_a_copy.items():
            if isinstance(yen, bool) or not isinstance(yen, int) or yen < 0:
                name = CertificateKind.Name(kind)
                raise ValueError(f"yen_a_copy: {name} must be a whole number of yen, 0 or more, not {yen!r}")


@dataclass(frozen=True)
class Price:
    """A confirmed price: what one application costs, to be paid before it prints."""

    kind: "CertificateKind"
    copies: int
    yen_a_copy: int

    @property
    def total_yen(self) -> int:
        """For all copies."""
        return self.copies * self.yen_a_copy


@dataclass(frozen=True)
class Settlement:
    """Where the money paid in went: every yen of it is kept or returned."""

    kept_yen: int
    returned_yen: int


def confirmed(tariff: Tariff, kind: "CertificateKind", copies: int) -> "Reason | Price":
    """The price at which an application is accepted, or the reason of the refusal."""
    # WHAT IS ASKED FOR
    if not 1 <= copies <= MOST_COPIES:
        return Reason.REASON_INVALID_REQUEST

    # WHAT IS LOOKED UP
    if kind not in tariff.yen_a_copy:
        return Reason.REASON_KIND_NOT_OFFERED
    return Price(kind, copies, tariff.yen_a_copy[kind])


def due_yen(prices: Iterable[Price]) -> int:
    """What a session costs: the sum of its confirmed prices."""
    return sum(price.total_yen for price in prices)


def may_print(price: Price, paid_yen: int) -> "Reason | None":
    """Why printing may not begin; None where it does. Fee zero prints at once."""
    return None if paid_yen >= price.total_yen else Reason.REASON_PAYMENT_INCOMPLETE


def settled(price: Price, paid_yen: int, copies_printed: int) -> Settlement:
    """What is kept for the copies that came out, and what goes back: the change, and the price of what did not.

    Nothing printed keeps nothing, by whatever cancel, time-out or jam. More copies than were applied for, or any
    before they were paid, raise ValueError: no kiosk may print them. [3.3.6, P.2]
    """
    if not 0 <= copies_printed <= price.copies:
        raise ValueError(f"copies_printed: must lie between 0 and {price.copies}, not {copies_printed}")
    if copies_printed and may_print(price, paid_yen) is not None:
        raise ValueError(f"paid_yen: {paid_yen} does not cover {price.total_yen}; nothing may be printed yet")

    # WHAT IS KEPT
    kept = copies_printed * price.yen_a_copy
    return Settlement(kept, paid_yen - kept)
