"""What the city's own systems share: its calendar, ages, request ids that serve once, documents made within a wait."""
