# if awaited
class Thread(threading.Thread, Awaitable):
# else
class Thread(threading.Thread):
# end
    """A thread that keeps what its function has returned, or the exception that has ended it."""

    def __init__(self, function, *args, name=None, daemon=None):
        super().__init__(target=function, args=args, name=name, daemon=daemon)
        self.value = None
        self.error = None

    def start(self):
        super().start()
        return self

    def run(self):
        try:
            self.value = self._target(*self._args)
        except BaseException as error:
            self.error = error
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
