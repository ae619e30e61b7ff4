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
        failed = [unit for unit in self.units if unit.error is not None]
        if error is None and failed:
            raise min(failed, key=lambda unit: unit.failed_at).error
