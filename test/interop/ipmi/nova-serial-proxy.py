"""What OpenStack's nova-serialproxy does to a serial console with an internal_access_path (nova/console/websocketproxy.py):
asks for the path, waits for the end of the answer's head, then passes bytes. HOST PORT PATH; types a line of its standard
input and prints what comes."""

import socket
import sys

host, port, path = sys.argv[1:]
with socket.create_connection((host, int(port)), timeout=30) as console:
    console.sendall(f"CONNECT {path} HTTP/1.1\r\n\r\n".encode())
    while b"\r\n\r\n" not in (head := console.recv(4096, socket.MSG_PEEK)):
        pass
    end = head.index(b"\r\n\r\n") + 4
    console.recv(end)
    if b"200" not in head.split(b"\r\n")[0]:
        sys.exit("refused")
    console.sendall(sys.stdin.buffer.readline())
    while heard := console.recv(4096):
        sys.stdout.buffer.write(heard)
        sys.stdout.buffer.flush()
