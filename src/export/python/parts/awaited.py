class awaited:
    """`async with` for a lock or a semaphore of threads or processes."""

    def __init__(self, lock):
        self.lock = lock

    async def __aenter__(self):
        await polled(lambda: self.lock.acquire(False))

    async def __aexit__(self, *_):
        self.lock.release()
