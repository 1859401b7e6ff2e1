"""A web server that answers a number of requests and logs them in the Combined format: COUNT. Its port comes first."""

import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"hello\n"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code="-", size="-"):
        when = time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime())
        referer = self.headers.get("Referer", "-")
        agent = self.headers.get("User-Agent", "-")
        print(f'{self.client_address[0]} - - [{when}] "{self.requestline}" {int(code)} 6 "{referer}" "{agent}"', flush=True)


server = HTTPServer(("127.0.0.1", 0), Handler)
server.timeout = 60
print(server.server_port, flush=True)
for _ in range(int(sys.argv[1])):
    server.handle_request()
