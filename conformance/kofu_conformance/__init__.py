"""The conformance suite: it plays the peers of an implementation under test and tells with evidence whether the rules hold."""
