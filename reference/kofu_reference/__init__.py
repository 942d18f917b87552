"""The reference implementation: every system of the source document, over the wire."""
