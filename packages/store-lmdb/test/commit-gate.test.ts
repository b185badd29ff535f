import { expect, it } from 'vitest';
import { openCommitGate } from '../src/files/commit-gate.js';
import { openLmdbBackend } from '../src/open-lmdb-backend.js';
import { openLmdbView } from '../src/view.js';
import { temporaryFolder } from './helpers/temporary-folder.js';

it('a commit and an open of the same store wait for each other', async () => {
  const folder = temporaryFolder();
  const backend = await openLmdbBackend(folder);
  // Another process, as far as locks go: they belong to the open file.
  const other = openCommitGate(folder);
  expect(other.enter()).toBeUndefined();
  const told: string[] = [];
  const group = { epoch: backend.epoch, sequence: 1, writes: new Map([['a', 'b']]) };
  const committed = backend.commit(group).then(() => told.push('committed'));
  const viewed = openLmdbView(folder).then(async (view) => {
    told.push('viewed');
    await view.release();
  });
  // Long enough for both, if nothing kept them.
  for (let i = 0; i < 20; i += 1) await new Promise((resolve) => setTimeout(resolve, 5));
  told.push('left');
  other.leave();
  await Promise.all([committed, viewed]);
  expect(told[0]).toBe('left');
  expect(told.slice(1).sort()).toEqual(['committed', 'viewed']);
  expect(backend.get('a')).toBe('b');
  other.close();
  await backend.close();
});

it('what is in at the same time in one process shares the gate', async () => {
  const folder = temporaryFolder();
  const [ours, other] = [openCommitGate(folder), openCommitGate(folder)];
  expect(ours.enter()).toBeUndefined();
  expect(ours.enter()).toBeUndefined();
  const entered = other.enter();
  expect(entered).toBeInstanceOf(Promise);
  ours.leave();
  let isIn = false;
  void entered?.then(() => (isIn = true));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(isIn).toBe(false);
  ours.leave();
  await entered;
  other.leave();
  ours.close();
  other.close();
});
