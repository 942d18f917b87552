"""The executable specification: requirements, rules, the fictitious city, the test PKI."""
