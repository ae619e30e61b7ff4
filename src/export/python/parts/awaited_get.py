async def awaited_get(items, timeout=None):
    """`get` on an event loop, out of a queue of threads or processes."""
    end = None if timeout is None else time.monotonic() + timeout
    while True:
        try:
            return items.get(False)
        except queue.Empty:
            if end is not None and time.monotonic() >= end:
                raise
        await asyncio.sleep(0.001)
