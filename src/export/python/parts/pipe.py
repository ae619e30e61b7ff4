class End:
    """One end of a pipe. There is one for all who use it: when it is closed, it is closed for all of them."""

    def __init__(self, connection):
        self.connection = connection
        self.sending, self.receiving, self.closed = CONTEXT.Lock(), CONTEXT.Lock(), CONTEXT.Event()

    def send(self, value, size=0):
        if self.closed.is_set():
            raise OSError("handle is closed")
        if self.other_closed.is_set():
            raise BrokenPipeError("the other end is closed")
        padding = bytes(max(0, size - len(pickle.dumps((value, b"")))))
        with self.sending:
            self.connection.send((value, padding))

    def recv(self):
        while True:
            with self.receiving:
                if self.poll(0.01):
                    if self.connection.poll():
                        return self.connection.recv()[0]
                    raise EOFError

    def poll(self, timeout=0):
        """Whether there is something to receive: a message, or the end of all messages."""
        end = None if timeout is None else time.monotonic() + timeout
        while not self.connection.poll(0.001 if timeout else 0):
            if self.closed.is_set():
                raise OSError("handle is closed")
            if self.other_closed.is_set():
                return True
            if end is not None and time.monotonic() >= end:
                return False
        return True

    def close(self):
        self.closed.set()


class Pipe:
    """Two ends; what is sent at one of them is received at the other one."""

    def __init__(self):
        self.left, self.right = map(End, CONTEXT.Pipe())
        self.left.other_closed, self.right.other_closed = self.right.closed, self.left.closed
