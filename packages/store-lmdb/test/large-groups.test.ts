import { Worker } from 'node:worker_threads';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openLmdbBackend } from '../src/index.js';
import { isLargeGroup, makeLargeGroupWriter } from '../src/large-groups/large-group-writer.js';
import { temporaryFolder } from './helpers/temporary-folder.js';

const ROWS = 12_345;

const rowsOf = (count: number, value: string): Map<string, string | null> =>
  new Map(Array.from({ length: count }, (_, i) => [`row ${i}`, `${value}:${i}`]));

const openTemporary = async () => {
  const folder = temporaryFolder();
  const backend = await openLmdbBackend(folder);
  onTestFinished(() => backend.close());
  const commit = (writes: Map<string, string | null>) =>
    backend.commit({ epoch: backend.epoch, sequence: backend.committed + 1, writes });
  return { folder, backend, commit };
};

it('a large group is taken to its thread in pieces, between which the event loop turns', async () => {
  const folder = temporaryFolder();
  const backend = await openLmdbBackend(folder);
  onTestFinished(() => backend.close());
  const writer = makeLargeGroupWriter(join(folder, 'store.mdb'), true);
  let most = 0;
  let atOnce = 0;
  let turns = 0;
  let over = false;
  const turn = (): void => {
    turns += 1;
    atOnce = 0;
    if (!over) setImmediate(turn);
  };
  setImmediate(turn);
  await writer.take(rowsOf(ROWS, 'new'), () => {
    atOnce += 1;
    most = Math.max(most, atOnce);
  });
  over = true;
  expect(most).toBeLessThanOrEqual(1_000);
  expect(turns).toBeGreaterThanOrEqual(12);
  await writer.close();
});

it('what is large is counted by rows and by characters', () => {
  expect(isLargeGroup(rowsOf(4_000, 'x'))).toBe(false);
  expect(isLargeGroup(rowsOf(4_001, 'x'))).toBe(true);
  expect(isLargeGroup(new Map([['key', 'x'.repeat(4_000_001)]]))).toBe(true);
});

it('large and small groups follow one another, with values and keys of every kind', async () => {
  const { backend, commit } = await openTemporary();
  await commit(
    new Map([
      ['row 0', 'old'],
      ['gone', 'x'],
    ]),
  );
  const writes = rowsOf(ROWS, 'new').set('gone', null).set('\ud800 lone', 'a\udc00b').set('', '');
  await commit(writes);
  await commit(new Map([['row 1', 'newer']]));
  expect(backend.committed).toBe(3);
  expect(
    ['row 0', 'row 1', `row ${ROWS - 1}`, 'gone', '\ud800 lone', ''].map((key) => backend.get(key)),
  ).toEqual(['new:0', 'newer', `new:${ROWS - 1}`, undefined, 'a\udc00b', '']);
});

it('a row that is too large anywhere in a large group leaves nothing of it, and the next group is written', async () => {
  const { backend, commit } = await openTemporary();
  const bad = rowsOf(ROWS, 'bad').set('k'.repeat(401), 'x');
  await expect(commit(bad)).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  expect(backend.get('row 0')).toBe(undefined);
  const good = new Map([...rowsOf(ROWS, 'good')].slice(5_000));
  await commit(good);
  expect([backend.get('row 0'), backend.get('row 5000')]).toEqual([undefined, 'good:5000']);
  expect(backend.committed).toBe(1);
});

it('a view that began before a large group shows nothing of it', async () => {
  const { backend, commit } = await openTemporary();
  await commit(rowsOf(ROWS, 'old'));
  const view = backend.view();
  await commit(rowsOf(ROWS, 'new'));
  expect([view.get('row 7'), backend.get('row 7')]).toEqual(['old:7', 'new:7']);
  await view.release();
});

it('where the thread that writes ends, the group fails and the store accepts no more groups', async () => {
  const { backend, commit } = await openTemporary();
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the thread as `this`
  const { postMessage } = Worker.prototype;
  onTestFinished(() => {
    Worker.prototype.postMessage = postMessage;
  });
  Worker.prototype.postMessage = function (this: Worker, message: unknown) {
    if ((message as readonly unknown[])[0] === 'commit') void this.terminate();
    else postMessage.call(this, message);
  };
  await expect(commit(rowsOf(ROWS, 'new'))).rejects.toMatchObject({ code: 'STORE_FAILED' });
  await expect(commit(new Map([['key', 'x']]))).rejects.toMatchObject({ code: 'STORE_FAILED' });
  expect(backend.get('row 0')).toBe(undefined);
});
