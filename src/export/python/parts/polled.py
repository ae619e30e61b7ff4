async def polled(attempt, timeout=None):
    """Waits on an event loop for what threads or processes do: looks every millisecond, while other tasks go on."""
    end = None if timeout is None else time.monotonic() + timeout
    while not attempt():
        if end is not None and time.monotonic() >= end:
            return False
        await asyncio.sleep(0.001)
    return True
