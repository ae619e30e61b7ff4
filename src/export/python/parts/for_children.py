def for_children():
    """What a process gets from the one that starts it: what there is one of for all of them."""
    return {name: globals()[name] for name in FOR_CHILDREN if name in globals()}
