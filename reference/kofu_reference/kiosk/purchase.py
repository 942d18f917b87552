"""One purchase: money and copies, in an order in which a power cut at any moment leaves both right. [3.3.6, 3.3.3]

    journal: opened  ->  coins held  ->  copy out, journal: noted  (for each)  ->  settled by the unit  ->  journal

Tray and money unit are machines that count by themselves. What came out is what the tray has counted since the
purchase was opened, never what a program meant to print; what is kept is the price of exactly these copies.
"""

from collections.abc import Sequence

from kofu_reference.kiosk.journal import Journal, Line, OpenPurchase
from kofu_reference.kiosk.printer import Printer, PrintJob
from kofu_reference.kiosk.till import Till


class Purchase:
    """What one citizen pays for and gets. It is opened before the first coin is taken."""

    def __init__(self, opened: OpenPurchase, journal: Journal, till: Till, printer: Printer) -> None:
        self._opened = opened
        self._journal = journal
        self._till = till
        self._printer = printer

    @classmethod
    def open(
        cls, terminal_id: str, lines: Sequence[Line], journal: Journal, till: Till, printer: Printer
    ) -> "Purchase":
        """Writes down the price agreed and what the tray has counted so far."""
        opened = journal.open_purchase(terminal_id, printer.tray.copies_out, tuple(lines))
        return cls(opened, journal, till, printer)

    @property
    def fee_yen(self) -> int:
        """What has to be held before anything prints."""
        return sum(self._prices())

    @property
    def copies_printed(self) -> int:
        """Whole copies that have come out, as the tray counts them."""
        return min(self._printer.tray.copies_out - self._opened.copies_out_before, len(self._prices()))

    async def print_all(self, jobs: Sequence[PrintJob]) -> None:
        """Prints what is left of the copies, one after the other; `PrintFailed` ends it in the middle."""
        if self._till.held_yen < self.fee_yen:
            raise ValueError("nothing may be printed before it is paid")
        copies = [job for job, line in zip(jobs, self._opened.lines, strict=True) for _ in range(line.copies)]
        for job in copies[self.copies_printed :]:
            await self._printer.print_copy(job)
            self._journal.note(self._opened.purchase_id, self.copies_printed)

    def settle(self) -> int:
        """Keeps the price of what came out and gives the rest back; the yen kept.

        Where the unit holds nothing any more it has settled already, and only the journal is behind.
        """
        kept_yen = sum(self._prices()[: self.copies_printed])
        if self._till.held_yen:
            self._till.settle(kept_yen)
        self._journal.settle(self._opened.purchase_id, self.copies_printed, kept_yen)
        return kept_yen

    def printed_of(self, request_id: str) -> tuple[int, int]:
        """Copies of one application that came out, and what they cost."""
        before = 0
        for line in self._opened.lines:
            if line.request_id == request_id:
                copies = max(0, min(line.copies, self.copies_printed - before))
                return copies, copies * line.yen_a_copy
            before += line.copies
        return 0, 0

    def _prices(self) -> list[int]:
        return [line.yen_a_copy for line in self._opened.lines for _ in range(line.copies)]


def recover(terminal_id: str, journal: Journal, till: Till, printer: Printer) -> None:
    """After a power cut: settles what was open, and gives back money that belongs to no purchase."""
    for opened in journal.open_purchases(terminal_id):
        Purchase(opened, journal, till, printer).settle()
    if till.held_yen:
        till.give_back()
