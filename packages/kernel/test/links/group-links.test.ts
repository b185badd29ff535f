import { expect, it } from 'vitest';
import { groupLinks } from '../../src/index.js';
import { makeCluster, peerID } from './a-cluster.js';

it('finds the messages of a group in order, and what it has taken', () => {
  const sent = (n: string, text: string) => [`link.s1~1.s.${n.padStart(9, '0')}`, text] as const;
  expect(
    groupLinks(
      new Map<string, string | null>([
        sent('10', 'later'),
        sent('z', 'sooner'),
        ['link.s1~1.s.000000002', null],
        ['link.s1~1.p.s0~1#2', 'kp4'],
        ['peer.s2~1', JSON.stringify({ sent: 4, taken: 7, needs: {} })],
        ['peer.s3~1', JSON.stringify({ sent: 1, taken: 0, needs: {} })],
        ['v1.in.000000001', '[]'],
      ]),
    ),
  ).toEqual({
    sent: [
      { peer: 's1~1', n: 35, text: 'sooner' },
      { peer: 's1~1', n: 36, text: 'later' },
    ],
    taken: [{ peer: 's2~1', upTo: 7 }],
  });
});

it('finds what the rows of a kernel say', () => {
  const cluster = makeCluster(2);
  const [one, two] = cluster.kernels as [
    (typeof cluster.kernels)[number],
    (typeof cluster.kernels)[number],
  ];
  one.input((host) => host.find(two.self, 'a name'));
  const rowsOf = (kernel: typeof one) =>
    groupLinks(
      new Map(
        ['link.', 'peer.'].flatMap((prefix) =>
          kernel
            .keys(prefix)
            .map((key) => [key, kernel.core.kernel.tables.rows.get(key) as string] as const),
        ),
      ),
    );
  const [message] = rowsOf(one).sent;
  expect(message).toMatchObject({ peer: peerID(1), n: 1 });
  expect(message?.text).toBe(JSON.stringify(one.sent(two.self)[0]));
  cluster.settle();
  expect(rowsOf(two).taken).toEqual([{ peer: peerID(0), upTo: 2 }]);
});
