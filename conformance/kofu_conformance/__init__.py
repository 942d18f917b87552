"""The conformance suite: it plays the peers of an implementation and tells with evidence whether the rules hold."""
