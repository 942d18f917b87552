"""Where records last: one interface to SQLite, embedded, and to PostgreSQL. [2.1, 2.3, 2.6]"""

from kofu_reference.storage.database import Database, Row, open_database
from kofu_reference.storage.sqlite import SqliteDatabase

__all__ = ["Database", "Row", "SqliteDatabase", "open_database"]
