/** Runs the programs of `../inside` in the engine, and in V8. */
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { rolldown } from 'rolldown';
import type { Engine } from '../../src/engine/engine.js';
import type { Answer } from '../inside/serve.js';

/** Does an operation of a program in a fresh heap. */
export type RunOperation = (operation: string, text?: string) => Promise<unknown>;

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** One script of a program and all that it imports. */
export const bundleScript = async (name: string): Promise<string> => {
  const bundle = await rolldown({
    input: at(`../inside/${name}.ts`),
    platform: 'neutral',
    resolve: {
      mainFields: ['module', 'main'],
      conditionNames: ['import', 'default'],
      extensionAlias: { '.js': ['.ts', '.js'] },
      alias: { vitest: at('../inside/vitest.ts') },
    },
    plugins: [
      {
        name: 'one lockdown',
        resolveId: (source) =>
          source.endsWith('helpers/lockdown.js') ? at('../../src/inside/lockdown.ts') : null,
      },
    ],
    logLevel: 'silent',
  });
  const { output } = await bundle.generate({ format: 'iife' });
  return output[0].code;
};

const read = (operation: string, text: string | undefined): unknown => {
  if (text === undefined) throw Error(`${operation} did not end`);
  const [kind, value] = JSON.parse(text) as Answer;
  if (kind === 'error') throw Error(value);
  return JSON.parse(value);
};

/** Boots the script once; each operation gets a copy of that heap. */
export const onQuickJS = (engine: Engine, script: string, memoryLimit = 512e6): RunOperation => {
  const powers = { host: () => undefined, poll: () => undefined };
  const booted = engine.boot([engine.compile(script, 'test')], powers);
  const memory = booted.memory().slice();
  const state = booted.state();
  return async (operation, text = '') => {
    const limits = { memoryLimit };
    const machine = engine.restore(state, (fresh) => fresh.set(memory), powers, limits, 'guarded');
    machine.startMeter(undefined);
    machine.call(operation, text);
    return read(operation, machine.call('answer', ''));
  };
};

/** In a worker thread, where the script's surroundings and lockdown hurt nobody. */
const V8_HOST = `
  const { parentPort, workerData } = require('node:worker_threads');
  const task = setImmediate;
  process.on('unhandledRejection', () => {});
  globalThis.host = () => undefined;
  (0, eval)('"use strict";' + workerData.script);
  const { receive } = globalThis;
  const settle = async () => {
    do await new Promise((resolve) => task(resolve));
    while (receive('idle', '') !== undefined);
  };
  parentPort.on('message', async ([operation, text]) => {
    receive(operation, text);
    await settle();
    parentPort.postMessage(receive('answer', ''));
  });
`;

export const onV8 = (script: string): { run: RunOperation; stop: () => Promise<number> } => {
  const worker = new Worker(V8_HOST, { eval: true, workerData: { script } });
  const failed = new Promise<never>((_resolve, reject) => {
    worker.once('error', reject);
  });
  failed.catch(() => undefined);
  return {
    run: async (operation, text = '') => {
      const answer = new Promise<string | undefined>((resolve) => {
        worker.once('message', resolve);
      });
      worker.postMessage([operation, text]);
      return read(operation, await Promise.race([answer, failed]));
    },
    stop: () => worker.terminate(),
  };
};
