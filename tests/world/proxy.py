"""An HTTP proxy: forwards plain requests, tunnels CONNECT, and takes every host to the server it is told."""

import socket
import threading

from world.served import Served, connections

__all__ = ["Proxy"]


class Proxy(Served):
    """The proxy, on 127.0.0.1 and a free port.

    Attributes:
        heads: the head of each request that it got, as text.
        status: what CONNECT is answered with.
    """

    def __init__(self, to: int) -> None:
        self.heads: list[str] = []
        self.status = "200 Connection established"
        self.to = ("127.0.0.1", to)
        super().__init__(connections(self.serve))

    def serve(self, client: socket.socket) -> None:
        """One connection of a client."""
        head = b""
        while b"\r\n\r\n" not in head:
            piece = client.recv(4096)
            if not piece:
                return
            head += piece
        self.heads.append(head.decode())
        line = head.split(b"\r\n")[0].decode()
        method, target, _ = line.split(" ")
        if method == "CONNECT":
            client.sendall(f"HTTP/1.1 {self.status}\r\n\r\n".encode())
            if not self.status.startswith("200"):
                return
            head = b""
        else:
            path = "/" + target.split("://", 1)[1].partition("/")[2]
            head = head.replace(target.encode(), path.encode(), 1)
        with socket.create_connection(self.to) as server:
            server.sendall(head)
            back = threading.Thread(target=_pump, args=(server, client), daemon=True)
            back.start()
            _pump(client, server)
            back.join(5)


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while piece := source.recv(65536):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass
