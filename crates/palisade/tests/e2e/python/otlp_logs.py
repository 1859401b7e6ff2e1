"""Sends what stands on standard input, a line a record, with the OpenTelemetry SDK: URL KEY SERVICE."""

import logging
import sys

from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource

url, key, service = sys.argv[1:]
provider = LoggerProvider(resource=Resource.create({"service.name": service, "host.name": "otel-1"}))
exporter = OTLPLogExporter(endpoint=f"{url}/v1/logs", headers={"Authorization": f"Bearer {key}"})
provider.add_log_record_processor(BatchLogRecordProcessor(exporter))
logger = logging.getLogger("shop.checkout")
logger.setLevel(logging.INFO)
logger.addHandler(LoggingHandler(logger_provider=provider))
logger.propagate = False
for line in sys.stdin:
    logger.warning(line.rstrip("\n"), extra={"order": 7})
if not provider.force_flush(30_000):
    sys.exit("the exporter could not send everything")
provider.shutdown()
