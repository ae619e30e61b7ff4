def wait_for_processes():
    for process in multiprocessing.active_children():
        if not process.daemon:
            process.join()
