import {
  isPeerID,
  isPromiseRef,
  type KObject,
  type KPromise,
  type KRef,
  type PeerID,
} from '@cooperage/types';
import type { PromiseName } from '../../links/link-message.js';
import { sumOf } from '../../tables/links/link-rows.js';
import { isOrphan } from '../../tables/references/objects.js';
import { endOf, keys, numberAtEnd } from '../../tables/schema.js';
import { type Check, countData, krefsWithPrefix } from '../context.js';

/** Counts the references that one peer holds, and those that are on their way to and from it. */
const countPeer = ({ tables, counted, report }: Check, peer: PeerID): void => {
  const { backPressure, links, promises } = tables;
  const { sent, conveyed = 0, lost } = links.peer(peer);
  let last: number | undefined;
  for (const [n] of links.sent(peer)) {
    if (last !== undefined && n !== last + 1) report(keys.linkSent(peer, n), `follows ${last}`);
    last = n;
  }
  if (last !== undefined && last !== sent) report(keys.peer(peer), `sent ${sent}, kept ${last}`);
  const kept = [...links.sent(peer)].length;
  if (kept !== sent - conveyed) {
    report(keys.peer(peer), `sent ${sent}, conveyed ${conveyed}, kept ${kept}`);
  }
  for (const sender of backPressure.senders(peer)) {
    if (backPressure.receiver(sender) !== peer) {
      report(keys.linkSlows(peer), `${sender} is not slowed by this link`);
    }
  }
  for (const [name, kp] of links.names(peer)) {
    const key = keys.linkName(peer, name);
    counted.retain(kp);
    if (lost !== undefined) report(key, 'the peer is lost');
    const row = promises.find(kp);
    if (row === undefined) report(key, `${kp} does not exist`);
    else if (row.state === 'unresolved') {
      const isVia = links.via(kp)?.name === name && links.via(kp)?.peer === peer;
      if (!isVia && links.told(kp, peer) !== name) report(key, 'it is neither decided nor told');
    }
  }
  for (const ko of links.lentTo(peer)) {
    const { by = {}, keeps = false } = links.lent(peer, ko) ?? {};
    if (sumOf(by) > 0) counted.retain(ko);
    else if (keeps) counted.recognize(ko);
    else report(keys.lent(peer, ko), 'the peer holds nothing');
    if (links.far(ko) !== undefined) report(keys.lent(peer, ko), 'it is an object of a peer');
  }
};

const countEmbargoes = (check: Check): void => {
  const { tables, rows, counted, report } = check;
  for (const key of rows.keys('link.', 'link/')) {
    const [, peer, kind, name] = key.split('.') as [string, PeerID, string, PromiseName];
    if (kind !== 'e') continue;
    const { promise, data } = tables.links.embargo(peer, name) ?? {};
    if (promise === undefined || data === undefined) continue;
    counted.retain(promise);
    countData(check, data);
    const row = tables.promises.find(promise);
    if (row?.state !== 'unresolved' || row.decider !== undefined) {
      report(key, `${promise} is decided, or resolved already`);
    }
  }
};

/** Counts what peers hold. */
export const countHeldByPeers = (check: Check): void => {
  const { tables, counted } = check;
  for (const peer of tables.links.peers()) countPeer(check, peer);
  countEmbargoes(check);
  for (const [, object] of tables.hostNames.list('offered')) counted.retain(object as KRef);
};

/** The rows of peers' objects match in both directions; promises that peers decide or subscribe to have names. */
export const checkLinks = ({ tables, rows, report }: Check): void => {
  const { links, objects, promises } = tables;
  for (const kref of krefsWithPrefix(rows, 'ko')) {
    const { owner } = objects.get(kref as KObject);
    const far = links.far(kref as KObject);
    if (isPeerID(owner) ? far?.home !== owner : far !== undefined && !isOrphan(owner)) {
      report(kref, `owned by ${owner}, and of ${far?.home ?? 'this kernel'}`);
    }
    if (far !== undefined && links.findFar(far.home, far.id) !== kref) {
      report(keys.far(kref as KObject), 'its number leads elsewhere');
    }
  }
  for (const key of rows.keys('far.', 'far/')) {
    if (!rows.has(key.slice('far.'.length))) report(key, 'the object does not exist');
  }
  for (const key of rows.keys('link.', 'link/')) {
    const [, home, kind] = key.split('.') as [string, PeerID, string];
    if (kind !== 'o') continue;
    const ko = links.findFar(home, numberAtEnd(key));
    if (ko === undefined || links.far(ko)?.home !== home) report(key, 'no object of the peer');
  }
  for (const key of rows.keys('via.', 'via/')) {
    const kp = key.slice('via.'.length) as KPromise;
    const { peer, name } = links.via(kp) ?? {};
    const row = promises.find(kp);
    if (row?.state !== 'unresolved' || row.decider !== peer)
      report(key, 'the peer does not decide it');
    if (peer !== undefined && name !== undefined && links.promise(peer, name) !== kp) {
      report(key, 'its name leads elsewhere');
    }
  }
  for (const kref of krefsWithPrefix(rows, 'kp')) {
    const kp = kref as KPromise;
    const { decider, subscribers } = promises.get(kp);
    if (isPeerID(decider) && links.via(kp) === undefined)
      report(kp, `${decider} has no name for it`);
    const told = [...rows.keys(`told.${kp}.`, endOf(`told.${kp}.`))].map(
      (key) => key.slice(`told.${kp}.`.length) as PeerID,
    );
    const peers = subscribers.filter(isPeerID);
    if (told.length !== peers.length || !peers.every((peer) => told.includes(peer))) {
      report(kp, `told to ${told.join(' ')}, subscribers ${peers.join(' ')}`);
    }
    for (const peer of told) {
      const name = links.told(kp, peer);
      if (name !== undefined && links.promise(peer, name) !== kp) {
        report(kp, `its name for ${peer} leads elsewhere`);
      }
    }
  }
  for (const key of rows.keys('told.', 'told/')) {
    const kref = key.split('.')[1] as KPromise;
    if (!isPromiseRef(kref) || !rows.has(kref)) report(key, 'the promise does not exist');
  }
};
