def run_in_child(sender, handed, function, args):
    globals().update(handed)
    try:
        value = function(*args)
    except BaseException as error:
        sender.send((None, error, time.monotonic()))
        raise
    sender.send((value, None, None))


# if awaited
class Process(Awaitable):
# else
class Process:
# end
    """A process that sends home what its function has returned, or the exception that has ended it."""

    def __init__(self, function, *args, name=None, daemon=None):
        self.receiver, self.sender = CONTEXT.Pipe(duplex=False)
        self.args = (self.sender, for_children(), function, args)
        self.process = CONTEXT.Process(target=run_in_child, args=self.args, name=name, daemon=daemon)
        self.value = None
        self.error = None

    def start(self):
        self.process.start()
        self.sender.close()
        self.args = None
        return self

    def join(self, timeout=None):
        end = None if timeout is None else time.monotonic() + timeout
        if self.receiver is not None:
            if not multiprocessing.connection.wait([self.receiver, self.process.sentinel], timeout):
                return
            if self.receiver.poll():
                self.collect()
        self.process.join(None if end is None else max(0, end - time.monotonic()))

    def collect(self):
        try:
            self.value, self.error, self.failed_at = self.receiver.recv()
        except EOFError:
            pass  # it was ended before it had a result
        self.receiver = None

    def is_alive(self):
        if self.receiver is not None and self.receiver.poll():
            self.collect()
        return self.process.is_alive()

    def done(self):
        return not self.is_alive()

    def result(self, timeout=None):
        self.join(timeout)
        if self.is_alive():
            raise TimeoutError()
        if self.error is not None:
            raise self.error
        return self.value

    def terminate(self):
        self.process.terminate()

    def kill(self):
        self.process.kill()
