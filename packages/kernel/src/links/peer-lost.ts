/** A peer was declared lost: what that does here, in one crank. */
import type { PeerID } from '@cooperage/types';
import type { Messages } from '../messages/messages.js';
import { peerIsLost } from '../messages/routing.js';
import type { KernelTables } from '../tables/kernel-tables.js';
import type { Lending } from './lending.js';
import { MOST_NUMBER } from './link-message.js';
import type { Outbox } from './outbox.js';
import type { Take } from './take.js';

/**
 * Call it when all that the peer had sent is taken, so that every grant and every message of the peer has its effect, or none
 * anywhere.
 */
export const makeLosePeer =
  (
    tables: KernelTables,
    messages: () => Messages,
    { outbox, lending, take }: { outbox: Outbox; lending: Lending; take: Take },
  ) =>
  (peer: PeerID, reason: string): void => {
    const { backPressure, links, objects, promises, references } = tables;
    lending.forgetAll(peer);
    links.putPeer(peer, { ...links.peer(peer), needs: {}, lost: reason });
    for (const [n] of [...links.sent(peer)]) links.deleteSent(peer, n);
    links.putPeer(peer, { ...links.peer(peer), conveyed: links.peer(peer).sent });
    backPressure.shortened(peer);
    for (const other of links.peers()) {
      const row = links.peer(other);
      if (row.needs[peer] === undefined) continue;
      // Its receiver waits for the loss, which comes after all that the peer has sent.
      links.putPeer(other, { ...row, needs: { ...row.needs, [peer]: MOST_NUMBER } });
    }
    for (const ko of links.farOf(peer)) {
      objects.put(ko, { ...objects.get(ko), owner: `none:${peer}` });
      references.recheck(ko);
    }
    for (const [name, kp] of links.names(peer)) {
      links.deleteName(peer, name);
      if (links.told(kp, peer) === name) {
        links.deleteTold(kp, peer);
        const row = promises.get(kp);
        promises.put(kp, { ...row, subscribers: row.subscribers.filter((each) => each !== peer) });
      }
      if (links.via(kp)?.peer === peer) {
        links.deleteVia(kp);
        messages().reject(kp, peerIsLost(peer, reason));
      }
      references.release(kp);
    }
    for (const name of links.embargoes(peer)) {
      const data = links.embargo(peer, name)?.data;
      const home = data === undefined ? undefined : take.homeOfLead(data);
      if (home !== undefined) outbox.need(home, peer, MOST_NUMBER);
      take.applyEmbargoed(peer, name);
    }
  };
