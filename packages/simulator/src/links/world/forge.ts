/** What a shard says that was taken over: anything about anything. */
import type { ObjectRef, Op, PeerID, Slot } from '../message.js';
import { nextNumber, post } from '../protocol/shard.js';
import type { Random } from '../../random.js';
import { idsOf } from './database.js';
import type { Run } from './run.js';
import { crank, type Process } from './process.js';

const anyObject = (random: Random, homes: readonly PeerID[]): ObjectRef =>
  `o.${random.pick(homes)}.${1 + random.below(6)}`;

const anyName = (random: Random, peers: readonly PeerID[]): string =>
  `${random.pick(peers)}#${1 + random.below(12)}`;

const anySlot = (random: Random, peers: readonly PeerID[]): Slot =>
  random.chance(0.6)
    ? {
        object: anyObject(random, peers),
        must: [],
        ...(random.chance(0.5) && { via: { peer: random.pick(peers), n: 1 } }),
      }
    : { promise: anyName(random, peers), birth: 0, hops: 0, must: [] };

const KINDS = { send: 3, resolve: 3, heard: 2, echoed: 1, grant: 3, gc: 3, gone: 1, create: 1 };

const anyOp = (random: Random, peers: readonly PeerID[], id: string): Op => {
  const slots = Array.from({ length: random.below(3) }, () => anySlot(random, peers));
  const name = anyName(random, peers);
  const object = anyObject(random, peers);
  switch (random.weighted(KINDS)) {
    case 'send':
      return {
        ...{ op: 'send', id, must: [], slots, birth: 0, freed: undefined, hops: random.below(3) },
        kinds: slots.map((slot) => ('object' in slot ? 'o' : 'p')).join(''),
        target: random.chance(0.5) ? { object } : { promise: name },
        result: random.chance(0.5) ? name : null,
      };
    case 'resolve':
      return {
        op: 'resolve',
        settled: [{ name, data: { isReject: false, leads: slots.length === 1, slots } }],
      };
    case 'heard':
      return { op: random.chance(0.5) ? 'retire' : 'echo', name };
    case 'echoed':
      return { op: 'echoed', name, at: random.pick(peers), upTo: random.below(9) };
    case 'grant':
      return { op: 'grant', object, peer: random.pick(peers) };
    case 'gc':
      return {
        op: 'gc',
        objects: [[object, { [random.pick(peers)]: 1 + random.below(2) }, random.chance(0.3)]],
      };
    case 'gone':
      return { op: 'gone', objects: [object] };
    case 'create':
      return { op: 'create', result: name };
  }
};

export const forge = ({ world, random }: Run, liar: Process): void => {
  const peers = idsOf(world.database);
  crank(world.database, liar, (shard) => {
    const to = random.pick(peers.filter((peer) => peer !== shard.id));
    post(shard, to, anyOp(random, peers, `forged:${shard.id}:${nextNumber(shard, 'forged')}`));
  });
};
