/** What workers say while a kernel is closed is no matter of anybody's. */
import { makeKernelStore, makeMemoryBackend } from '@cooperage/store';
import type { CapData, VatWorkerHost, VatWorkerSink } from '@cooperage/types';
import { expect, test } from 'vitest';
import { makeRunner } from '../src/runner/runner.js';

const NOTHING: CapData<never> = { body: '#"#undefined"', slots: [] };

test('a worker that fails while its host is stopped ends nothing', async () => {
  const sinks: VatWorkerSink[] = [];
  const workers: VatWorkerHost = {
    start: (_spec, sink) => {
      sinks.push(sink);
      return {
        replay: () => undefined,
        deliver: () => undefined,
        stop: () => Promise.resolve(),
      };
    },
    stop: () => {
      for (const sink of sinks) sink.exited({ kind: 'time-limit', message: 'too late' });
      return Promise.resolve();
    },
  };
  const ended: string[] = [];
  const runner = makeRunner({
    store: makeKernelStore(makeMemoryBackend()),
    workers,
    order: 'arrival',
    onOutput: () => 'foreground',
    events: { vatEnded: (vatID) => ended.push(vatID), workerLost: (vatID) => ended.push(vatID) },
  });
  runner.input((host) =>
    host.createVat(
      {
        name: 'slow',
        bundleID: `b1-${'0'.repeat(128)}`,
        window: 1,
        ownThread: false,
        crankTimeLimit: 1_000,
        liveslots: 'cooperage',
      } as never,
      NOTHING,
    ),
  );
  runner.start();
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  expect(sinks).toHaveLength(1);
  await runner.close();
  expect(ended).toEqual([]);
});
