/** A shard was declared lost: what that does to those that were linked with it, in one crank. */
import { ALL, homeOf, isObject, type ObjectRef, type PeerID, type Ref } from '../message.js';
import { applyEmbargoed } from './arrivals.js';
import { settle } from './routing.js';
import { leadOf, linkTo, need, promiseOf, REJECTION, type Shard } from './shard.js';

/** After all that it had sent is taken, so that every grant and every message of its has its effect, or none anywhere. */
export const peerLost = (shard: Shard, peer: PeerID): void => {
  for (const [ref, row] of [...shard.objects.rows]) {
    if (row.lent[peer] === undefined) continue;
    const { [peer]: _held, ...lent } = row.lent;
    shard.objects.put(ref, { ...row, lent });
  }
  shard.links.put(peer, { ...linkTo(shard, peer), needs: {}, isLost: true });
  for (const [key, link] of [...shard.links.rows]) {
    if (link.needs[peer] === undefined) continue;
    // It waits for the loss, which comes after all that the peer has sent.
    shard.links.put(key, { ...link, needs: { ...link.needs, [peer]: ALL } });
  }
  for (const [ref, row] of [...shard.promises.rows]) {
    if (row.names[peer] === undefined) continue;
    const { [peer]: _name, ...names } = row.names;
    shard.promises.put(ref, { ...row, names });
  }
  for (const [key, ref] of [...shard.names.rows]) {
    if (!key.startsWith(`${peer}|`)) continue;
    shard.names.delete(key);
    if (promiseOf(shard, ref).via?.peer === peer) settle(shard, ref, REJECTION);
  }
  for (const [key, ref] of [...shard.embargoes.rows]) {
    if (!key.startsWith(`${peer}|`)) continue;
    const lead = embargoedLead(shard, ref);
    if (lead !== undefined && homeOf(lead) !== shard.id) need(shard, homeOf(lead), peer, ALL);
    applyEmbargoed(shard, key);
  }
};

const embargoedLead = (shard: Shard, ref: Ref): ObjectRef | undefined => {
  const [only] = promiseOf(shard, ref).embargo?.data.slots ?? [];
  if (only === undefined) return undefined;
  const lead = leadOf(shard, only.ref);
  return isObject(lead) ? lead : undefined;
};
