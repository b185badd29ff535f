/** A peer that was taken over says what it likes: nothing of it is applied, and the kernel goes on. */
import { hasCode } from '@cooperage/types';
import { describe, expect, it } from 'vitest';
import { call } from '../core/a-kernel.js';
import { findRoot, type LinkedKernel, linkRows, makeCluster } from './a-cluster.js';

/** Kernel 0 has the root of bob at kernel 1, which is honest; kernel 2 is not. */
const victim = () => {
  const cluster = makeCluster(3);
  const [kernel, honest, hostile] = cluster.kernels as [LinkedKernel, LinkedKernel, LinkedKernel];
  const bob = honest.vat('bob');
  const alice = kernel.vat('alice', 1, findRoot(cluster, 0, 1, bob.root).ref);
  const { links } = kernel.core.kernel.tables;
  const says = (...parts: unknown[]): unknown => {
    const n = links.peer(hostile.self).taken + 1;
    return kernel.input((host) => host.arrive(hostile.self, JSON.stringify([n, 0, ...parts])));
  };
  return { cluster, kernel, honest, hostile, alice, says };
};

const isCorrupt = (act: () => unknown): boolean => {
  try {
    act();
  } catch (error) {
    return hasCode(error, 'LINK_CORRUPT');
  }
  return false;
};

const BODY = '#["go",[]]';
const DEEP = `#${'['.repeat(400)}${']'.repeat(400)}`;

const LIES: readonly (readonly [what: string, ...parts: unknown[]])[] = [
  ['no op', 'destroy'],
  ['an op of the prototype', 'toString'],
  ['too few parts', 'send', 'o.s0~1.1', BODY],
  ['a target of another kernel', 'send', 'o.s1~1.1', BODY, [], null, 1],
  ['a target that is no reference', 'send', 'ko1', BODY, [], null, 1],
  ['a promise that was never named', 'send', 'p.s0~1#1', BODY, [], null, 1],
  ['a result under the name of this kernel', 'send', 'o.s0~1.1', BODY, [], 's0~1#9', 1],
  ['a result under the name of a third one', 'send', 'o.s0~1.1', BODY, [], 's1~1#9', 1],
  ['a promise under the name of a third one', 'send', 'o.s0~1.1', BODY, ['p.s1~1#9.0'], null, 1],
  ['a slot that is none', 'send', 'o.s0~1.1', BODY, ['o.s0~1.0'], null, 1],
  ['a grant of a third one', 'send', 'o.s0~1.1', BODY, ['o.s1~1.1@s1~1.7'], null, 1],
  ['a grant for its own object', 'send', 'o.s0~1.1', BODY, ['o.s2~1.1@s2~1.7'], null, 1],
  ['data that is too deep', 'send', 'o.s0~1.1', DEEP, [], null, 1],
  ['data that is too long', 'send', 'o.s0~1.1', `#"${'x'.repeat(2_000_001)}"`, [], null, 1],
  ['a resolution of a promise of a third one', 'resolve', [['s0~1#1', false, '#1', []]]],
  ['a resolution that is no array', 'resolve', 7],
  ['an answer to no echo', 'echoed', 's0~1#1', 's1~1', 4],
  ['a retired name that was never given', 'retire', 's0~1#1'],
  ['a grant to itself', 'grant', 1, 's2~1'],
  ['a grant to this kernel', 'grant', 1, 's0~1'],
  ['what it was never given, given back', 'gc', [[1, { 's0~1': 1 }, false]]],
  ['a count below one', 'gc', [[1, { 's0~1': 0 }, false]]],
  ['a count that is no number', 'gc', [[1, { 's0~1': '1' }, false]]],
  ['a peer that is none', 'gc', [[1, { ['__proto__x']: 1 }, false]]],
  ['a name that is no text', 'find', 5, 's2~1#1'],
];

describe('a hostile peer', () => {
  it.each(LIES)('is refused: %s', (_what, ...parts) => {
    const { kernel, says } = victim();
    const before = [...kernel.keys()].map((key) => [key, kernel.tables.get(key)]);
    expect(isCorrupt(() => says(...parts))).toBe(true);
    expect([...kernel.keys()].map((key) => [key, kernel.tables.get(key)])).toEqual(before);
    kernel.insistSound();
  });

  it.each(['', '{', 'null', '[]', '[1]', '[1,0]', '["1",0,"gone",[]]', '[1,[],"gone",[]]'])(
    'is refused: %j',
    (text) => {
      const { kernel, hostile } = victim();
      expect(isCorrupt(() => kernel.input((host) => host.arrive(hostile.self, text)))).toBe(true);
    },
  );

  it('is refused where a number is left out, and cannot make its own link wait for itself', () => {
    const { kernel, hostile } = victim();
    const say = (text: string) => kernel.input((host) => host.arrive(hostile.self, text));
    expect(isCorrupt(() => say('[2,0,"gone",[]]'))).toBe(true);
    expect(isCorrupt(() => say('[1,{"s2~1":4},"gone",[]]'))).toBe(true);
  });

  it('reaches no object that it was not given', () => {
    const { kernel, hostile, alice, says } = victim();
    expect(says('send', 'o.s0~1.1', BODY, [], 's2~1#1', 1)).toBe('taken');
    expect(says('send', 'o.s0~1.1', BODY, ['o.s0~1.1'], 's2~1#2', 1)).toBe('taken');
    expect(alice.deliveries()).toEqual([]);
    const answers = kernel.sent(hostile.self).map(([, , op, settled]) => {
      const [[name, isReject, , , by] = []] = settled as unknown[][];
      return [op, name, isReject, by];
    });
    expect(answers).toEqual([
      ['resolve', 's2~1#1', true, { code: 'OBJECT_GONE' }],
      ['resolve', 's2~1#2', true, { code: 'OBJECT_GONE' }],
    ]);
    kernel.insistSound();
  });

  it('holds up no other link with the number of a grant that does not exist, where the host knows that', () => {
    const { kernel, honest, hostile } = victim();
    const n = kernel.core.kernel.tables.links.peer(honest.self).taken + 1;
    // The honest kernel was told that it holds something by message 900 of the hostile one.
    const text = `[${n},{"s2~1":900},"find","unknown","s1~1#900"]`;
    const say = (sent?: Record<string, number>) =>
      kernel.input((host) => host.arrive(honest.self, text, sent));
    expect(say()).toBe('waits');
    expect(say({ [hostile.self]: 900 })).toBe('waits');
    expect(say({ [hostile.self]: 899 })).toBe('taken');
    kernel.insistSound();
  });

  it('cannot take away what another one holds by a grant that it may not give', () => {
    const { cluster, kernel, honest, alice, says } = victim();
    kernel.input((host) => host.offer('alice', alice.root));
    const found = honest.input((host) => host.find(kernel.self, 'alice'));
    cluster.settle();
    const { slots } = honest.core.kernel.tables.promises.getData(found);
    const before = linkRows(kernel);
    expect(says('grant', 2, 's1~1')).toBe('taken');
    expect(linkRows(kernel)).toEqual(before);
    expect(slots).toHaveLength(1);
    honest.input((host) => host.send(slots[0] as never, call('hello')));
    cluster.settle();
    expect(alice.deliveries()).toHaveLength(1);
  });
});
