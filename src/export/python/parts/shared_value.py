class SharedValue:
    """A value of any kind in memory that all processes share."""

    def __init__(self, value, room=65536):
        self.memory = CONTEXT.Array("c", room)
        self.value = value

    @property
    def value(self):
        with self.memory:
            return pickle.loads(self.memory.raw)

    @value.setter
    def value(self, value):
        text = pickle.dumps(value)
        with self.memory:
            self.memory[: len(text)] = text
