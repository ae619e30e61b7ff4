class SizedQueue:
    """A queue between processes whose items may be longer on their way than they are."""

    def __init__(self, maxsize=0):
        self.items = CONTEXT.JoinableQueue(maxsize)

    def put(self, item, block=True, timeout=None, size=0):
        text = pickle.dumps(item)
        frame = len(pickle.dumps(bytes(size))) - size
        self.items.put(text.ljust(size - frame, b"\0"), block, timeout)

    def get(self, block=True, timeout=None):
        return pickle.loads(self.items.get(block, timeout))

    def task_done(self):
        self.items.task_done()

    def join(self):
        self.items.join()

    def qsize(self):
        return self.items.qsize()

    def empty(self):
        return self.items.empty()

    def full(self):
        return self.items.full()
