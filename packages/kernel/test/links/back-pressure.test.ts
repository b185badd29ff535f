/** A vat that sends faster than a peer takes waits, as it does for an inbox. */
import { describe, expect, it } from 'vitest';
import { call, send, type TestVat } from '../core/a-kernel.js';
import { findRoot, type LinkedKernel, makeCluster } from './a-cluster.js';

/** Vat alice at kernel 0 has bob of kernel 1 as o-1. At most four messages may be on their way from one to the other. */
const aliceAndBob = () => {
  const cluster = makeCluster(2, 4);
  const [here, there] = cluster.kernels as [LinkedKernel, LinkedKernel];
  const bob = there.vat('bob', 100);
  const { ref } = findRoot(cluster, 0, 1, bob.root);
  const alice = here.vat('alice', 1, ref);
  return { cluster, here, there, alice, ref };
};

const ask = (kernel: LinkedKernel, vat: TestVat): void => {
  kernel.input((host) => host.send(vat.root, call('go')));
};

/** Alice sends so many messages to bob in one crank. */
const tellBob = (here: LinkedKernel, alice: TestVat, count: number): void => {
  ask(here, alice);
  alice.next();
  alice.does(...Array.from({ length: count }, (_, i) => send('o-1', `m${i}`)));
};

describe('a link that is too long', () => {
  it('slows the vat that sends, until it is below half of its limit', () => {
    const { cluster, here, alice } = aliceAndBob();
    const { backPressure, links } = here.core.kernel.tables;
    tellBob(here, alice, 4);
    expect(backPressure.receiver(alice.vatID)).toBeUndefined();
    tellBob(here, alice, 1);
    expect(backPressure.receiver(alice.vatID)).toBe('s1~1');
    ask(here, alice);
    here.insistSound();
    for (let left = 5; left > 2; left -= 1) {
      expect(alice.deliveries()).toEqual([]);
      cluster.convey(0, 1);
    }
    expect(links.length(cluster.kernels[1]!.self)).toBe(2);
    expect(alice.deliveries()).toEqual([]);
    cluster.convey(0, 1);
    expect(backPressure.receiver(alice.vatID)).toBeUndefined();
    expect(alice.deliveries()).toHaveLength(1);
    here.insistSound();
  });

  it('slows no vat that sends to others', () => {
    const { here, alice } = aliceAndBob();
    const carol = here.vat('carol');
    tellBob(here, alice, 9);
    ask(here, carol);
    expect(carol.next()[0]).toBe('message');
  });

  it('slows no vat any more when the peer is lost', () => {
    const { here, there, alice } = aliceAndBob();
    tellBob(here, alice, 9);
    ask(here, alice);
    expect(alice.deliveries()).toEqual([]);
    here.input((host) => host.peerLost(there.self, 'its disk is gone'));
    expect(alice.deliveries()).toHaveLength(1);
    here.insistSound();
  });

  it('closes no cycle: the peer takes messages whatever waits there', () => {
    const { cluster, here, there, alice } = aliceAndBob();
    tellBob(here, alice, 9);
    ask(here, alice);
    there.input((host) => host.offer('other', undefined));
    expect(cluster.convey(0, 1)).toBe('taken');
    cluster.settle();
    expect(alice.deliveries()).toHaveLength(1);
    expect(there.keys('link.s0~1.slows')).toEqual([]);
  });
});
