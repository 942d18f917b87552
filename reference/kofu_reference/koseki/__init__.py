"""The city's koseki system: family registers in glyphs of their own, and their certificates. [2.2, 2.9]"""
