"""Everything that the pages tell, gathered once from where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from contract.image import Image
from kofu_spec import vectors
from kofu_spec.contract import interfaces, reasons
from kofu_spec.contract.reasons import ReasonEntry
from kofu_spec.explanation import Knowledge
from kofu_spec.model import results
from kofu_spec.model.results import Results
from kofu_spec.requirements import Catalogue, glossary
from kofu_spec.requirements.glossary import Term
from kofu_spec.requirements.incidents import Incident
from kofu_spec.rules.table import Table
from kofu_spec.rules.tables import TABLES
from kofu_spec.traceability import Traceability
from kofu_spec.vectors import VectorFile

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Facts:
    """The specification's data. `known` is what `kofu explain` tells of too."""

    root: Path
    """The repository, whose decisions and changes are shown."""
    image: Image
    """The protos with their comments."""
    known: Knowledge
    reasons: Mapping[str, ReasonEntry]
    items: list[dict[str, str]]
    tables: Mapping[str, Table]
    vectors: Mapping[str, VectorFile]
    model: Results
    glossary: Mapping[str, Term]

    @property
    def catalogue(self) -> Catalogue:
        return self.known.catalogue

    @property
    def links(self) -> Traceability:
        return self.known.links

    @property
    def incidents(self) -> Mapping[str, Incident]:
        return self.known.incidents

    def reasons_of(self, requirement_id: str) -> list[ReasonEntry]:
        return [entry for entry in self.reasons.values() if requirement_id in entry.statements]

    def tables_of(self, requirement_id: str) -> list[Table]:
        return [table for table in self.tables.values() if requirement_id in table.requirements]

    def incidents_of(self, requirement_id: str) -> list[Incident]:
        return [incident for incident in self.incidents.values() if requirement_id in incident.properties]


def gather(image: bytes, root: Path = ROOT) -> Facts:
    """The facts of this checkout; `image` is the protos' descriptor image with comments."""
    return Facts(
        root=root,
        image=Image(image),
        known=Knowledge.of_this_package(),
        reasons=reasons.load(),
        items=interfaces.items(),
        tables={name: make() for name, make in TABLES.items()},
        vectors={name: vectors.load(name) for name in vectors.names()},
        model=results.load(),
        glossary=glossary.load(),
    )
