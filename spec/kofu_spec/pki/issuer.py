"""The name by which servers know the test JPKI."""

ISSUER_KEY_ID = bytes.fromhex("6b6f66752d746573742d6a706b692d6175746801")
"""Subject key identifier of the test authority and authority key identifier of every card: 20 bytes, fixed, so that
the links between cards and residents need no key."""
