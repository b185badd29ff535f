/** More vats than places: whoever waits gets a turn, and whoever made room comes back. */
import { makeKernelStore, makeMemoryBackend } from '@cooperage/store';
import type {
  CapData,
  KObject,
  NumberedDelivery,
  VatID,
  VatWorkerHost,
  VatWorkerSink,
} from '@cooperage/types';
import { expect, test } from 'vitest';
import { makeRunner } from '../src/runner/runner.js';

const NOTHING: CapData<never> = { body: '#"#undefined"', slots: [] };
const CALL: CapData<never> = { body: '#["go",[]]', slots: [] };

/** Vats that do nothing, one task after they are asked to. */
const idlers: VatWorkerHost = {
  start: (_spec, sink: VatWorkerSink) => {
    let stopped = false;
    return {
      replay: () => undefined,
      deliver: (deliveries) => {
        setImmediate(() => {
          if (stopped) return;
          const records = deliveries.map((text) => {
            const { n } = JSON.parse(text) as NumberedDelivery;
            return JSON.stringify({ n, status: ['ok'], syscalls: [], usage: null });
          });
          sink.records(records);
        });
      },
      stop: () => {
        stopped = true;
        return Promise.resolve();
      },
    };
  },
  stop: () => Promise.resolve(),
};

test.each([1, 2, 32])('three busy vats share one place (window %i)', async (window) => {
  const runner = makeRunner({
    store: makeKernelStore(makeMemoryBackend()),
    workers: idlers,
    order: 'arrival',
    residency: { vats: 1 },
    onOutput: (number) => {
      queueMicrotask(() => runner.settleOutput(number));
      return 'foreground';
    },
  });
  const made: { vatID: VatID; root: KObject }[] = ['ann', 'ben', 'cid'].map((name) =>
    runner.input((host) =>
      host.createVat(
        {
          name,
          bundleID: `b1-${'0'.repeat(128)}`,
          window,
          ownThread: false,
          crankTimeLimit: 1_000,
          liveslots: 'cooperage',
        } as never,
        NOTHING,
      ),
    ),
  );
  runner.input((host) => {
    for (const { root } of made) host.pin(root);
  });
  await runner.run();
  for (const { root } of made) {
    for (let i = 0; i < 450; i += 1) runner.input((host) => host.send(root, CALL));
  }
  await runner.run();
  const { windows } = runner.core.kernel.tables;
  expect(made.map(({ vatID }) => windows.acked(vatID) >= 451)).toEqual([true, true, true]);
  expect(runner.stats().online).toBe(1);
  await runner.close();
});
