/** A vat whose history takes another course when it is run again gets nothing more, and takes nobody with it. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { KernelEvents } from '../src/host/events.js';
import { cooperage, projectWith } from './cli/processes.js';
import { fixture, openForTest, temporaryDirectory } from './helpers.js';
import { rewriteTranscript } from './rewrite-transcript.js';

const source = fixture('worker-vat.js');
const config = { vats: { a: { source }, b: { source } } };

let directory: string;
/** Has the transcript of vat `a` say again that it answered 1. */
let mend: () => Promise<void>;

const open = async () => {
  const events: KernelEvents['vat-quarantined'][] = [];
  const kernel = await openForTest({
    directory,
    config,
    on: { 'vat-quarantined': (event) => events.push(event) },
  });
  return { kernel, events };
};

beforeEach(async () => {
  directory = temporaryDirectory();
  const { kernel } = await open();
  for (const count of [1, 2, 3]) expect(await kernel.send('a', 'increment')).toBe(count);
  await kernel.send('b', 'increment');
  await kernel.close();
  mend = await rewriteTranscript(directory, 'v1', (text) => text.replaceAll('#1"', '#41"'));
});

describe('a vat that does not repeat its history', () => {
  it('is reported with the first syscall that differs, and others go on', async () => {
    const { kernel, events } = await open();
    const waiting = kernel.send('a', 'increment');
    waiting.catch(() => undefined);
    expect(await kernel.send('b', 'increment')).toBe(2);
    expect((await kernel.run()).reason).toBe('idle');
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ vatID: 'v1', name: 'a' });
    expect(events[0]?.expected).toContain('#41');
    expect(events[0]?.actual).toContain('#1');
    const [found] = kernel.quarantine.quarantined();
    expect(found).toMatchObject({ vatID: 'v1', name: 'a', n: events[0]?.n });
    // Its inbox keeps, also in the next process.
    await kernel.close();
    const { kernel: again, events: later } = await open();
    expect(again.quarantine.quarantined()).toHaveLength(1);
    expect(await again.send('b', 'increment')).toBe(3);
    await again.run();
    expect(later).toEqual([]);
  });

  it('may try again, and goes on where the reason is gone', async () => {
    const { kernel, events } = await open();
    kernel.send('a', 'increment').catch(() => undefined);
    await kernel.run();
    kernel.quarantine.release('a');
    await kernel.run();
    expect(events).toHaveLength(2);
    expect(kernel.quarantine.quarantined()).toHaveLength(1);
    await kernel.close();

    await mend();
    const { kernel: mended } = await open();
    mended.quarantine.release('a');
    await mended.run();
    expect(mended.quarantine.quarantined()).toEqual([]);
    // What had waited was delivered: 4.
    expect(await mended.send('a', 'count')).toBe(4);
    expect(() => mended.quarantine.release('a')).toThrow(/not in quarantine/);
    expect(() => mended.quarantine.release('nobody')).toThrow(/no vat is named/);
  });

  it('may be ended: whoever waits for it is told', async () => {
    const { kernel } = await open();
    const waiting = expect(kernel.send('a', 'increment')).rejects.toThrow(/given up/);
    await kernel.run();
    kernel.quarantine.terminate('a', 'given up');
    await waiting;
    expect(kernel.quarantine.quarantined()).toEqual([]);
    expect(await kernel.send('b', 'increment')).toBe(2);
  });
});

it('on the command line it is listed, tried again, and ended', async () => {
  const folder = await projectWith({ vats: config.vats, directory });
  const { kernel } = await open();
  kernel.send('a', 'increment').catch(() => undefined);
  await kernel.run();
  await kernel.close();
  const listed = await cooperage(['quarantine'], folder);
  expect([listed.code, listed.stdout]).toEqual([1, expect.stringContaining('did not repeat')]);
  const tried = await cooperage(['quarantine', 'a', '--release'], folder);
  expect([tried.code, tried.stdout]).toEqual([1, expect.stringContaining('v1 a')]);
  const ended = await cooperage(['quarantine', 'a', '--terminate', 'given up'], folder);
  expect([ended.code, ended.stdout]).toEqual([0, expect.stringContaining('no vat is')]);
  expect((await cooperage(['quarantine', 'a', '--release'], folder)).code).not.toBe(0);
});

it('in issue order the others go on, too', async () => {
  const kernel = await openForTest({ directory, config, order: 'issue' });
  kernel.send('a', 'increment').catch(() => undefined);
  expect(await kernel.send('b', 'increment')).toBe(2);
  expect((await kernel.run()).reason).toBe('idle');
  expect(kernel.quarantine.quarantined()).toHaveLength(1);
});
