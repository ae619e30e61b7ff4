class Stream:
    """One end of a stream of bytes, of which only the number counts."""

    def __init__(self, file):
        self.file = file

    def read(self):
# if sizes
        return Size(len(self.file.read()))
# else
        return len(self.file.read())
# end

    def write(self, size):
# if sizes
        self.file.write(bytes(size.count))
# else
        self.file.write(bytes(size))
# end
        self.file.flush()

    def close(self):
        self.file.close()


# These three lead nowhere, unless this program was started by another one that wants to use them.
STDIN = Stream(open(os.devnull, "rb"))
STDOUT = Stream(open(os.devnull, "wb"))
STDERR = Stream(open(os.devnull, "wb"))
