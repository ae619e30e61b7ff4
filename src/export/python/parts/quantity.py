@functools.total_ordering
class Quantity:
    """A whole number of a unit. It is added to its like only, and times an integer."""

    def __init__(self, count=0, unit=None):
        self.count = count * dict(self.UNITS).get(unit, 1)

    def __eq__(self, other):
        return type(other) is type(self) and other.count == self.count

    def __lt__(self, other):
        return self.count < other.count if type(other) is type(self) else NotImplemented

    def __hash__(self):
        return hash(self.count)

    def __bool__(self):
        return self.count != 0

    def __add__(self, other):
        return type(self)(self.count + other.count) if type(other) is type(self) else NotImplemented

    def __radd__(self, other):
        return self if type(other) is int and other == 0 else NotImplemented  # where `sum` begins

    def __sub__(self, other):
        return type(self)(self.count - other.count) if type(other) is type(self) else NotImplemented

    def __mul__(self, other):
        return type(self)(self.count * other) if isinstance(other, int) else NotImplemented

    __rmul__ = __mul__

    def __floordiv__(self, other):
        if type(other) is type(self):
            return self.count // other.count
        return type(self)(self.count // other) if isinstance(other, int) else NotImplemented

    def __mod__(self, other):
        return type(self)(self.count % other.count) if type(other) is type(self) else NotImplemented

    def __neg__(self):
        return type(self)(-self.count)

    def __abs__(self):
        return type(self)(abs(self.count))
