class Region:
    """Counts who is inside."""

    def __init__(self):
        self.lock = threading.Lock()
        self.inside = 0

    def __enter__(self):
        with self.lock:
            self.inside += 1

    def __exit__(self, *_):
        with self.lock:
            self.inside -= 1
