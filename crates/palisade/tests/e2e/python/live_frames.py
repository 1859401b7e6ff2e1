"""Subscribes to the live stream with the websockets package and prints each frame: URL KEY FILTER COUNT."""

import sys
from urllib.parse import quote

from websockets.sync.client import connect

url, key, wanted, count = sys.argv[1:]
address = url.replace("http://", "ws://") + "/api/v1/stream?filter=" + quote(wanted, safe="")
headers = {"Authorization": f"Bearer {key}"}
with connect(address, subprotocols=["palisade.v1.json"], additional_headers=headers, proxy=None) as stream:
    print("subscribed", file=sys.stderr, flush=True)
    for _ in range(int(count)):
        print(stream.recv(timeout=60), flush=True)
