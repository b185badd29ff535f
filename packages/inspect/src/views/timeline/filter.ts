/** Which cranks are looked for: by vat, by object, by the interface of the object, by method. */
import type { Crank, Delivery, PromiseLife, Recording } from '@cooperage/recording';

/** All that is given must apply. */
export interface Filter {
  /** The id of a vat, or `host`. */
  readonly vat?: string;
  /** A kref: messages to it or with it, answers with it, and cranks that made, resolved or deleted it. */
  readonly object?: string;
  /** Messages to objects of this interface, and the answers to these. */
  readonly interface?: string;
  /** Messages to this method, and the answers to these. */
  readonly method?: string;
}

/** A method or an interface, and how many messages were sent to it. */
export interface Term {
  readonly name: string;
  readonly messages: number;
}

export interface TermsView {
  readonly methods: readonly Term[];
  readonly interfaces: readonly Term[];
}

export type IsWanted = (crank: Crank) => boolean;

export interface Terms {
  /** The most frequent ones. */
  readonly view: () => TermsView;
  /** @returns undefined where everything is wanted */
  readonly wanted: (filter: Filter) => IsWanted | undefined;
}

/** More would not be looked through. */
const MOST_TERMS = 500;

const targetOf = (recording: Recording, { message }: Delivery): string | undefined => {
  const target = message?.target;
  if (target === undefined || !target.startsWith('kp')) return target;
  // A message that was pipelined: the object is what the promise was resolved to.
  const { resolution } = (recording.promises as ReadonlyMap<string, PromiseLife>).get(target) ?? {};
  return resolution !== undefined && /^ko\d+$/.test(resolution) ? resolution : target;
};

const interfaceOf = (recording: Recording, delivery: Delivery): string | undefined => {
  const target = targetOf(recording, delivery);
  return target === undefined ? undefined : recording.interfaces.get(target);
};

const resolvesTo = (recording: Recording, kp: string, kref: string): boolean => {
  const { resolution } = (recording.promises as ReadonlyMap<string, PromiseLife>).get(kp) ?? {};
  return resolution?.match(/\bk[op]\d+\b/g)?.includes(kref) === true;
};

const isAbout = (recording: Recording, kref: string, crank: Crank): boolean => {
  const { delivery } = crank;
  const { message, promises = [] } = delivery ?? {};
  const named: readonly string[] = [
    ...(message === undefined ? [] : [message.target, ...message.args.slots]),
    ...(message?.result === undefined ? [] : [message.result]),
    ...[...promises, ...crank.promisesMade, ...crank.promisesResolved],
    ...[...crank.objectsMade, ...crank.objectsDeleted],
  ];
  return (
    named.includes(kref) ||
    (delivery !== undefined && targetOf(recording, delivery) === kref) ||
    [...promises, ...crank.promisesResolved].some((kp) => resolvesTo(recording, kp, kref))
  );
};

const sorted = (counts: ReadonlyMap<string, number>): Term[] =>
  [...counts]
    .map(([name, messages]) => ({ name, messages }))
    .sort((a, b) => b.messages - a.messages || (a.name < b.name ? -1 : 1))
    .slice(0, MOST_TERMS);

/** The terms of a recording: they grow with it. */
export const makeTerms = (recording: Recording): Terms => {
  /** Messages by the promises of their answers. */
  const asked = new Map<string, Delivery>();
  const methods = new Map<string, number>();
  let indexed = 0;

  const catchUp = (): void => {
    for (; indexed < recording.deliveries.length; indexed += 1) {
      const delivery = recording.deliveries[indexed];
      const { message } = delivery ?? {};
      if (delivery === undefined || message === undefined) continue;
      if (message.result !== undefined) asked.set(message.result, delivery);
      methods.set(message.method, (methods.get(message.method) ?? 0) + 1);
    }
  };

  /** The message that a crank delivered, or those whose answers it delivered. */
  const messagesOf = ({ delivery }: Crank): readonly Delivery[] => {
    if (delivery?.message !== undefined) return [delivery];
    return (delivery?.promises ?? []).flatMap((kp) => asked.get(kp) ?? []);
  };

  return {
    view: () => {
      catchUp();
      const interfaces = new Map<string, number>();
      // What an object is may become known after messages to it.
      for (const delivery of recording.deliveries) {
        const name = interfaceOf(recording, delivery);
        if (name !== undefined) interfaces.set(name, (interfaces.get(name) ?? 0) + 1);
      }
      return { methods: sorted(methods), interfaces: sorted(interfaces) };
    },
    wanted: ({ vat, object, interface: alleged, method }) => {
      catchUp();
      const tests: IsWanted[] = [];
      if (vat !== undefined) tests.push(({ vatID = 'host' }) => vatID === vat);
      if (object !== undefined) tests.push((crank) => isAbout(recording, object, crank));
      if (alleged !== undefined || method !== undefined) {
        const applies = (delivery: Delivery): boolean =>
          (method === undefined || delivery.message?.method === method) &&
          (alleged === undefined || interfaceOf(recording, delivery) === alleged);
        tests.push((crank) => messagesOf(crank).some(applies));
      }
      return tests.length === 0 ? undefined : (crank) => tests.every((test) => test(crank));
    },
  };
};
