async def awaited_map(jobs):
    """Waits on an event loop for jobs of a pool. Those that are not needed any more are cancelled."""
    try:
        return [await asyncio.wrap_future(job) for job in jobs]
    finally:
        for job in jobs:
            job.cancel()
