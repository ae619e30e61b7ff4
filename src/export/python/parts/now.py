def now():
    """The time since the start."""
# if durations
    return Duration(int((time.monotonic() - START) * 1_000_000_000))
# else
    return time.monotonic() - START
# end
