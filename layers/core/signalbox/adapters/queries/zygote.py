"""Forks the query engine's children: a process with DuckDB loaded, and no data, no environment and one thread.

Started as a script. Loading DuckDB costs a hundred times what a fork costs, and a run needs a child of its own.
Every fork serves one run, so that nothing of one partner is ever in a process that works for another.

    argv     the folders of duckdb and of signalbox, the descriptor of the control socket
    control  in: an order with the child's descriptors; anything more ends the child, and its end ends all
             out: the child's exit code, once for each order; of a signal the signal's number below zero

This process is its children's parent, so what it kills is never another process that was given the same number.
"""

import ctypes
import gc
import os
import select
import signal
import socket
import sys

sys.path += sys.argv[1:3]

from signalbox.adapters.queries import child

ORDER_BYTES = 4096
DESCRIPTORS = 64
"""More than a child is given."""
PR_SET_PDEATHSIG = 1
"""<linux/prctl.h>: the signal that a process gets when its parent ends."""


def main() -> None:
    """Fork for each order, wait for the child's end and tell it, until nobody is there to order."""
    control = socket.socket(fileno=int(sys.argv[3]))
    die_with_parent = ctypes.CDLL(None).prctl
    prepared = child.prepare()
    gc.freeze()  # a collection in a child would copy every page it marks
    while True:
        order, descriptors, _, _ = socket.recv_fds(control, ORDER_BYTES, DESCRIPTORS)
        if not order:
            return
        if not descriptors:  # meant for a child that was gone already
            continue
        pid = os.fork()
        if pid == 0:
            die_with_parent(PR_SET_PDEATHSIG, signal.SIGKILL)
            control.close()
            child.serve(prepared, order, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        _tell_end(control, pid)


def _tell_end(control: socket.socket, pid: int) -> None:
    """Wait until the child has ended, or until it is to end."""
    ended = os.pidfd_open(pid)
    if ended not in select.select([ended, control.fileno()], [], [])[0]:
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    os.close(ended)
    control.send(str(os.waitstatus_to_exitcode(status)).encode())


if __name__ == "__main__":
    main()
