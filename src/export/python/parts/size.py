class Size(Quantity):
    """A number of bytes."""

    UNITS = (
        ("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10), ("GB", 10**9), ("MB", 10**6), ("KB", 10**3), ("B", 1),
    )

    def __repr__(self):
        unit, length = next(pair for pair in self.UNITS if self.count % pair[1] == 0 and self.count or pair[1] == 1)
        return str(self.count // length) + unit
