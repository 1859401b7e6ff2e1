"""Receivers over TLS: a mail server with STARTTLS, one that is encrypted from the first byte, and a web server.

Arguments: # What clients do wrong here they do on purpose.
logging.disable()
warnings.simplefilter("ignore")

certificate, key, newest version of TLS. Prints a line with their three ports, then a line of JSON for
everything that they take. Ends when its input does.
"""

import asyncio
import http.server
import json
import logging
import ssl
import sys
import threading
import warnings

from aiosmtpd.smtp import SMTP, AuthResult

certificate, key, newest = sys.argv[1:4]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
if newest == "TLSv1_1":
    # What OpenSSL speaks to nobody unless it is told to.
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("ALL:@SECLEVEL=0")
context.maximum_version = ssl.TLSVersion[newest]


def told(way, tls, text):
    print(json.dumps({"way": way, "tls": tls, "text": text}), flush=True)


class Mailbox:
    def __init__(self, way):
        self.way = way

    async def handle_DATA(self, server, session, envelope):
        tls = server.transport.get_extra_info("ssl_object").version()
        told(self.way, tls, f"{session.auth_data} {envelope.content.decode()}")
        return "250 taken"


def sign_in(server, session, envelope, mechanism, data):
    right = data.login == b"palisade" and data.password == b"opensesame"
    return AuthResult(success=right, auth_data=data.login.decode())


def starttls():
    return SMTP(
        Mailbox("starttls"), tls_context=context, require_starttls=True, auth_required=True, authenticator=sign_in
    )


def encrypted():
    return SMTP(Mailbox("tls"), auth_require_tls=False, auth_required=True, authenticator=sign_in)


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        told("https", self.connection.version(), body.decode())
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


class Web(http.server.ThreadingHTTPServer):
    def get_request(self):
        stream, peer = super().get_request()
        return context.wrap_socket(stream, server_side=True), peer

    def handle_error(self, *_):
        pass


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda *_: None)
    first = await loop.create_server(starttls, "127.0.0.1", 0)
    second = await loop.create_server(encrypted, "127.0.0.1", 0, ssl=context)
    web = Web(("127.0.0.1", 0), Hook)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    ports = [server.sockets[0].getsockname()[1] for server in (first, second)] + [web.server_port]
    print(*ports, flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
