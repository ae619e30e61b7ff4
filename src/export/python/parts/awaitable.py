class Awaitable:
    """A unit that a task may await, while the other tasks of its loop go on."""

    def __await__(self):
        while self.is_alive():
            yield from asyncio.sleep(0.001).__await__()
        return self.result()
