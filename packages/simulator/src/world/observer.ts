/**
 * An observer that sees every retired record and every delivery that is handed out,
 * and knows what users may rely on: a message is received once, after the crank
 * that sent it; messages on one reference arrive in their order; who has a
 * reference from a vat comes after what that vat had sent on it; what waited
 * on a promise comes before what is sent because it is resolved.
 *
 * It goes by the tokens in the messages and knows nothing of krefs.
 */
import {
  type CapData,
  type CompletionRecord,
  isPromiseRef,
  type Message,
  type NumberedDelivery,
  soleObject,
  solePromise,
  type VatID,
  type VRef,
} from '@cooperage/types';
import { decodeCall, type Payload, type Token, tokensOf, UNKNOWN } from '../vats/payload.js';
import { insist } from '../violation.js';

export interface Observer {
  /** A message of the host, or of a vat whose record is retired. */
  sent(sender: string, payload: Payload): void;
  /** @param isPipelining the vat is given what is sent to the promises that it decides */
  handedOut(vatID: VatID, text: string, isPipelining: boolean): void;
  /** These deliveries went back into the inbox: none of them has happened. Oldest first. */
  takenBack(vatID: VatID, texts: readonly string[]): void;
  retired(vatID: VatID, deliveryText: string, recordText: string): void;
  ended(vatID: VatID): void;
  /** A vat began as a copy: it knows what its parent knew, and shares these things with it. */
  forked(vatID: VatID, parent: VatID, shared: readonly (readonly [VRef, Token])[]): void;
  /** The vat takes messages of this sender only. */
  reserved(vatID: VatID, creator: string): void;
  /** These objects ended with an incarnation of their vat. */
  upgraded(objects: readonly Token[]): void;
  /** Nothing is on its way: all that could be delivered has been. */
  insistAllDelivered(): void;
}

/** How far messages were sent: for each sender and reference the number of the last one. */
type Sent = Map<string, number>;

interface Sending {
  readonly id: string;
  readonly sender: string;
  readonly channel: string;
  readonly number: number;
  readonly to: Token;
  /** What must have been delivered before. */
  readonly after: Sent;
  /** What those who get a reference from this message come after. */
  readonly carried: readonly Sent[];
  deliveries: number;
}

interface Outcome {
  readonly isReject: boolean;
  readonly sole: Token | undefined;
  readonly tokens: readonly Token[];
  readonly carried: readonly Sent[];
  readonly waiting: Sent;
}

const merge = (into: Sent, from: Sent): void => {
  for (const [channel, number] of from) {
    if (number > (into.get(channel) ?? 0)) into.set(channel, number);
  }
};

/** A world of several kernels promises less: what is on its way from one to another waits for nothing that is not passed on. */
export interface LinkedObserver {
  /** The kernel of a vat or host. */
  readonly kernelOf: (actor: string) => string;
  /** A kernel may be lost, and messages with it. */
  readonly isLossy: boolean;
}

export const makeObserver = (linked?: LinkedObserver): Observer => {
  const sendings = new Map<string, Sending>();
  const outcomes = new Map<Token, Outcome>();
  const names = new Map<string, Token>();
  const knowledge = new Map<string, Sent>();
  /** By reference: all that was sent on it, by whomever. */
  const sentOn = new Map<Token, Sent>();
  const lastSent = new Map<string, number>();
  const lastDelivered = new Map<string, number>();
  /** By promise: those that were resolved to it. */
  const followers = new Map<Token, Token[]>();
  const gone = new Set<VatID>();
  const abandoned = new Set<Token>();
  const creators = new Map<VatID, string>();
  /** By promise: the vat that has the message which it answers, and has neither resolved it nor passed it on. */
  const deciders = new Map<Token, VatID>();

  const sentIn = <K>(map: Map<K, Sent>, key: K): Sent => {
    let sent = map.get(key);
    if (sent === undefined) {
      sent = new Map();
      map.set(key, sent);
    }
    return sent;
  };
  /**
   * In worlds of several kernels: a vat has one promise by two references, which it got from two kernels. They are two
   * promises to it, so that nothing is said of the order of what it sends on them.
   */
  const twice = new Set<string>();
  const references = new Map<string, string>();
  const known = (actor: string, token: Token): Sent => {
    const key = `${actor} ${token}`;
    return twice.has(key) ? new Map<string, number>() : sentIn(knowledge, key);
  };
  const nameOf = (vatID: VatID, vref: string): Token =>
    names.get(`${vatID} ${vref}`) ?? `${vatID}:${vref}`;
  const isTold = (token: Token): boolean => token !== UNKNOWN && !token.startsWith('kernel:');

  /** Where promises lead that were resolved to it: as far as is known. */
  const leadsTo = (token: Token): Set<Token> => {
    const passed = new Set<Token>();
    for (let at: Token | undefined = token; at !== undefined && !passed.has(at);) {
      passed.add(at);
      at = outcomes.get(at)?.sole;
    }
    return passed;
  };

  /** Kernels pass a promise as the one that it was resolved to: a vat may hear of it by either name. */
  const nameFar = (vatID: VatID, slot: string, token: Token): void => {
    const key = `${vatID} ${slot}`;
    const before = names.get(key) ?? UNKNOWN;
    if (before === UNKNOWN) names.set(key, token);
    else if (before !== token && token !== UNKNOWN && linked?.isLossy !== true) {
      const ways = leadsTo(before);
      insist(
        [...leadsTo(token)].some((each) => ways.has(each)),
        () => `${vatID} knows ${slot} as ${before} and is told that it is ${token}`,
      );
    }
    const name = names.get(key) as Token;
    if (!isPromiseRef(slot as VRef) || !isTold(name)) return;
    const thing = `${vatID} ${name}`;
    const own = name.startsWith(`${vatID}:`) ? name.slice(vatID.length + 1) : slot;
    if ((references.get(thing) ?? own) !== slot) {
      twice.add(thing);
      knowledge.delete(thing);
    }
    references.set(thing, slot);
  };

  const name = (vatID: VatID, slot: string, token: Token): void => {
    if (linked === undefined) names.set(`${vatID} ${slot}`, token);
    else nameFar(vatID, slot, token);
  };

  const learn = (vatID: VatID, { slots }: CapData<string>, tokens: readonly Token[]): void =>
    slots.forEach((slot, i) => name(vatID, slot, tokens[i] as Token));

  const sent = (sender: string, { id, to, tokens }: Payload): void => {
    const channel = `${sender} ${to}`;
    const number = (lastSent.get(channel) ?? 0) + 1;
    lastSent.set(channel, number);
    insist(!sendings.has(id), () => `message ${id} is sent twice`);
    sendings.set(id, {
      id,
      sender,
      channel,
      number,
      to,
      after: new Map(known(sender, to)),
      carried: tokens.map((token) => new Map(known(sender, token))),
      deliveries: 0,
    });
    if (!isTold(to) || twice.has(channel)) return;
    known(sender, to).set(channel, number);
    sentIn(sentOn, to).set(channel, number);
  };

  /** What was sent there was rejected: it leads to a zygote, and not from its creator. */
  const isRefused = (channel: string): boolean => {
    const [sender, first] = channel.split(' ') as [string, Token];
    let token: Token | undefined = first;
    for (let depth = 0; token !== undefined && depth < 20; depth += 1) {
      if (!isTold(token)) return false;
      const [owner, vref] = token.split(':') as [VatID, string];
      if (vref.startsWith('o+')) return (creators.get(owner) ?? sender) !== sender;
      token = outcomes.get(token)?.sole;
    }
    return false;
  };

  const arrive = (vatID: VatID, { id }: Payload): void => {
    if (id.startsWith('finish')) return;
    const sending = sendings.get(id);
    insist(sending !== undefined, () => `${id} is delivered before its sender's record is retired`);
    const { channel, number, after, to, sender } = sending as Sending;
    const creator = creators.get(vatID) ?? sender;
    insist(sender === creator, () => `${id} of ${sender} is delivered to the zygote ${vatID}`);
    (sending as Sending).deliveries += 1;
    insist(sending?.deliveries === 1, () => `${id} is delivered to ${vatID} twice`);
    if (!isTold(to) || twice.has(channel)) return;
    const last = lastDelivered.get(channel) ?? 0;
    insist(
      number === last + 1 || (linked?.isLossy === true && number > last),
      () => `${id} is number ${number} of "${channel}" and comes after ${last}`,
    );
    lastDelivered.set(channel, number);
    if (linked?.isLossy === true) return;
    for (const [other, least] of after) {
      if (isRefused(other) || twice.has(other)) continue;
      const reached = lastDelivered.get(other) ?? 0;
      insist(reached >= least, () => `${id} overtakes number ${reached + 1} of "${other}"`);
    }
  };

  /** Who gets a promise that it decides has had all that was sent on it before: by those who passed it, and as they knew it. */
  const insistNothingWaits = (vatID: VatID, { id, tokens }: Payload): void => {
    const carried = sendings.get(id)?.carried ?? [];
    tokens.forEach((token, i) => {
      if (!isTold(token) || deciders.get(token) !== vatID) return;
      for (const [channel, least] of carried[i] ?? []) {
        const reached = lastDelivered.get(channel) ?? 0;
        insist(
          reached >= least,
          () => `${id} carries ${token} past number ${reached + 1} of "${channel}"`,
        );
      }
    });
  };

  const takeIn = (vatID: VatID, tokens: readonly Token[], carried: readonly Sent[]): void =>
    tokens.forEach((token, i) => {
      const from = carried[i];
      if (from !== undefined && isTold(token)) merge(known(vatID, token), from);
    });

  const takeMessage = (vatID: VatID, message: Message<string>): void => {
    const { payload } = decodeCall(message);
    if (payload === undefined) return;
    learn(vatID, message.methargs, payload.tokens);
    if (message.result !== null) name(vatID, message.result, payload.result ?? UNKNOWN);
    takeIn(vatID, payload.tokens, sendings.get(payload.id)?.carried ?? []);
  };

  /**
   * Who hears where a promise leads comes after all that its own kernel had sent on that promise, and after all that those
   * had sent who resolved it, one to the other.
   */
  const takeFarNews = (vatID: VatID, first: Token, kernelOf: (actor: string) => string): void => {
    const all: Sent = new Map(known(vatID, first));
    for (const [channel, number] of sentIn(sentOn, first)) {
      if (kernelOf(channel.split(' ')[0] as string) === kernelOf(vatID)) {
        merge(all, new Map([[channel, number]]));
      }
    }
    const passed = new Set<Token>();
    for (let promise = first; !passed.has(promise);) {
      passed.add(promise);
      const outcome = outcomes.get(promise);
      if (outcome === undefined) {
        if (isTold(promise)) merge(known(vatID, promise), all);
        return;
      }
      if (outcome.sole === undefined) {
        takeIn(vatID, outcome.tokens, outcome.carried);
        return;
      }
      merge(all, outcome.carried[0] ?? new Map<string, number>());
      promise = outcome.sole;
    }
  };

  const takeNews = (vatID: VatID, vpid: string, data: CapData<string>): void => {
    const tokens = tokensOf(data);
    learn(vatID, data, tokens);
    if (linked !== undefined) {
      takeFarNews(vatID, nameOf(vatID, vpid), linked.kernelOf);
      return;
    }
    // By way of all promises that it was resolved to, one after the other.
    const passed = new Set<Token>();
    for (let promise = nameOf(vatID, vpid); !passed.has(promise);) {
      passed.add(promise);
      const outcome = outcomes.get(promise);
      if (outcome === undefined) return;
      takeIn(vatID, outcome.tokens, outcome.carried);
      if (outcome.sole === undefined || !isTold(outcome.sole)) return;
      merge(known(vatID, outcome.sole), outcome.waiting);
      merge(known(vatID, outcome.sole), known(vatID, promise));
      promise = outcome.sole;
    }
  };

  /** All that was sent on a promise, or on one that was resolved to it. */
  const waitingOn = (promise: Token): Sent => {
    const all: Sent = new Map();
    const visit = [promise];
    const seen = new Set<Token>();
    for (let each = visit.pop(); each !== undefined; each = visit.pop()) {
      if (seen.has(each)) continue;
      seen.add(each);
      merge(all, sentIn(sentOn, each));
      visit.push(...(followers.get(each) ?? []));
    }
    return all;
  };

  const resolve = (vatID: VatID, vpid: string, isReject: boolean, data: CapData<string>): void => {
    const to = isReject ? undefined : solePromise(data);
    const tokens = to === undefined ? tokensOf(data) : [nameOf(vatID, to)];
    learn(vatID, data, tokens);
    const promise = nameOf(vatID, vpid);
    deciders.delete(promise);
    const isForwarded = to !== undefined && isTold(promise);
    if (isForwarded) {
      const leader = tokens[0] as Token;
      followers.set(leader, [...(followers.get(leader) ?? []), promise]);
    }
    outcomes.set(promise, {
      isReject,
      tokens,
      sole: isForwarded || (!isReject && soleObject(data) !== undefined) ? tokens[0] : undefined,
      carried: tokens.map((token) => new Map(known(vatID, token))),
      waiting: waitingOn(promise),
    });
  };

  /** True where the execution model demands that a message to `token` was delivered. */
  const leadsToLiving = (token: Token, depth = 0): boolean => {
    if (!isTold(token) || depth > 20) return false;
    const [owner, vref] = token.split(':') as [VatID, string];
    if (vref.startsWith('o+'))
      return (
        owner.startsWith('v') && !gone.has(owner) && !creators.has(owner) && !abandoned.has(token)
      );
    const outcome = outcomes.get(token);
    return outcome?.sole !== undefined && leadsToLiving(outcome.sole, depth + 1);
  };

  return {
    sent,
    ended: (vatID) => gone.add(vatID),
    forked: (vatID, parent, shared) => {
      for (const [vref, token] of shared) {
        name(vatID, vref, token);
        if (isTold(token)) merge(known(vatID, token), known(parent, token));
      }
    },
    reserved: (vatID, creator) => creators.set(vatID, creator),
    upgraded: (objects) => objects.forEach((token) => abandoned.add(token)),
    handedOut: (vatID, text, isPipelining) => {
      const { delivery } = JSON.parse(text) as NumberedDelivery;
      if (delivery[0] !== 'message') return;
      const { payload } = decodeCall(delivery[2]);
      if (payload === undefined) return;
      arrive(vatID, payload);
      if (isPipelining) insistNothingWaits(vatID, payload);
      if (payload.result !== null && payload.result !== UNKNOWN) {
        deciders.set(payload.result, vatID);
      }
    },
    takenBack: (_vatID, texts) => {
      for (const text of [...texts].reverse()) {
        const { delivery } = JSON.parse(text) as NumberedDelivery;
        // What was pipelined to the vat is rejected together with the promise that it was sent to.
        if (delivery[0] !== 'message' || isPromiseRef(delivery[1])) continue;
        const { payload } = decodeCall(delivery[2]);
        const sending = payload === undefined ? undefined : sendings.get(payload.id);
        if (sending === undefined) continue;
        if (payload?.result !== null) deciders.delete(payload?.result ?? UNKNOWN);
        sending.deliveries -= 1;
        if (isTold(sending.to)) lastDelivered.set(sending.channel, sending.number - 1);
      }
    },
    retired: (vatID, deliveryText, recordText) => {
      const { delivery } = JSON.parse(deliveryText) as NumberedDelivery;
      if (delivery[0] === 'message') takeMessage(vatID, delivery[2]);
      else if (delivery[0] === 'startVat') learn(vatID, delivery[1], tokensOf(delivery[1]));
      else if (delivery[0] === 'notify') {
        for (const [vpid, , data] of delivery[1]) takeNews(vatID, vpid, data);
      }
      const { syscalls } = JSON.parse(recordText) as CompletionRecord;
      for (const [syscall] of syscalls) {
        if (syscall[0] === 'send') {
          const [, , message] = syscall;
          const { payload } = decodeCall(message);
          if (payload === undefined) continue;
          learn(vatID, message.methargs, payload.tokens);
          if (message.result !== null) {
            name(vatID, message.result, payload.result ?? UNKNOWN);
            deciders.delete(payload.result ?? UNKNOWN);
          }
          sent(vatID, payload);
        } else if (syscall[0] === 'resolve') {
          for (const [vpid, isReject, data] of syscall[1]) resolve(vatID, vpid, isReject, data);
        } else if (syscall[0] === 'abandonExports') {
          for (const vref of syscall[1]) abandoned.add(`${vatID}:${vref}`);
        }
      }
    },
    insistAllDelivered: () => {
      for (const { id, to, deliveries } of sendings.values()) {
        insist(deliveries === 1 || !leadsToLiving(to), () => `${id} to ${to} is lost`);
      }
    },
  };
};
