def print(*values):
    """Prints one line in one piece, whoever else prints at the same time."""
    sys.stdout.write(" ".join(map(str, values)) + "\n")
    sys.stdout.flush()
