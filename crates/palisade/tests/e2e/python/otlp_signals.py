"""Sends logs, metrics and a trace with the OpenTelemetry SDK: http|grpc URL KEY SERVICE [COMPRESSION].

The URL is that of the listener for the protocol. The program itself says nothing that the SDK's documentation does not.
"""

import logging
import sys

from opentelemetry import trace
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

protocol, url, key, service, *rest = sys.argv[1:]
if protocol == "http":
    from opentelemetry.exporter.otlp.proto.http import Compression
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    compression = Compression(rest[0] if rest else "none")
    headers = {"Authorization": f"Bearer {key}"}
    log_exporter = OTLPLogExporter(endpoint=f"{url}/v1/logs", headers=headers, compression=compression)
    metric_exporter = OTLPMetricExporter(endpoint=f"{url}/v1/metrics", headers=headers, compression=compression)
    span_exporter = OTLPSpanExporter(endpoint=f"{url}/v1/traces", headers=headers, compression=compression)
else:
    import grpc
    from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

    compression = grpc.Compression.Gzip if rest == ["gzip"] else grpc.Compression.NoCompression
    options = {
        "endpoint": url,
        "insecure": True,
        "headers": (("authorization", f"Bearer {key}"),),
        "compression": compression,
    }
    log_exporter = OTLPLogExporter(**options)
    metric_exporter = OTLPMetricExporter(**options)
    span_exporter = OTLPSpanExporter(**options)

resource = Resource.create({"service.name": service, "host.name": "otel-1"})

logs = LoggerProvider(resource=resource)
logs.add_log_record_processor(BatchLogRecordProcessor(log_exporter))
logger = logging.getLogger("shop.checkout")
logger.setLevel(logging.INFO)
logger.addHandler(LoggingHandler(logger_provider=logs))
logger.propagate = False

metrics = MeterProvider([PeriodicExportingMetricReader(metric_exporter, 3_600_000)], resource)
meter = metrics.get_meter("shop.meter", "1.2.3")
meter.create_counter("orders", "1").add(3, {"route": "/a"})
meter.create_up_down_counter("queue", "1").add(-2)
meter.create_gauge("temperature", "Cel").set(21.5)
latency = meter.create_histogram("latency", "ms")
for value in (1.0, 2.0, 40.0):
    latency.record(value)

traces = TracerProvider(resource=resource)
traces.add_span_processor(BatchSpanProcessor(span_exporter))
tracer = traces.get_tracer("shop.tracer")
with tracer.start_as_current_span("checkout", kind=trace.SpanKind.SERVER, attributes={"cart": 7}):
    logger.warning("order paid", extra={"order": 7})
    with tracer.start_as_current_span("charge", kind=trace.SpanKind.CLIENT) as span:
        span.add_event("declined", {"code": 51})
        span.set_status(trace.Status(trace.StatusCode.ERROR, "card declined"))

# Metrics are sent by their shutdown; flushing too would send every point twice.
flushed = [traces.force_flush(30_000), logs.force_flush(30_000)]
if not all(flushed):
    sys.exit(f"the exporters could not send everything: {flushed}")
for provider in (traces, metrics, logs):
    provider.shutdown()
