def released(semaphore, count):
    if count < 1:
        raise ValueError("n must be one or more")
    for _ in range(count):
        semaphore.release()
