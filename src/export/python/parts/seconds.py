def in_seconds(duration):
    """A length of time as Python's own functions want it; `None` is for ever."""
    return None if duration is None else duration.seconds
