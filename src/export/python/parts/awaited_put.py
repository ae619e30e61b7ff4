async def awaited_put(items, item, timeout=None):
    """`put` on an event loop, into a queue of threads or processes."""
    end = None if timeout is None else time.monotonic() + timeout
    while True:
        try:
            return items.put(item, False)
        except queue.Full:
            if end is not None and time.monotonic() >= end:
                raise
        await asyncio.sleep(0.001)
