# if awaited
class Thread(threading.Thread, Awaitable):
# else
class Thread(threading.Thread):
# end
# if results
    """A thread that keeps what its function has returned, or the exception that has ended it."""
# else
    """A thread whose `start` gives the thread itself."""
# end

    def __init__(self, function, *args, name=None, daemon=None):
        super().__init__(target=function, args=args, name=name, daemon=daemon)
# if results
        self.value = None
        self.error = None
# end

    def start(self):
        super().start()
        return self
# if results

    def run(self):
        try:
            self.value = self._target(*self._args)
        except BaseException as error:
            self.error, self.failed_at = error, time.monotonic()
            raise

    def done(self):
        return not self.is_alive()

    def result(self, timeout=None):
        self.join(timeout)
        if self.is_alive():
            raise TimeoutError()
        if self.error is not None:
            raise self.error
        return self.value
# end
