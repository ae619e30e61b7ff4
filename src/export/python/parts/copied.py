def copied(value):
    """A value of its own: who changes a list changes nobody else's."""
    return [copied(item) for item in value] if isinstance(value, list) else value
