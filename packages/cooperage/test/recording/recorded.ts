import { join } from 'node:path';
import { makeKernelStore, makeMemoryBackend, type MemoryBackend } from '@cooperage/store';
import type { KernelStore } from '@cooperage/types';
import { E, makeService, openKernel } from '../../src/index.js';

const vat = (name: string) => join(import.meta.dirname, 'vats', `${name}.js`);

interface Counter {
  add(by: number): { heard: number; count: number };
  fail(): void;
}

interface Listener {
  forget(): void;
}

/** What a kernel with two vats and a service has kept when it was closed. */
export const record = async (history = true): Promise<MemoryBackend> => {
  const backend = makeMemoryBackend();
  const kernel = await openKernel({
    config: {
      bootstrap: 'counter',
      vats: { counter: { source: vat('counter') }, listener: { source: vat('listener') } },
    },
    store: backend,
    history,
    on: { console: () => undefined },
    services: { clerk: makeService(({ method, args }) => `${method} ${String(args[0])}`) },
  });
  await kernel.run();
  const counter = kernel.root<Counter>('counter');
  await Promise.all([E(counter).add(1), E(counter).add(2)]);
  await E(counter)
    .fail()
    .catch(() => undefined);
  await E(kernel.root<Listener>('listener')).forget();
  await kernel.close();
  return backend.reopen();
};

export type Rows = Map<string, string>;

/** A store with these rows. */
export const storeOf = async (rows: Rows): Promise<KernelStore> => {
  const backend = makeMemoryBackend();
  await backend.commit({ sequence: 1, epoch: backend.epoch, writes: rows });
  return makeKernelStore(backend);
};
