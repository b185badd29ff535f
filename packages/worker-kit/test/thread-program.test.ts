import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { type MessagePort, Worker } from 'node:worker_threads';
import { expect, onTestFinished, test, vi } from 'vitest';
import { scriptProgram, type ThreadProgram } from '../src/host/thread-program.js';

const SCRIPT = `
const { parentPort, workerData } = require('node:worker_threads');
const isStrict = (function () { return this === undefined; })();
parentPort.on('message', (bytes) => {
  workerData.program.compiledTo.postMessage(bytes);
  parentPort.postMessage('tried');
});
importModule('node:path').then(({ sep }) => {
  const compiled = workerData.program.compiled;
  if (compiled) compiled.fill(0);
  parentPort.postMessage({ isStrict, sep, had: compiled?.length ?? 0 });
});
`;

const scriptFile = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'cooperage-program-'));
  onTestFinished(async () => rm(folder, { recursive: true }));
  const file = join(folder, 'script.cjs');
  await writeFile(file, SCRIPT);
  return file;
};

/** Starts a thread, and tells what it says first; then gives it something to hand out as the compiled form. */
const runThread = async (program: ThreadProgram, forged?: Uint8Array) => {
  const { entry, data, transfer } = program();
  const worker = new Worker(entry, {
    workerData: data,
    transferList: [...transfer] as MessagePort[],
  });
  const next = () =>
    new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
  const said = await next();
  if (forged !== undefined) {
    const answered = next();
    worker.postMessage(forged);
    await answered;
  }
  await worker.terminate();
  return said as { readonly isStrict: boolean; readonly sep: string; readonly had: number };
};

const compiledFor = (program: ThreadProgram) => program().data.program?.compiled;

test('the first thread compiles the script, and each after it gets a copy of the form', async () => {
  const program = scriptProgram(await scriptFile());
  expect(await runThread(program)).toEqual({ isStrict: true, sep, had: 0 });
  await vi.waitUntil(() => compiledFor(program) !== undefined, 60_000);
  const form = Buffer.from(compiledFor(program)!);
  expect(form.length).toBeGreaterThan(100);
  // The script wipes what it was given.
  expect(await runThread(program)).toMatchObject({ isStrict: true, had: form.length });
  expect(await runThread(program)).toMatchObject({ isStrict: true, had: form.length });
  expect(form.equals(compiledFor(program)!)).toBe(true);
});

test('what runs in a thread later cannot hand out a form', async () => {
  const program = scriptProgram(await scriptFile());
  await runThread(program, Uint8Array.of(1, 2, 3));
  await vi.waitUntil(() => compiledFor(program) !== undefined, 60_000);
  const form = Buffer.from(compiledFor(program)!);
  await runThread(program, Uint8Array.of(1, 2, 3));
  expect(form.equals(compiledFor(program)!)).toBe(true);
  expect(form.length).toBeGreaterThan(100);
});

test('a form that this V8 refuses is not used, and made again', async () => {
  const file = await scriptFile();
  const program = scriptProgram(file);
  await runThread(program);
  await vi.waitUntil(() => compiledFor(program) !== undefined, 60_000);
  // As if it had been made by another engine.
  compiledFor(program)!.fill(7);
  await runThread(program);
  await vi.waitUntil(() => compiledFor(program)![0] !== 7, 60_000);
  expect(await runThread(program)).toMatchObject({ isStrict: true });
});
