def released(semaphore, count):
    """`release(n)`, which semaphores of threads have since Python 3.9, and others have not."""
    if count < 1:
        raise ValueError("n must be one or more")
    if isinstance(semaphore, threading.Semaphore) and sys.version_info >= (3, 9):
        semaphore.release(count)
    else:
        for _ in range(count):
            semaphore.release()
