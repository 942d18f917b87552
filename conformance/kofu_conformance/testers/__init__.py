"""The suite's own players: a citizen's hands, a kiosk before the center, a center before the issuing server.

Everything goes over the wire; `testers.chain.Chain` is what a check is given.
"""
