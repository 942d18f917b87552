"""The issuance center: sessions, identity, hours, fees, and the way of an application to the city and back. [3.2]"""
