def joined(unit, timeout=None):
    """Blocks until a task or a job has ended. Who waits for a task of its own loop waits for ever."""
    end = None if timeout is None else time.monotonic() + timeout
    while not unit.done() and (end is None or time.monotonic() < end):
        time.sleep(0.001)
