"""A rule shown as a table: plain bilingual rows, for the site and for whoever else prints them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """One text in Japanese and in English."""

    ja: str
    en: str


@dataclass(frozen=True)
class Table:
    """Rows of one width, each cell in both languages, and the requirements that they rest on."""

    name: str
    title: Text
    requirements: tuple[str, ...]
    columns: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]

    def __post_init__(self) -> None:
        for number, row in enumerate(self.rows, start=1):
            if len(row) != len(self.columns):
                raise ValueError(
                    f"rows: row {number} of {self.name} has {len(row)} cells; give it {len(self.columns)}, one a column"
                )


def same(value: object) -> Text:
    """A cell that reads alike in both languages: a number, a date, a name of the interface."""
    return Text(str(value), str(value))


YES, NO = Text("○", "yes"), Text("―", "no")
ISSUED = Text("交付する", "issued")
