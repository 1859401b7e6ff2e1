"""Calls a method over gRPC and prints what comes back as JSON: ADDRESS METHOD KEY COMPRESSION COUNT < message.

COMPRESSION is none, gzip or deflate. The call is made COUNT times, a line each.
"""

import json
import sys

import grpc
from google.protobuf import json_format
from google.rpc import error_details_pb2, status_pb2

address, method, key, compression, count = sys.argv[1:]
message = sys.stdin.buffer.read()
kinds = {"gzip": grpc.Compression.Gzip, "deflate": grpc.Compression.Deflate}
kind = kinds.get(compression, grpc.Compression.NoCompression)
metadata = (("authorization", f"Bearer {key}"),) if key else ()
with grpc.insecure_channel(address, options=[("grpc.max_send_message_length", -1)]) as channel:
    call = channel.unary_unary(method)
    for _ in range(int(count)):
        try:
            answer = call(message, metadata=metadata, compression=kind, timeout=30)
            print(json.dumps({"code": "OK", "answer": answer.hex()}))
        except grpc.RpcError as error:
            said = {"code": error.code().name, "message": error.details()}
            for name, value in error.trailing_metadata() or ():
                if name == "grpc-status-details-bin":
                    status = status_pb2.Status.FromString(value)
                    for detail in status.details:
                        info = error_details_pb2.RetryInfo()
                        if detail.Unpack(info):
                            said["retry_seconds"] = info.retry_delay.seconds
                    said["status"] = json_format.MessageToDict(status)["code"]
            print(json.dumps(said))
