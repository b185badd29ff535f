/** What workers say while a kernel is closed is no matter of anybody's. */
import { makeKernelStore, makeMemoryBackend } from '@cooperage/store';
import type { CapData, VatWorkerHost, VatWorkerSink } from '@cooperage/types';
import { expect, test } from 'vitest';
import { makeRunner } from '../src/runner/runner.js';

const NOTHING: CapData<never> = { body: '#"#undefined"', slots: [] };

const VAT = {
  name: 'slow',
  bundleID: `b1-${'0'.repeat(128)}`,
  window: 8,
  ownThread: false,
  crankTimeLimit: 1_000,
  liveslots: 'cooperage',
} as never;

/** A turn of the event loop. */
const turn = () =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

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
  runner.input((host) => host.createVat(VAT, NOTHING));
  runner.start();
  await turn();
  expect(sinks).toHaveLength(1);
  await runner.close();
  expect(ended).toEqual([]);
});

test('what is behind a record that is given up is not retired, though a run is waited for', async () => {
  const record = (n: number, syscalls: readonly unknown[]): string =>
    JSON.stringify({ n, status: ['ok'], syscalls, usage: null });
  // So much to do that it takes many slices.
  const large = Array.from({ length: 20_000 }, (_, i) => [
    ['send', 'o+0', { methargs: { body: '#["m",[]]', slots: [] }, result: `p+${i + 5}` }],
  ]);
  let sink: VatWorkerSink | undefined;
  const workers: VatWorkerHost = {
    start: (_spec, given) => {
      sink = given;
      return {
        replay: () => undefined,
        deliver: () => undefined,
        stop: () => Promise.resolve(),
      };
    },
    stop: () => Promise.resolve(),
  };
  const ended: string[] = [];
  const runner = makeRunner({
    store: makeKernelStore(makeMemoryBackend()),
    workers,
    order: 'arrival',
    onOutput: () => 'foreground',
    events: { vatEnded: (_vatID, _name, _isFailure, reason) => ended.push(reason) },
  });
  const { root } = runner.input((host) => host.createVat(VAT, NOTHING));
  const go = { body: '#["go",[]]', slots: [] };
  const run = runner.run();
  run.catch(() => undefined);
  await turn();
  sink?.records([record(1, [])]);
  await turn();
  runner.input((host) => host.send(root, go));
  runner.input((host) => host.send(root, go));
  await turn();
  sink?.records([record(2, large), record(3, [])]);
  while (!runner.core.isRetiring) await turn();
  await runner.close();
  await expect(run).rejects.toMatchObject({ code: 'CLOSED' });
  expect(ended).toEqual([]);
});
