"""The city's issuing server: fed records in, certificates out, nothing of them kept. [2.6, 2.8, 3.1.4]"""
