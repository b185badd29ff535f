import { describe, expect, it } from 'vitest';
import { exploreLinks } from '../../src/links/explore.js';
import { LINK_RULES, type LinkRule } from '../../src/links/rules.js';
import { runWorlds } from '../../src/links/run-worlds.js';
import { planOf, runWorld } from '../../src/links/world/run-world.js';

describe('shards that are linked', () => {
  it('keep every promise in two hundred worlds, in which everything happens that can', () => {
    const { failures, counts } = runWorlds({ from: 1, seeds: 200 });
    expect(failures).toEqual([]);
    const happened = [
      ...['send', 'resolve', 'retire', 'echo', 'echoed', 'grant', 'gc', 'gone', 'create'],
      ...[
        'crash',
        'warm',
        'cold',
        'lose',
        'lateRefused',
        'readTwice',
        'forged',
        'caught',
        'heldBack',
      ],
      ...['fork', 'upgrade', 'end', 'suspend'],
    ];
    for (const what of happened) expect([what, counts[what] ?? 0]).not.toEqual([what, 0]);
    // What came late from a former owner never counts.
    expect(counts['lateKept']).toBeUndefined();
  });

  it('do the same for the same seed', () => {
    expect(runWorld(planOf(7))).toEqual(runWorld(planOf(7)));
  });

  it.each(Object.keys(LINK_RULES) as LinkRule[])('need the rule %s', (rule) => {
    const { failures } = runWorlds({ from: 1, seeds: 2_000, without: [rule], stopsAtFirst: true });
    expect(failures).toHaveLength(1);
  });
});

describe('the smallest world of two shards', () => {
  it('holds in every order of its steps', () => {
    expect(exploreLinks({ crashes: 0 })).toEqual({ states: 1_425, ends: 5, deepest: 32 });
  });

  it.each(['embargo', 'atomic'] as const)('is found to need the rule %s', (rule) => {
    expect(() => exploreLinks({ without: [rule] })).toThrow();
  });
});
