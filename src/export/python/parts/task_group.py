class TaskGroup:
    """Waits at its end for all units that were added. The first failure cancels its tasks, and is raised then."""

    async def __aenter__(self):
        self.units = []
        self.failure = None
        self.body = asyncio.current_task()
        self.at_end = False
        self.has_cancelled_body = False
        return self

    def add(self, unit):
        self.units.append(unit)
        if isinstance(unit, asyncio.Task):
            unit.add_done_callback(self.look_at)
        return unit

    def look_at(self, unit):
        """Notices that a unit has ended by an exception."""
        if isinstance(unit, asyncio.Task):
            error = None if unit.cancelled() else unit.exception()
        else:
            error = unit.error
        if self.failure is None and error is not None:
            self.failure = error
            self.cancel()
            if not self.at_end:
                self.has_cancelled_body = True
                self.body.cancel()

    def cancel(self):
        for unit in self.units:
            if isinstance(unit, asyncio.Task):
                unit.cancel()

    async def __aexit__(self, kind, error, trace):
        self.at_end = True
        if error is not None:
            self.cancel()
        cancelled = None
        while not all(unit.done() for unit in self.units):
            tasks = [unit for unit in self.units if isinstance(unit, asyncio.Task) and not unit.done()]
            others = [unit for unit in self.units if not isinstance(unit, asyncio.Task) and not unit.done()]
            try:
                if tasks:
                    await asyncio.wait(tasks, timeout=0.001 if others else None)
                else:
                    await asyncio.sleep(0.001)
            except asyncio.CancelledError as request:
                cancelled = request
                self.cancel()
            for unit in others:
                if unit.done():
                    self.look_at(unit)  # a task would have called by itself
        for unit in self.units:
            self.look_at(unit)
        if error is not None and not (self.has_cancelled_body and kind is asyncio.CancelledError):
            return
        if self.failure is not None:
            raise self.failure
        if cancelled is not None:
            raise cancelled
