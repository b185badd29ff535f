import { createHash } from 'node:crypto';
import { makeKernelStore, makeMemoryBackend } from '@cooperage/store';
import { describe, expect, test } from 'vitest';
import { checkTables } from '../../src/check/check.js';
import type { HostCall } from '../../src/tables/history.js';
import type { Core } from '../../src/core/core-contract.js';
import { makeCore } from '../../src/core/core.js';
import { repeatCalls } from '../../src/core/repeat-calls.js';
import { BUNDLE_ID, call, data } from './a-kernel.js';

const digest = (texts: readonly string[]): string =>
  createHash('sha256').update(texts.join('')).digest('hex');

const makeHistorian = (
  backend = makeMemoryBackend(),
): { core: Core; store: ReturnType<typeof makeKernelStore> } => {
  const store = makeKernelStore(backend);
  return {
    store,
    core: makeCore({
      tables: store.tables,
      transcripts: store.transcripts,
      order: 'issue',
      digest,
    }),
  };
};

const options = (name: string) => ({
  name,
  bundleID: BUNDLE_ID,
  window: 2,
  ownThread: false,
  crankTimeLimit: 1,
  liveslots: 'x',
});

const record = (n: number, ...syscalls: unknown[]): string =>
  JSON.stringify({ n, status: ['ok'], syscalls: syscalls.map((each) => [each]), usage: null });

/** A life: two vats, a message, an answer, and a record that is refused. */
const live = (core: Core): void => {
  const [alice, bob] = core.input((host) => {
    const made = ['alice', 'bob'].map((name) => host.createVat(options(name), data()));
    for (const { root } of made) host.pin(root);
    host.setName('host', 'note', 'text');
    return made;
  });
  if (alice === undefined || bob === undefined) throw Error('two vats were made');
  core.arrived(alice.vatID, record(1));
  core.retireNext();
  core.arrived(bob.vatID, record(1));
  core.retireNext();
  core.input((host) => host.send(alice.root, call('go')));
  core.arrived(alice.vatID, record(2, ['resolve', [['p-1', false, { body: '#1', slots: [] }]]]));
  core.retireNext();
  core.input((host) => host.setName('host', 'note'));
  core.input((host) => host.send(bob.root, call('go')));
  core.arrived(bob.vatID, record(2, ['dropImports', ['o-77']]));
  core.retireNext();
};

const causes = ({ kernel }: Core): readonly unknown[] => {
  const { history } = kernel.tables;
  const { crank = 0 } = history.newest() ?? {};
  return Array.from({ length: crank }, (_, i) => history.find(i + 1)?.cause);
};

describe('the history', () => {
  test('says why there was each crank: what the host called, whose record was retired, or refused', () => {
    const { core, store } = makeHistorian();
    live(core);
    expect(causes(core)).toEqual([
      [
        'input',
        [
          ['createVat', options('alice'), data()],
          ['createVat', options('bob'), data()],
          ['pin', 'ko1'],
          ['pin', 'ko2'],
          ['setName', 'host', 'note', 'text'],
        ],
      ],
      ['retire', 'v1', 1],
      ['retire', 'v2', 1],
      ['input', [['send', 'ko1', call('go')]]],
      ['retire', 'v1', 2],
      ['input', [['setName', 'host', 'note']]],
      ['input', [['send', 'ko2', call('go')]]],
      ['refuse', 'v2', 2, 'ILLEGAL_SYSCALL'],
    ]);
    expect(checkTables(store.tables)).toEqual([]);
  });

  test('has each crank hashed, chained to the one before: equal for equal lives, and for no others', () => {
    const hashes = (core: Core): (string | undefined)[] =>
      causes(core).map((_, i) => core.kernel.tables.history.find(i + 1)?.hash);
    const [one, two] = [makeHistorian(), makeHistorian()];
    live(one.core);
    live(two.core);
    expect(hashes(one.core)).toEqual(hashes(two.core));
    expect(new Set(hashes(one.core)).size).toBe(8);

    const other = makeHistorian();
    other.core.input((host) => host.setName('host', 'note', 'another text'));
    other.core.input((host) => host.setName('host', 'note', 'text'));
    const third = makeHistorian();
    third.core.input((host) => host.setName('host', 'note', 'a text'));
    third.core.input((host) => host.setName('host', 'note', 'text'));
    // The second cranks do the same, and remember that the first ones did not.
    expect(hashes(other.core)[1]).not.toBe(hashes(third.core)[1]);
  });

  test('knows nothing of an input that was aborted', () => {
    const { core } = makeHistorian();
    live(core);
    const before = core.kernel.tables.history.newest();
    expect(() => core.input((host) => host.unpin('ko999' as never))).toThrow();
    expect(core.kernel.tables.history.newest()).toEqual(before);
  });

  test('goes on after a restart, whatever was read meanwhile', async () => {
    const [calm, restarted] = [makeMemoryBackend(), makeMemoryBackend()];
    const one = makeHistorian(calm);
    live(one.core);
    one.core.input((host) => host.setName('host', 'note', 'text'));
    const two = makeHistorian(restarted);
    live(two.core);
    await two.store.flush();
    const again = makeHistorian(restarted.reopen());
    again.core.input((host) => host.setName('host', 'note', 'text'));
    expect(again.core.kernel.tables.history.newest()).toEqual(
      one.core.kernel.tables.history.newest(),
    );
  });

  test('that begins later says so, and old cranks can be trimmed', () => {
    const backend = makeMemoryBackend();
    const store = makeKernelStore(backend);
    const powers = {
      tables: store.tables,
      transcripts: store.transcripts,
      order: 'issue',
    } as const;
    live(makeCore(powers));
    const core = makeCore({ ...powers, digest });
    core.input((host) => host.setName('host', 'note', 'text'));
    expect(causes(core)).toEqual([['begin'], ['input', [['setName', 'host', 'note', 'text']]]]);

    const { history } = core.kernel.tables;
    core.input((host) => host.setName('host', 'note'));
    core.input(() => history.trim(2));
    expect(history.oldest()).toBe(3);
    core.input(() => history.trim(99));
    expect(history.newest()?.crank).toBe(5);
    expect(checkTables(store.tables)).toEqual([]);
  });

  test('with a gap, or an end that is another, is found by the check', () => {
    const { core, store } = makeHistorian();
    live(core);
    const { tables } = store;
    tables.beginCrank();
    tables.delete('history.000000003');
    tables.set('history.newest', '8 nonsense');
    expect(checkTables(tables).map(({ key }) => key)).toEqual([
      'history.newest',
      'history.000000003',
    ]);
    tables.abortCrank();
  });
});

test.each(['nothing', 'constructor', 'toString', '__proto__', 'hasOwnProperty'])(
  'calls of a history that comes from elsewhere reach no other member of the host: %s',
  (method) => {
    const { core } = makeHistorian();
    const refused = expect.objectContaining({ code: 'BAD_RECORDING' });
    expect(() => core.input((host) => repeatCalls(host, [[method, 'x']]))).toThrow(refused);
  },
);

test('a history of an earlier version is read and replayed: it has the former name of a call', () => {
  const { core, store } = makeHistorian();
  core.input((host) => host.setDeliveryOrder('sequential'));
  const { history } = core.kernel.tables;
  const { hash } = history.find(1) ?? {};
  const written = JSON.stringify(['input', [['takeTurns', 'sequential']]]);
  expect(hash).toBe(digest([` 1 ${written}\n`, '5:10:turns', 'sequential']));
  store.tables.beginCrank();
  store.tables.set('history.000000001', `${hash} ${written}`);
  store.tables.acceptCrank();
  const { cause } = history.find(1) ?? {};
  expect(cause).toEqual(['input', [['setDeliveryOrder', 'sequential']]]);

  const again = makeHistorian();
  again.core.input((host) => repeatCalls(host, cause?.[1] as readonly HostCall[]));
  expect(again.core.kernel.tables.history.newest()?.hash).toBe(hash);
});
