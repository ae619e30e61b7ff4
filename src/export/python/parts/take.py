def take(handed):
    globals().update(handed)
