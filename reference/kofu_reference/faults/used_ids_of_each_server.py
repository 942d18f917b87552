"""Each server of the site knows only the request ids that it used itself: another serves them again."""

from kofu_reference.issuing.system import Issuing
from kofu_reference.municipality.used_ids import UsedRequestIds

SYSTEM = "issuing"
STATEMENT = "P.3"
KILLED_BY = "chain.site.a_request_id_serves_once_at_the_whole_site"


def install(system: Issuing) -> None:
    system.used_ids.close()
    system.used_ids = UsedRequestIds(system.config.data_folder / f"used-{system.config.server}.sqlite3")
