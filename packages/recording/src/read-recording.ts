import { keys, type KernelTables, parsePromiseRow } from '@cooperage/kernel';
import { makeKernelStore, makeMemoryBackend } from '@cooperage/store';
import {
  callback,
  type CapData,
  formatCall,
  formatCapData,
  insistOptions,
  isCooperageError,
  type KernelStore,
  type KObject,
  type KPromise,
  type KRef,
  messageOf,
  type OptionTable,
  type Rejection,
  type VatID,
  wholeNumber,
} from '@cooperage/types';
import { bad, historyOf, makeRerun } from './rerun.js';
import { makeClock } from './read-clock.js';
import { interfacesIn } from './read-interfaces.js';
import { readDelivery } from './read-delivery.js';
import type {
  Crank,
  Cut,
  Delivery,
  ObjectLife,
  Party,
  PromiseLife,
  Recording,
  ServiceCallMade,
} from './recording.js';

export interface ReadOptions {
  /** The last crank that is read; the newest if left out. */
  readonly to?: number;
  /** Completion records that went with their vats: what is known of them elsewhere. */
  readonly recordOf?: (vatID: VatID, n: number) => string | undefined;
  /** Called after each crank with the tables as they are then. */
  readonly onCrank?: (crank: Crank, tables: KernelTables) => void;
}

const OPTIONS = {
  to: { value: wholeNumber(0, Number.MAX_SAFE_INTEGER) },
  recordOf: { value: callback },
  onCrank: { value: callback },
} as const satisfies OptionTable;

/** Numbers that a counter gave out in a crank. */
const numbersMade = <T>(from: number, to: number, make: (n: number) => T): T[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, i) => make(from + i + 1));

interface Model {
  readonly cranks: Crank[];
  readonly deliveries: Delivery[];
  /** By their vats and numbers. */
  readonly byVat: Map<VatID, Map<number, Delivery>>;
  readonly serviceCalls: ServiceCallMade[];
  readonly promises: Map<KPromise, PromiseLife>;
  readonly objects: Map<KObject, ObjectLife>;
  readonly names: Map<string, string>;
  readonly interfaces: Map<string, string>;
}

/** Takes down what each crank did, as its writes and the tables after it say. */
const makeScribe = (model: Model, tables: KernelTables) => {
  const counters = { issue: 0, promise: 0, object: 0 };
  const issuedIn = new Map<number, number>();
  const outputs = new Map<number, ServiceCallMade>();

  const advance = (name: keyof typeof counters): [from: number, to: number] => {
    const from = counters[name];
    const to = Number(tables.rows.get(keys.counter(name)) ?? 0);
    counters[name] = to;
    return [from, to];
  };

  const readInterfaces = (data: CapData<KRef>): void => {
    for (const [ref, name] of interfacesIn(data)) {
      if (!model.interfaces.has(ref)) model.interfaces.set(ref, name);
    }
  };

  const readNames = (writes: Crank['writes']): void => {
    for (const [key, value] of writes) {
      const named = /^name\.(vat|service)\.(.*)$/s.exec(key);
      if (named !== null && value !== null) model.names.set(value, named[2] as string);
      const options = /^(v\d+)\.options$/.exec(key);
      if (options !== null && value !== null) {
        model.names.set(options[1] as string, (JSON.parse(value) as { name: string }).name);
      }
    }
  };

  const readPromises = (writes: Crank['writes'], number: number): KPromise[] => {
    const resolved: KPromise[] = [];
    for (const [key, value] of writes) {
      if (value === null || !/^kp\d+$/.test(key)) continue;
      const life = model.promises.get(key as KPromise);
      const { state } = parsePromiseRow(value);
      if (life === undefined || life.state === state) continue;
      life.state = state;
      life.resolvedIn = number;
      const data = writes.get(keys.promiseData(key as KPromise));
      if (typeof data === 'string') {
        const resolution = JSON.parse(data) as Rejection;
        life.resolution = formatCapData(resolution);
        readInterfaces(resolution);
      }
      resolved.push(key as KPromise);
    }
    return resolved;
  };

  const readOutputs = (writes: Crank['writes'], number: number): void => {
    for (const [key, value] of writes) {
      if (!key.startsWith('out.')) continue;
      const output = parseInt(key.slice('out.'.length), 36);
      if (value === null) {
        const call = outputs.get(output);
        if (call !== undefined) call.answeredIn = number;
        continue;
      }
      const made = JSON.parse(value) as readonly [string, KObject, { methargs: Rejection }];
      if (made[0] !== 'call' || outputs.has(output)) continue;
      const call = formatCall(made[2].methargs);
      const service = {
        output,
        service: made[1],
        name: model.names.get(made[1]) ?? made[1],
        call,
        method: call.slice(0, call.indexOf('(')),
        sentIn: number,
      };
      outputs.set(output, service);
      model.serviceCalls.push(service);
    }
  };

  const senderOf = (number: number): Party => {
    const crank = model.cranks[number - (model.cranks[0]?.number ?? 1)];
    return crank?.vatID ?? 'host';
  };

  return (
    about: Pick<Crank, 'number' | 'cause' | 'vatID' | 'calls' | 'writes'> & { readonly n?: number },
    handedOut: readonly { readonly vatID: VatID; readonly n: number }[],
  ): Crank => {
    const { number, cause, vatID, calls, writes, n } = about;
    readNames(writes);
    const maker: Party = vatID ?? 'host';
    const promisesMade = numbersMade(...advance('promise'), (i) => `kp${i}` as KPromise);
    for (const kp of promisesMade) {
      model.promises.set(kp, { kp, madeIn: number, madeBy: maker, state: 'unresolved' });
    }
    const objectsMade = numbersMade(...advance('object'), (i) => `ko${i}` as KObject);
    for (const ko of objectsMade) {
      const owner = tables.objects.find(ko)?.owner ?? 'none';
      model.objects.set(ko, { ko, madeIn: number, owner });
    }
    const objectsDeleted = [...writes].flatMap(([key, value]) =>
      value === null && model.objects.has(key as KObject) ? [key as KObject] : [],
    );
    for (const ko of objectsDeleted) {
      const life = model.objects.get(ko);
      if (life !== undefined) life.deletedIn = number;
    }
    for (const issue of numbersMade(...advance('issue'), (i) => i)) issuedIn.set(issue, number);
    const promisesResolved = readPromises(writes, number);
    readOutputs(writes, number);
    const delivery =
      n === undefined || vatID === undefined ? undefined : model.byVat.get(vatID)?.get(n);
    if (delivery !== undefined) delivery.retiredIn = number;
    const given: Delivery[] = [];
    const crank: Crank = {
      number,
      cause,
      ...(vatID !== undefined && { vatID }),
      ...(delivery !== undefined && { delivery }),
      calls,
      handedOut: given,
      issued: [],
      promisesMade,
      promisesResolved,
      objectsMade,
      objectsDeleted,
      writes,
    };
    model.cranks.push(crank);
    for (const out of handedOut) {
      const read = readDelivery(tables, out.vatID, out.n, {
        handedOutIn: number,
        issuedIn: (issue) => issuedIn.get(issue) ?? number,
        sentIn: (kp, otherwise) => model.promises.get(kp)?.madeIn ?? otherwise,
        senderOf,
      });
      if (read === undefined) continue;
      if (read.message !== undefined) readInterfaces(read.message.args);
      given.push(read);
      model.deliveries.push(read);
      const ofVat = model.byVat.get(out.vatID) ?? new Map<number, Delivery>();
      model.byVat.set(out.vatID, ofVat.set(out.n, read));
      model.cranks[read.issuedIn - (model.cranks[0]?.number ?? 1)]?.issued.push(read);
    }
    return crank;
  };
};

const checked = <T>(read: () => T): T => {
  try {
    return read();
  } catch (thrown) {
    if (isCooperageError(thrown) && ['NO_HISTORY', 'BAD_RECORDING'].includes(thrown.code))
      throw thrown;
    throw bad(messageOf(thrown), thrown);
  }
};

/** The recording of a kernel that goes on. */
export interface FollowedRecording {
  /** Grows with {@link FollowedRecording.readOn}. */
  readonly recording: Recording;
  /**
   * Reads the cranks that were added since.
   * @param records a later view of the same kernel
   * @throws {CooperageError} `BAD_RECORDING`
   */
  readonly readOn: (records: KernelStore) => void;
}

/**
 * Reads what a kernel did from its history, and reads on when there is more of it.
 *
 * @throws {CooperageError} as {@link readRecording}
 */
export const followRecording = (
  records: KernelStore,
  options: ReadOptions = {},
): FollowedRecording => {
  insistOptions('followRecording', options, OPTIONS);
  return checked(() => makeFollowed(records, options));
};

/**
 * Reads what a kernel did from its history: the kernel, without its vats, is run again crank by crank from the records
 * that it kept. No code of any vat is run, and nothing is written.
 *
 * @param records a store that is not written meanwhile
 * @throws {CooperageError} `NO_HISTORY`; `BAD_RECORDING` where what the records give is not what the history says
 */
export const readRecording = (records: KernelStore, options: ReadOptions = {}): Recording => {
  insistOptions('readRecording', options, OPTIONS);
  return checked(() => makeFollowed(records, options)).recording;
};

const makeFollowed = (first: KernelStore, options: ReadOptions): FollowedRecording => {
  const store = makeKernelStore(makeMemoryBackend());
  const rerun = makeRerun({ records: first, store, recordOf: options.recordOf });
  const model: Model = {
    cranks: [],
    deliveries: [],
    byVat: new Map(),
    serviceCalls: [],
    promises: new Map(),
    objects: new Map(),
    names: new Map(),
    interfaces: new Map(),
  };
  const takeDown = makeScribe(model, rerun.tables);
  const clock = makeClock();
  let cut: Cut | undefined;

  const read = (records: KernelStore): void => {
    const history = historyOf(records);
    const newest = history.newest()?.crank ?? 0;
    clock.readOn(history.times);
    const last = Math.min(options.to ?? newest, newest);
    // What was missing may be known by now.
    cut = undefined;
    for (let number = model.cranks.length + 1; number <= last; number += 1) {
      const performed = rerun.next();
      if ('missing' in performed) {
        const { vatID, n } = performed.missing;
        const name = model.names.get(vatID) ?? vatID;
        cut = { crank: number, reason: `the record of delivery ${n} was deleted with vat ${name}` };
        return;
      }
      const { cause, calls, retired, writes, handedOut } = performed;
      const crank = takeDown({ number, cause: cause[0], calls, writes, ...retired }, handedOut);
      options.onCrank?.(crank, rerun.tables);
    }
  };

  read(first);
  return {
    recording: {
      ...model,
      clock,
      first: 1,
      get cut() {
        return cut;
      },
      crank: (number) => model.cranks[number - 1],
      *deliveriesTo(vatID, n) {
        const ofVat = model.byVat.get(vatID);
        let number = n;
        for (let next = ofVat?.get(n); next !== undefined; next = ofVat?.get(number)) {
          yield next;
          number += 1;
        }
      },
      nameOf: (ref) => model.names.get(ref) ?? ref,
    },
    readOn: (records) => {
      checked(() => {
        rerun.follow(records);
        read(records);
      });
    },
  };
};

/** Vats that hold a reference, as the tables say now. */
export const holdersOf = (tables: KernelTables, kref: string): VatID[] =>
  tables.vats.list().filter((vatID) => tables.rows.has(`${vatID}.k.${kref}`));
