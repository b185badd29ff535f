import {
  callback,
  flag,
  type GroupLinks,
  insistOptions,
  insistPeerID,
  type LinkSource,
  optionsOf,
  type OptionTable,
  type PeerID,
  type ReadGroupLinks,
  type StoreBackend,
} from '@cooperage/types';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { groupOf } from '../store/fixture.js';
import { ODD_STRINGS } from '../store/strings.js';

/** A store with links. */
export type LinkedStore = StoreBackend & { readonly links: LinkSource };

/** Several stores whose kernels are linked. */
export interface LinkFixture {
  /** Opens the store of a shard, new and empty the first time. Again: takes it over from the handle before. */
  open(shard: 's0' | 's1' | 's2'): Promise<LinkedStore>;
  /** Gives up what a shard has, and begins it again as the next incarnation. */
  lose(shard: string): Promise<void>;
  /** Opens a shard whose next commit is durable although no answer comes, so that the store has to find out. */
  openInDoubt?(shard: 's0'): Promise<LinkedStore>;
}

export interface LinkSuite {
  /**
   * Makes the stores of one test.
   * @param read what the stores are to find in their groups
   */
  setup(read: ReadGroupLinks): Promise<LinkFixture>;
  /** Removes them; every handle may still be open. */
  teardown?(fixture: LinkFixture): Promise<void>;
  readonly supports: {
    /** A commit whose answer is lost on the way. */
    readonly doubt: boolean;
  };
}

const SUITE = {
  setup: { value: callback, required: true },
  teardown: { value: callback },
  supports: {
    value: optionsOf(
      { doubt: { value: flag, required: true } },
      'an object of what can be tested of it',
    ),
    required: true,
  },
} as const satisfies Record<keyof LinkSuite, OptionTable[string]>;

/** Rows of this suite: `to.PEER.N` is a message, `from.PEER` is how many were taken. */
const read: ReadGroupLinks = (writes) => {
  const rows = [...writes].flatMap(([key, value]) =>
    value === null ? [] : [[key.split('.'), value] as const],
  );
  const links: GroupLinks = {
    sent: rows.flatMap(([[what, peer, n], text]) =>
      what === 'to' ? [{ peer: insistPeerID(peer), n: Number(n), text }] : [],
    ),
    taken: rows.flatMap(([[what, peer], upTo]) =>
      what === 'from' ? [{ peer: insistPeerID(peer), upTo: Number(upTo) }] : [],
    ),
  };
  return links;
};

const peer = (text: string): PeerID => insistPeerID(text);
const ALL: ReadonlyMap<PeerID, number> = new Map();

const commit = (
  store: StoreBackend,
  rows: Iterable<readonly [key: string, value: string | null]>,
): Promise<void> => store.commit(groupOf(store, rows));

const numbersOf = async (
  { links }: LinkedStore,
  after: ReadonlyMap<PeerID, number> = ALL,
): Promise<(string | number)[]> =>
  (await links.read(after)).flatMap((message) => [message.peer, message.n]);

/**
 * The behaviour of a {@link LinkSource}, as tests:
 *
 *     linkCompliance({
 *       setup: async (read) => { const cluster = makeMemoryCluster(read); return { open: async (s) => cluster.open(s), … }; },
 *       supports: { doubt: false },
 *     });
 */
export const linkCompliance = (suite: LinkSuite): void => {
  const { supports } = insistOptions('linkCompliance', suite, SUITE);

  describe('links between stores', () => {
    let fixture: LinkFixture;
    let one: LinkedStore;
    let two: LinkedStore;

    beforeEach(async () => {
      fixture = await suite.setup(read);
      one = await fixture.open('s0');
      two = await fixture.open('s1');
    });
    afterEach(async () => {
      await suite.teardown?.(fixture);
    });

    it('give each store the name of its shard and incarnation, and the names of the others', async () => {
      expect([one.links.self, two.links.self]).toEqual(['s0~1', 's1~1']);
      expect(await one.links.state()).toEqual({ peers: ['s1~1'], taken: new Map() });
    });

    it('have a message when its group is committed, with the rows of the group', async () => {
      expect(await two.links.read(ALL)).toEqual([]);
      await commit(one, [
        ['to.s1~1.1', 'hello'],
        ['row', 'value'],
      ]);
      expect(await two.links.read(ALL)).toEqual([{ peer: 's0~1', n: 1, text: 'hello' }]);
      expect(one.get('row')).toBe('value');
      expect(await one.links.read(ALL)).toEqual([]);
    });

    it('have no message of a group that was refused', async () => {
      const late = { ...groupOf(one, [['to.s1~1.1', 'late']]), sequence: 7 };
      await expect(one.commit(late)).rejects.toMatchObject({ code: 'STORE_FAILED' });
      expect(await two.links.read(ALL)).toEqual([]);
    });

    it('have no message of a former owner', async () => {
      await commit(one, [['to.s1~1.1', 'first']]);
      const next = await fixture.open('s0');
      await expect(commit(one, [['to.s1~1.2', 'of a zombie']])).rejects.toMatchObject({
        code: 'STORE_EPOCH_LOST',
      });
      await commit(next, [['to.s1~1.2', 'second']]);
      expect((await two.links.read(ALL)).map(({ text }) => text)).toEqual(['first', 'second']);
    });

    it('take nothing for a former owner of the receiver', async () => {
      await commit(one, [['to.s1~1.1', 'hello']]);
      const next = await fixture.open('s1');
      await expect(commit(two, [['from.s0~1', '1']])).rejects.toMatchObject({
        code: 'STORE_EPOCH_LOST',
      });
      expect(await numbersOf(next)).toEqual(['s0~1', 1]);
      expect((await one.links.state()).taken).toEqual(new Map());
    });

    it('keep the order of each link, whatever the groups and their rows', async () => {
      await commit(one, [
        ['to.s1~1.1', 'a'],
        ['to.s2~1.1', 'x'],
        ['to.s1~1.2', 'b'],
      ]);
      await commit(one, [['to.s1~1.3', 'c']]);
      await commit(one, [['to.s2~1.2', 'y']]);
      const three = await fixture.open('s2');
      await commit(three, [['to.s1~1.1', 'z']]);
      const texts = (await two.links.read(ALL)).map((each) => `${each.peer} ${each.text}`);
      expect(texts.filter((each) => each.startsWith('s0'))).toEqual(['s0~1 a', 's0~1 b', 's0~1 c']);
      expect(texts.filter((each) => each.startsWith('s2'))).toEqual(['s2~1 z']);
      expect((await three.links.read(ALL)).map(({ text }) => text)).toEqual(['x', 'y']);
    });

    it('carry any text', async () => {
      // Texts of messages are JSON, which has no lone surrogates.
      const texts = [...ODD_STRINGS, 'x'.repeat(100_000)].map((text) => JSON.stringify(text));
      await commit(
        one,
        texts.map((text, i) => [`to.s1~1.${i + 1}`, text] as const),
      );
      expect((await two.links.read(ALL)).map(({ text }) => text)).toEqual(texts);
    });

    it('give out what comes after a number, also in the middle of a group', async () => {
      await commit(
        one,
        [1, 2, 3].map((n) => [`to.s1~1.${n}`, String(n)] as const),
      );
      expect(await numbersOf(two, new Map([[peer('s0~1'), 1]]))).toEqual(['s0~1', 2, 's0~1', 3]);
      expect(await numbersOf(two, new Map([[peer('s0~1'), 3]]))).toEqual([]);
      expect(await numbersOf(two, new Map([[peer('s2~1'), 9]]))).toHaveLength(6);
    });

    it('give out of each link something, however much waits on another one', async () => {
      const three = await fixture.open('s2');
      for (let group = 0; group < 5; group += 1) {
        await commit(
          one,
          Array.from(
            { length: 50 },
            (_, i) => [`to.s1~1.${group * 50 + i + 1}`, 'x'.repeat(1_000)] as const,
          ),
        );
      }
      await commit(three, [['to.s1~1.1', 'z']]);
      const read = await two.links.read(ALL);
      expect(read.filter((each) => each.peer === 's2~1')).toHaveLength(1);
      const numbers = read.filter((each) => each.peer === 's0~1').map(({ n }) => n);
      expect(numbers[0]).toBe(1);
      expect(numbers).toEqual(numbers.map((_, i) => i + 1));
    });

    it('say how far each link goes', async () => {
      await commit(one, [
        ['to.s1~1.1', 'a'],
        ['to.s1~1.2', 'b'],
      ]);
      expect(await two.links.newest()).toEqual(new Map([['s0~1', 2]]));
      expect(await one.links.newest()).toEqual(new Map());
    });

    it('delete what was taken, and tell the sender', async () => {
      await commit(
        one,
        [1, 2, 3].map((n) => [`to.s1~1.${n}`, String(n)] as const),
      );
      await commit(two, [['from.s0~1', '2']]);
      expect(await numbersOf(two, new Map([[peer('s0~1'), 2]]))).toEqual(['s0~1', 3]);
      expect((await one.links.state()).taken).toEqual(new Map([['s1~1', 2]]));
      await commit(two, [['from.s0~1', '3']]);
      expect(await numbersOf(two)).toEqual([]);
      expect(await two.links.newest()).toEqual(new Map());
      expect((await one.links.state()).taken).toEqual(new Map([['s1~1', 3]]));
    });

    it('give out again what was not durably taken, to the next process', async () => {
      await commit(one, [['to.s1~1.1', 'a']]);
      expect(await numbersOf(two)).toEqual(['s0~1', 1]);
      const next = await fixture.open('s1');
      expect(await numbersOf(next)).toEqual(['s0~1', 1]);
      await commit(next, [['from.s0~1', '1']]);
      const last = await fixture.open('s1');
      expect(await numbersOf(last)).toEqual([]);
    });

    it('keep what a lost shard had sent, and give it another name', async () => {
      await commit(one, [['to.s1~1.1', 'a']]);
      await commit(two, [['to.s0~1.1', 'b']]);
      await one.close();
      await fixture.lose('s0');
      expect((await two.links.state()).peers).toEqual(['s0~2']);
      expect(await numbersOf(two)).toEqual(['s0~1', 1]);
      const again = await fixture.open('s0');
      expect(again.links.self).toBe('s0~2');
      expect(again.committed).toBe(0);
      // What was sent to the former one is not for the next.
      expect(await numbersOf(again)).toEqual([]);
      await commit(two, [['from.s0~1', '1']]);
      await two.links.forget(peer('s0~1'));
      await commit(again, [['to.s1~1.1', 'c']]);
      expect(await numbersOf(two)).toEqual(['s0~2', 1]);
    });

    it('wake the receiver', async () => {
      const woken = new Promise<void>((resolve) => two.links.onWake(resolve));
      await commit(one, [['to.s1~1.1', 'a']]);
      await woken;
    });

    it.runIf(supports.doubt)('have a message once whose commit was in doubt', async () => {
      const doubtful = await (fixture.openInDoubt as NonNullable<LinkFixture['openInDoubt']>)('s0');
      await commit(doubtful, [['to.s1~1.1', 'a']]);
      await commit(doubtful, [['to.s1~1.2', 'b']]);
      expect(await numbersOf(two)).toEqual(['s0~1', 1, 's0~1', 2]);
    });
  });
};
