"""The process that holds a PKCS #11 module: `python -m sealwright.keys.pkcs11.worker FD`.

Started by `process`, with one end of a socket as descriptor FD. A module is foreign code in our address
space; here it can crash, hang, print, or call `exit`, and all that is lost is this process.

1. The PIN comes through the socket: it is not among the arguments and not in the environment. No core is
   dumped, and no other process of the user may look into the memory.
2. Standard input, output and error lead nowhere, so that a module cannot write into a conversation.
3. It ends with whoever started it: when the other end of the socket is closed, be it between two questions
   or while the module holds on to the interpreter. For the latter the kernel sends SIGIO, whose default is
   to end a process.
4. One question at a time, in the main thread: the library initialises modules without locks.
"""

import fcntl
import os
import resource
import signal
import socket
import sys
from contextlib import suppress

import msgspec

from sealwright.keys.pkcs11 import messages
from sealwright.keys.pkcs11.messages import Answer, GarbledError, Problem, Question

__all__ = ["main"]

_PR_SET_DUMPABLE = 4
"""linux/prctl.h."""


def main(descriptor: int, lifeline: int) -> None:
    """Answer until the other side has ended.

    Args:
        descriptor: of the socket.
        lifeline: of the reading end of a pipe whose other end is held open, and never written to.
    """
    _harden()
    _end_with(lifeline)
    from sealwright.keys.pkcs11.cryptoki import Cryptoki, RefusedError  # noqa: PLC0415  # once nothing can leak

    decoder = msgspec.msgpack.Decoder(Question)
    cryptoki = Cryptoki()
    with socket.socket(fileno=descriptor) as line, suppress(OSError, GarbledError):
        while asked := messages.receive(line, None):
            reply: Answer | Problem
            try:
                value = cryptoki.answer(decoder.decode(asked))
                reply = Answer(msgspec.Raw(msgspec.msgpack.encode(value)))
            except RefusedError as problem:
                reply = Problem(problem.code, problem.data)
            messages.send(line, msgspec.msgpack.encode(reply))
    with suppress(Exception):  # whatever the module says to it, this is the end
        cryptoki.close()


def _harden() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415  # only here

        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def _end_with(lifeline: int) -> None:
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
    os._exit(0)  # a module may have threads, or handlers that run at the end
