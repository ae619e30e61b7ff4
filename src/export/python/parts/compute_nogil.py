def digest(rounds):
    hashlib.pbkdf2_hmac("sha256", b"", b"", max(1, rounds))


def compute_nogil(seconds):
    """Calls C code that takes so long on a processor of its own. It lets go of the GIL meanwhile."""
    if seconds < 0:
        raise ValueError("compute length must be non-negative")
    digest(int(seconds * DIGESTS))
