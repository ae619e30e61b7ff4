class Duration(Quantity):
    """A length of time in whole nanoseconds."""

    UNITS = (("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000), ("ns", 1))

    @property
    def seconds(self):
        return self.count / 1_000_000_000

    def __repr__(self):
        number = abs(self.count)
        unit, length = next((pair for pair in self.UNITS if number >= pair[1]), ("s", 1))
        whole, part = divmod(number, length)
        digits = str(part).zfill(len(str(length)) - 1).rstrip("0")
        return ("-" if self.count < 0 else "") + str(whole) + ("." + digits if digits else "") + unit
