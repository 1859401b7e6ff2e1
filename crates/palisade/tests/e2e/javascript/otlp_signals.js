// Sends logs, metrics and a trace with the OpenTelemetry SDK: http|proto|grpc URL KEY SERVICE.
// The URL is that of the listener for the protocol.
"use strict";

const { SpanKind, SpanStatusCode, context, trace } = require("@opentelemetry/api");
const { SeverityNumber } = require("@opentelemetry/api-logs");
const { resourceFromAttributes } = require("@opentelemetry/resources");
const { BatchLogRecordProcessor, LoggerProvider } = require("@opentelemetry/sdk-logs");
const { MeterProvider, PeriodicExportingMetricReader } = require("@opentelemetry/sdk-metrics");
const { BasicTracerProvider, BatchSpanProcessor } = require("@opentelemetry/sdk-trace-base");

const [protocol, url, key, service] = process.argv.slice(2);
const { OTLPLogExporter } = require(`@opentelemetry/exporter-logs-otlp-${protocol}`);
const { OTLPMetricExporter } = require(`@opentelemetry/exporter-metrics-otlp-${protocol}`);
const { OTLPTraceExporter } = require(`@opentelemetry/exporter-trace-otlp-${protocol}`);

function options(path) {
  if (protocol !== "grpc") {
    return { url: `${url}${path}`, headers: { Authorization: `Bearer ${key}` } };
  }
  const { Metadata } = require("@grpc/grpc-js");
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${key}`);
  return { url, metadata };
}

// Failures to export are reported to the global error handler only.
let failed = false;
const { setGlobalErrorHandler } = require("@opentelemetry/core");
setGlobalErrorHandler((error) => {
  failed = true;
  console.error(error);
});

async function main() {
  const resource = resourceFromAttributes({ "service.name": service, "host.name": "otel-1" });

  const traces = new BasicTracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter(options("/v1/traces")))],
  });
  const tracer = traces.getTracer("shop.tracer");
  const checkout = tracer.startSpan("checkout", { kind: SpanKind.SERVER, attributes: { cart: 7 } });
  const inside = trace.setSpan(context.active(), checkout);

  const logs = new LoggerProvider({
    resource,
    processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter(options("/v1/logs")) })],
  });
  logs.getLogger("shop.checkout").emit({
    severityNumber: SeverityNumber.WARN,
    body: "order paid",
    attributes: { order: 7 },
    context: inside,
  });

  const charge = tracer.startSpan("charge", { kind: SpanKind.CLIENT }, inside);
  charge.addEvent("declined", { code: 51 });
  charge.setStatus({ code: SpanStatusCode.ERROR, message: "card declined" });
  charge.end();
  checkout.end();

  const exporter = new OTLPMetricExporter(options("/v1/metrics"));
  const metrics = new MeterProvider({
    resource,
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
  });
  const meter = metrics.getMeter("shop.meter", "1.2.3");
  meter.createCounter("orders", { unit: "1" }).add(3, { route: "/a" });
  meter.createUpDownCounter("queue", { unit: "1" }).add(-2);
  meter.createGauge("temperature", { unit: "Cel" }).record(21.5);
  const latency = meter.createHistogram("latency", { unit: "ms" });
  [1, 2, 40].forEach((value) => latency.record(value));

  // Shutting down sends what is left.
  for (const provider of [traces, logs, metrics]) {
    await provider.shutdown();
  }
}

main().then(
  () => process.exit(failed ? 1 : 0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
