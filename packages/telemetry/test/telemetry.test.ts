/** What OpenTelemetry is told of a kernel, by its own exporters. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { type KernelEvents, openKernel } from 'cooperage';
import { expect, it } from 'vitest';
import { observeKernel } from '../src/index.js';

const VAT = `
export const buildRootObject = () =>
  Far('root', {
    ask: (peer) => E(peer).answer('a "quoted" text'),
    answer: (text) => text.length,
  });`;

it('each crank is a span in the trace of its cause, with histograms beside it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cooperage-telemetry-'));
  const source = join(folder, 'vat.js');
  writeFileSync(source, VAT);
  const spans = new InMemorySpanExporter();
  const figures = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({
    exporter: figures,
    exportIntervalMillis: 2_147_483_647,
  });
  const meterProvider = new MeterProvider({ readers: [reader] });
  const tracerProvider = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(spans)],
  });
  const retired: KernelEvents['retired'][] = [];
  const kernel = await openKernel({
    config: { threads: 1, crankTimeLimit: 60_000, vats: { ann: { source }, bob: { source } } },
  });
  try {
    kernel.on('retired', (event) => void retired.push(event));
    const stop = observeKernel(kernel, { tracerProvider, meterProvider });
    expect(await kernel.send('ann', 'ask', [kernel.root('bob')])).toBe(15);
    await kernel.run();
    stop();
    await kernel.send('ann', 'ask', [kernel.root('bob')]);

    const made = spans.getFinishedSpans();
    const find = (name: string): ReadableSpan => {
      const found = made.filter((span) => span.name === name);
      expect(found).toHaveLength(1);
      return found[0] as ReadableSpan;
    };
    const [ask, answer, notify] = [find('ask'), find('answer'), find('notify')];
    expect(ask.parentSpanContext).toBeUndefined();
    expect(ask.attributes).toMatchObject({
      'cooperage.vat.id': 'v1',
      'cooperage.delivery': 'message',
      'cooperage.target': 'o+0',
      'cooperage.method': 'ask',
    });
    for (const [effect, cause] of [
      [answer, ask],
      [notify, answer],
    ] as const) {
      expect(effect.parentSpanContext?.spanId).toBe(cause.spanContext().spanId);
      expect(effect.spanContext().traceId).toBe(cause.spanContext().traceId);
      expect(effect.links.map(({ context }) => context.spanId)).toEqual([
        cause.spanContext().spanId,
      ]);
    }
    // Nothing of it is in what the vats were sent.
    expect(JSON.stringify(retired)).not.toContain(ask.spanContext().traceId);

    const answered = retired.find(({ method }) => method === 'answer');
    expect(answered).toMatchObject({
      vatID: 'v2',
      tag: 'message',
      target: 'o+0',
      cause: { vatID: 'v1', n: ask.attributes['cooperage.crank'] },
      duration: expect.any(Number) as number,
      waited: expect.any(Number) as number,
    });
    await meterProvider.forceFlush();
    const names = figures
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics)
      .flatMap(({ metrics }) => metrics)
      .map(({ descriptor }) => descriptor.name);
    expect(names).toEqual(
      expect.arrayContaining([
        'cooperage.crank.duration',
        'cooperage.inbox.wait',
        'cooperage.commit.duration',
      ]),
    );
  } finally {
    await kernel.close();
    await meterProvider.shutdown();
    rmSync(folder, { recursive: true, force: true });
  }
});
