# if awaited
class Program(Awaitable):
# else
class Program:
# end
    """This file once more, started as another program that runs one of the functions."""

    def __init__(self, function, *args, stdin=False, stdout=False, stderr=False):
        self.words = (function.__name__, args, (stdin, stdout, stderr), {name: globals()[name] for name in MEASURED})

    @property
    def error(self):
        return RuntimeError("the program has failed") if self.program.poll() else None

    @property
    def failed_at(self):
        return time.monotonic()

    def start(self):
        _, _, (stdin, stdout, stderr), _ = self.words
        self.program = subprocess.Popen(
            [sys.executable, __file__, pickle.dumps(self.words).hex()],
            stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
            stdout=subprocess.PIPE if stdout else None,
            stderr=subprocess.PIPE if stderr else None,
        )
        files = self.program.stdin, self.program.stdout, self.program.stderr
        self.stdin, self.stdout, self.stderr = (file and Stream(file) for file in files)
        return self

    def wait(self, timeout=None):
        try:
            return self.program.wait(timeout)
        except subprocess.TimeoutExpired:
            raise TimeoutError() from None

    def join(self, timeout=None):
        try:
            self.wait(timeout)
        except TimeoutError:
            pass

    def result(self, timeout=None):
        if self.wait(timeout) != 0:
            raise self.error

    def communicate(self):
        """Closes the input, reads the output, and waits for the end."""
        if self.program.stdin is not None and self.program.stdin.closed:
            self.program.stdin = None
        output, _ = self.program.communicate()
# if sizes
        return Size(len(output or b""))
# else
        return len(output or b"")
# end

    def is_alive(self):
        return self.program.poll() is None

    def done(self):
        return not self.is_alive()

    def terminate(self):
        self.program.terminate()

    def kill(self):
        self.program.kill()


def run_as_program(words):
    """Runs what `Program` has asked for."""
    function, args, (stdin, stdout, stderr), measured = pickle.loads(bytes.fromhex(words))
    globals().update(measured)
    if stdin:
        globals()["STDIN"] = Stream(sys.stdin.buffer)
    if stdout:
        globals()["STDOUT"] = Stream(sys.stdout.buffer)
    if stderr:
        globals()["STDERR"] = Stream(sys.stderr.buffer)
    globals()[function](*args)
