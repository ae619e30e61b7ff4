class End:
    """One end of a pipe. There is one for all who use it: when it is closed, it is closed for all of them."""

    def __init__(self, receiver, sender):
        self.receiver, self.sender = receiver, sender
        self.receiving, self.sending, self.closed = CONTEXT.Lock(), CONTEXT.Lock(), CONTEXT.Event()

    def send(self, value, size=0):
        """Sends a value; behind what it takes, as many bytes as it is said to have."""
        if self.closed.is_set():
            raise OSError("handle is closed")
        if self.other_closed.is_set():
            raise BrokenPipeError("the other end is closed")
        with self.sending:
            self.sender.send_bytes(pickle.dumps(value, 5).ljust(size, b"\0"))

    def recv(self):
        while True:
            with self.receiving:
                if self.poll(0.01):
                    if self.receiver.poll():
                        return pickle.loads(self.receiver.recv_bytes())
                    raise EOFError

    def poll(self, timeout=0):
        """Whether there is something to receive: a message, or the end of all messages."""
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            if self.closed.is_set():
                raise OSError("handle is closed")
            if self.receiver.poll(0 if timeout == 0 else 0.001) or self.other_closed.is_set():
                return True
            if end is not None and time.monotonic() >= end:
                return False

    def close(self):
        self.closed.set()


class Pipe:
    """Two ends; what is sent at one of them is received at the other one. Each direction holds 64 KiB on Linux."""

    def __init__(self):
        to_left, from_right = CONTEXT.Pipe(duplex=False)
        to_right, from_left = CONTEXT.Pipe(duplex=False)
        self.left, self.right = End(to_left, from_left), End(to_right, from_right)
        self.left.other_closed, self.right.other_closed = self.right.closed, self.left.closed
