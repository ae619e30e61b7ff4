def choose(items):
    if not items:
        raise ValueError("nothing to choose from")
    return random.choice(items)
