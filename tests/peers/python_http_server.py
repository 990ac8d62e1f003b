# SPDX-License-Identifier: GPL-3.0-or-later
"""A request typed in a command file, answered by Python's http.server."""
import http.server
import threading

from common import Sosh

CLIENT = r"""
c = create_connection 127.0.0.1 $1
sendall c "GET /there HTTP/1.0\r\n" "Host: localhost\r\n\r\n"
answer = recv c 64K MSG_WAITALL       => ~"^.HTTP/1.0 200 OK"
print $answer                         => ~"you asked for /there"
close c
"""


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"you asked for " + self.path.encode())

    def log_message(self, *_):
        pass


with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with Sosh(CLIENT, server.server_port):
        pass
    server.shutdown()
