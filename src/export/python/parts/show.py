def show(value, in_list=False):
    """The text of a value; texts are quoted in lists only."""
    if isinstance(value, list):
        return "[" + ", ".join(show(item, True) for item in value) + "]"
    if in_list and isinstance(value, str):
        for old, new in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t")):
            value = value.replace(old, new)
        return '"' + value + '"'
    return str(value)
