/** The vectors of links, on the kernel: its host has the objects, and sends. */
import { linkVectors, type LinkCall, type LinkKernel } from '@cooperage/compliance';
import {
  type CapData,
  hasCode,
  type KObject,
  type KPromise,
  type KRef,
  type Message,
  type PeerID,
  soleObject,
} from '@cooperage/types';
import { makeTestKernel } from '../core/a-kernel.js';

const capdata = (value: (sigils: readonly string[]) => unknown, slots: readonly KRef[]) => ({
  body: `#${JSON.stringify(value(slots.map((kref, i) => `${kref.startsWith('kp') ? '&' : '$'}${i}`)))}`,
  slots: [...slots],
});

const makeLinkKernel = (): LinkKernel => {
  const kernel = makeTestKernel();
  const { links, outputs, promises } = kernel.core.kernel.tables;
  const given = new Map<string, number>();
  /** Calls that are not settled, by the promises for their answers. */
  const open = new Map<KRef, number>();
  const calls: LinkCall[] = [];
  kernel.input((host) => host.join('s0~1' as PeerID));

  const hold = <Ref extends KRef>(kref: Ref): Ref => {
    kernel.input((host) => host.pin(kref));
    return kref;
  };

  const takeCall = (number: number, target: KObject, message: Message<KRef>): void => {
    const { methargs, result } = message;
    for (const kref of [...methargs.slots, ...(result === null ? [] : [result])]) hold(kref);
    const [method] = JSON.parse(methargs.body.slice(1)) as [string];
    calls.push({ object: target, method, args: methargs.slots, promise: result });
    if (result === null) settle(number);
    else open.set(result, number);
  };

  const settle = (number: number, outcome?: { isReject: boolean; data: CapData<KRef> }): void => {
    kernel.input((host) => host.settleOutput(number, outcome));
  };

  /** The host takes what is there for it. */
  const gather = (): void => {
    const taken = new Set(open.values());
    for (const [number, output] of [...outputs.list()]) {
      if (taken.has(number)) continue;
      if (output[0] === 'call') takeCall(number, output[1], output[2]);
      else {
        promises.getData(output[1]).slots.forEach((slot) => hold(slot));
        settle(number);
      }
    }
  };

  const conclude = (promise: KRef, isReject: boolean, data: CapData<KRef>): void => {
    settle(open.get(promise) as number, { isReject, data });
    open.delete(promise);
  };

  return {
    offer: (name) => {
      const object = kernel.input((host) => host.provideService(name));
      kernel.input((host) => host.offer(name, object));
      return object;
    },
    find: (peer, name) => hold(kernel.input((host) => host.find(peer as PeerID, name))),
    send: (to, method, args) =>
      hold(
        kernel.input((host) =>
          host.send(
            to as KRef,
            capdata((sigils) => [method, sigils], args as KRef[]),
          ),
        ),
      ),
    answer: (promise, value) =>
      conclude(
        promise as KRef,
        false,
        value === null ? capdata(() => null, []) : capdata(([only]) => only, [value as KRef]),
      ),
    reject: (promise, reason) =>
      conclude(
        promise as KRef,
        true,
        capdata(() => reason, []),
      ),
    drop: (ref) => {
      gather();
      kernel.input((host) => host.unpin(ref as KRef));
    },
    lose: (peer) => kernel.input((host) => host.peerLost(peer as PeerID, 'the vector says so')),
    arrive: (from, text) => {
      try {
        return kernel.input((host) => host.arrive(from as PeerID, text));
      } catch (error) {
        if (hasCode(error, 'LINK_CORRUPT')) return 'corrupt';
        throw error;
      }
    },
    sent: (peer) => {
      gather();
      const list = [...links.sent(peer as PeerID)].filter(([n]) => n > (given.get(peer) ?? 0));
      given.set(peer, (given.get(peer) ?? 0) + list.length);
      return list.map(([, text]) => text);
    },
    called: () => {
      gather();
      return calls.shift();
    },
    settled: (promise) => {
      gather();
      const { state } = promises.get(promise as KPromise);
      if (state !== 'fulfilled') return { state };
      return { state, value: soleObject(promises.getData(promise as KPromise)) };
    },
  };
};

linkVectors(makeLinkKernel);
