"""The suite's own players: hands at the kiosk, a kiosk before the center, a center before the issuing server, the office.

Everything goes over the wire; `testers.chain.Chain` is what a check is given.
"""
