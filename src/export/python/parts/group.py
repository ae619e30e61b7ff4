class Group:
    """Waits at its end for all units that were added, and raises the first failure then."""

    def __enter__(self):
        self.units = []
        return self

    def add(self, unit):
        self.units.append(unit)
        return unit

    def __exit__(self, kind, error, trace):
        for unit in self.units:
            unit.join()
        if error is None:
            for unit in self.units:
                unit.result()
