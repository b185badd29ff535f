/** Tells OpenTelemetry what a kernel does. */
import {
  type Attributes,
  type MeterProvider,
  metrics,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type TracerProvider,
} from '@opentelemetry/api';
import { insistOptions, object, type OptionTable, wholeNumber } from '@cooperage/types';
import type { CooperageKernel, KernelEvents } from 'cooperage';
import { makeRecentSpans } from './recent-spans.js';

export interface TelemetryOptions {
  /** Those that the process has registered, unless they are given. */
  readonly tracerProvider?: TracerProvider;
  readonly meterProvider?: MeterProvider;
  /** Cranks whose trace goes on with what they have caused; 100,000 unless it is given. */
  readonly recentCranks?: number;
}

const OPTIONS = {
  tracerProvider: { value: object('a TracerProvider of OpenTelemetry', 'getTracer') },
  meterProvider: { value: object('a MeterProvider of OpenTelemetry', 'getMeter') },
  recentCranks: { value: wholeNumber(0, Number.MAX_SAFE_INTEGER) },
} as const satisfies OptionTable;

type RetiredEvent = KernelEvents['retired'];

const SCOPE = '@cooperage/telemetry';
const RECENT = 100_000;

const attributesOf = (
  { vatID, n, tag, target, method, syscalls, computrons }: RetiredEvent,
  vat: string | undefined,
): Attributes => ({
  'cooperage.vat.id': vatID,
  'cooperage.crank': n,
  'cooperage.syscalls': syscalls,
  ...(vat !== undefined && { 'cooperage.vat.name': vat }),
  ...(tag !== undefined && { 'cooperage.delivery': tag }),
  ...(target !== undefined && { 'cooperage.target': target }),
  ...(method !== undefined && { 'cooperage.method': method }),
  ...(computrons > 0 && { 'cooperage.computrons': computrons }),
});

const makeHistograms = (provider: MeterProvider) => {
  const meter = provider.getMeter(SCOPE);
  const milliseconds = (name: string, description: string) =>
    meter.createHistogram(name, { description, unit: 'ms' });
  return {
    crank: milliseconds('cooperage.crank.duration', 'time that a crank took'),
    inbox: milliseconds(
      'cooperage.inbox.wait',
      'time from a cause until its delivery is handed out',
    ),
    commit: milliseconds(
      'cooperage.commit.duration',
      'time from the retirement of a crank until it is durable',
    ),
    replay: meter.createHistogram('cooperage.replay.length', {
      description: 'cranks that a worker runs again when it starts',
      unit: '{crank}',
    }),
  };
};

/**
 * A span for each crank, in the trace of the crank that caused it and linked to it, and histograms. Kernels that are not
 * observed pay nothing for it.
 *
 * @returns a function that ends it
 * @throws {CooperageError} `BAD_ARGUMENT`
 */
export const observeKernel = (
  kernel: CooperageKernel,
  options: TelemetryOptions = {},
): (() => void) => {
  insistOptions('observeKernel', options, OPTIONS);
  const tracer = (options.tracerProvider ?? trace.getTracerProvider()).getTracer(SCOPE);
  const histograms = makeHistograms(options.meterProvider ?? metrics.getMeterProvider());
  const recent = makeRecentSpans(options.recentCranks ?? RECENT);
  const names = new Map<string, string>();
  /** When the oldest crank that is not durable was retired. */
  let undurable: number | undefined;

  const span = (event: RetiredEvent): void => {
    const { vatID, n, tag, method, cause, duration = 0, refused, suspended } = event;
    const origin = cause === undefined ? undefined : recent.find(cause);
    const end = Date.now();
    const made = tracer.startSpan(
      method ?? tag ?? 'crank',
      {
        kind: SpanKind.CONSUMER,
        startTime: end - duration,
        attributes: attributesOf(event, names.get(vatID)),
        ...(origin !== undefined && { links: [{ context: origin }] }),
      },
      origin === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, origin),
    );
    const failure = refused?.message ?? suspended;
    if (failure !== undefined) made.setStatus({ code: SpanStatusCode.ERROR, message: failure });
    made.end(end);
    recent.keep({ vatID, n }, made.spanContext());
  };

  const stops = [
    kernel.on('vat-ready', ({ vatID, name }) => void names.set(vatID, name)),
    kernel.on('vat-ended', ({ vatID }) => void names.delete(vatID)),
    kernel.on('retired', (event) => {
      const { tag, duration, waited } = event;
      const about = { 'cooperage.delivery': tag ?? 'unknown' };
      if (duration !== undefined) histograms.crank.record(duration, about);
      if (waited !== undefined) histograms.inbox.record(waited, about);
      undurable ??= performance.now();
      span(event);
    }),
    kernel.on('committed', () => {
      if (undurable !== undefined) histograms.commit.record(performance.now() - undurable);
      undurable = undefined;
    }),
    kernel.on('worker-started', ({ toReplay }) => histograms.replay.record(toReplay)),
  ];
  return () => {
    for (const stop of stops) stop();
  };
};
