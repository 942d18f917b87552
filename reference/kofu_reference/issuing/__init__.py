"""The city's issuing server at the cloud provider: fed records in, certificates out, nothing of them kept. [2.6, 2.8, 3.1.4]"""
