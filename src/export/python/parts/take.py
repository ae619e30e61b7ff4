def take_over(handed):
    """What a worker of a pool does first: what there is one of for all processes is its, too."""
    globals().update(handed)
