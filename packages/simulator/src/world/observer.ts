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
import {
  decodeCall,
  isTold,
  type Payload,
  type Token,
  tokensOf,
  UNKNOWN,
} from '../vats/payload.js';
import { insist } from '../violation.js';
import { makeFates } from './fates.js';
import { makeFarNames, makeNames } from './names.js';
import { makeOutcomes } from './outcomes.js';
import { merge, type Sent, sentIn } from './sent.js';

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

/** A world of several kernels promises less: what is on its way from one to another waits for nothing that is not passed on. */
export interface LinkedObserver {
  /** The kernel of a vat or host. */
  readonly kernelOf: (actor: string) => string;
  /** A kernel may be lost, and messages with it. */
  readonly isLossy: boolean;
}

export const makeObserver = (linked?: LinkedObserver): Observer => {
  const sendings = new Map<string, Sending>();
  const knowledge = new Map<string, Sent>();
  /** By reference: all that was sent on it, by whomever. */
  const sentOn = new Map<Token, Sent>();
  const lastSent = new Map<string, number>();
  const lastDelivered = new Map<string, number>();
  /** By promise: the vat that has the message which it answers, and has neither resolved it nor passed it on. */
  const deciders = new Map<Token, VatID>();

  const outcomes = makeOutcomes((token) => sentIn(sentOn, token));
  const fates = makeFates(outcomes);
  const names =
    linked === undefined
      ? makeNames()
      : makeFarNames({ isLossy: linked.isLossy, leadsTo: outcomes.leadsTo });
  const { name, nameOf, isTwice } = names;
  const known = (actor: string, token: Token): Sent => {
    const channel = `${actor} ${token}`;
    return isTwice(channel) ? new Map<string, number>() : sentIn(knowledge, channel);
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
    if (!isTold(to) || isTwice(channel)) return;
    known(sender, to).set(channel, number);
    sentIn(sentOn, to).set(channel, number);
  };

  const arrive = (vatID: VatID, { id }: Payload): void => {
    if (id.startsWith('finish')) return;
    const sending = sendings.get(id);
    insist(sending !== undefined, () => `${id} is delivered before its sender's record is retired`);
    const { channel, number, after, to, sender } = sending as Sending;
    const creator = fates.creatorOf(vatID) ?? sender;
    insist(sender === creator, () => `${id} of ${sender} is delivered to the zygote ${vatID}`);
    (sending as Sending).deliveries += 1;
    insist(sending?.deliveries === 1, () => `${id} is delivered to ${vatID} twice`);
    if (!isTold(to) || isTwice(channel)) return;
    const last = lastDelivered.get(channel) ?? 0;
    insist(
      number === last + 1 || (linked?.isLossy === true && number > last),
      () => `${id} is number ${number} of "${channel}" and comes after ${last}`,
    );
    lastDelivered.set(channel, number);
    if (linked?.isLossy === true) return;
    for (const [other, least] of after) {
      if (fates.isRefused(other) || isTwice(other)) continue;
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

  const resolve = (vatID: VatID, vpid: string, isReject: boolean, data: CapData<string>): void => {
    const to = isReject ? undefined : solePromise(data);
    const tokens = to === undefined ? tokensOf(data) : [nameOf(vatID, to)];
    learn(vatID, data, tokens);
    const promise = nameOf(vatID, vpid);
    deciders.delete(promise);
    const isForwarded = to !== undefined && isTold(promise);
    if (isForwarded) outcomes.follow(promise, tokens[0] as Token);
    outcomes.set(promise, {
      isReject,
      tokens,
      sole: isForwarded || (!isReject && soleObject(data) !== undefined) ? tokens[0] : undefined,
      carried: tokens.map((token) => new Map(known(vatID, token))),
      waiting: outcomes.waitingOn(promise),
    });
  };

  return {
    sent,
    ended: fates.ended,
    forked: (vatID, parent, shared) => {
      for (const [vref, token] of shared) {
        name(vatID, vref, token);
        if (isTold(token)) merge(known(vatID, token), known(parent, token));
      }
    },
    reserved: fates.reserved,
    upgraded: (objects) => objects.forEach(fates.abandoned),
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
          for (const vref of syscall[1]) fates.abandoned(`${vatID}:${vref}`);
        }
      }
    },
    insistAllDelivered: () => {
      for (const { id, to, deliveries } of sendings.values()) {
        insist(deliveries === 1 || !fates.leadsToLiving(to), () => `${id} to ${to} is lost`);
      }
    },
  };
};
