def spin(rounds):
    for _ in range(rounds):
        pass


def compute(seconds):
    """Runs Python code that takes so long on a processor of its own."""
    if seconds < 0:
        raise ValueError("compute length must be non-negative")
    spin(int(seconds * ROUNDS))
