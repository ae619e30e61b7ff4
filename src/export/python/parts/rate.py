def fastest(work, amount=1000):
    """How much of some work a second of a processor is enough for."""
    def duration(amount):
        begin = time.process_time()
        work(amount)
        return time.process_time() - begin

    while duration(amount) < 0.008:
        amount *= 2
    return amount / min(duration(amount) for _ in range(3))
