class Timeout:
    """Cancels its block when the time is over, and raises TimeoutError then. Python has it since 3.11."""

    def __init__(self, seconds):
        self.seconds = seconds

    async def __aenter__(self):
        self.is_over = False
        self.timer = None
        if self.seconds is not None:
            self.task = asyncio.current_task()
            self.timer = asyncio.get_running_loop().call_later(max(0, self.seconds), self.end)

    def end(self):
        self.is_over = True
        self.task.cancel()

    async def __aexit__(self, kind, error, trace):
        if self.timer is not None:
            self.timer.cancel()
        if self.is_over and kind is asyncio.CancelledError:
            raise TimeoutError() from error
