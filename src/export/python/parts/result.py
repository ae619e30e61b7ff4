def result_of(unit, timeout=None):
    """Blocks until a task or a job has ended, and gives what came of it."""
    joined(unit, timeout)
    if not unit.done():
        raise TimeoutError()
    if hasattr(unit, "cancelled") and unit.cancelled():
        raise asyncio.CancelledError()
    return unit.result()
