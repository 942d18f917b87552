"""The city's core system: the registers of residents, seals and tax, and what of them is fed. [2.1, 2.3, 2.6]"""
