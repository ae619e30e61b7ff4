def in_loop(function, *args):
    """Runs a function with an event loop for the tasks that it starts."""
    return asyncio.run(function(*args))
