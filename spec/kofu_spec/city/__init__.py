"""The fictitious city: residents, households, registers, taxes, seals and cards, deterministic from a seed."""

from kofu_spec.city.make import make_city
from kofu_spec.city.model import Card, CardState, Citizen, City, LeavingMember
from kofu_spec.city.multitude import multitude

__all__ = ["Card", "CardState", "Citizen", "City", "LeavingMember", "make_city", "multitude"]
