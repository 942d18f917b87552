"""Judges of what was handed over: the document as a message, and the paper as a citizen reads it."""
