"""Checks of the whole chain as one implementation, from the card to the paper."""
