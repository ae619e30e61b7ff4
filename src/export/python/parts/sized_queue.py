class SizedQueue:
    """A queue between processes whose items may be longer on their way than they are."""

    def __init__(self, maxsize=0):
        self.items = CONTEXT.JoinableQueue(maxsize)

    def put(self, item, block=True, timeout=None, size=0):
        padding = bytes(max(0, size - len(pickle.dumps((item, b"")))))
        self.items.put((item, padding), block, timeout)

    def get(self, block=True, timeout=None):
        return self.items.get(block, timeout)[0]

    def __getattr__(self, name):
        if name in ("task_done", "join", "qsize", "empty", "full"):
            return getattr(self.items, name)
        raise AttributeError(name)
