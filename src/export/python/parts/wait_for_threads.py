def wait_for_threads():
    for thread in threading.enumerate():
        if isinstance(thread, Thread) and not thread.daemon:
            thread.join()
