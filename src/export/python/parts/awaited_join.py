async def awaited_join(unit, timeout=None):
    """Waits on an event loop for the end of a unit, and takes neither its result nor its failure."""
    end = None if timeout is None else time.monotonic() + timeout
    while not unit.done() and (end is None or time.monotonic() < end):
        await asyncio.sleep(0.001)
