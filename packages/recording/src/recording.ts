/** What a kernel did, read from its history. */
import type { CrankTime, Moment, WorkerMark } from '@cooperage/kernel';
import type {
  CapData,
  DeliveryTag,
  IssueNumber,
  KObject,
  KPromise,
  KRef,
  VatID,
} from '@cooperage/types';

/** A party to a message: a vat, the process around the kernel, or the kernel itself. */
export type Party = VatID | 'host' | 'kernel';

/** Something that entered the inbox of a vat. */
export interface Delivery {
  readonly issue: IssueNumber;
  readonly vatID: VatID;
  readonly kind: DeliveryTag;
  /** The crank in which it entered the inbox; what it waited for was there then. */
  readonly issuedIn: number;
  /** The crank in which it left the inbox. */
  readonly handedOutIn: number;
  /** Its number in the life of the vat. */
  readonly n: number;
  /** The crank that its record made; undefined where it was not retired. */
  retiredIn?: number;
  /** Of a message. */
  readonly message?: {
    readonly target: KRef;
    /** `method(argument, …)`, with krefs for references. */
    readonly call: string;
    readonly method: string;
    readonly args: CapData<KRef>;
    readonly result?: KPromise;
    /** Who sent it, in which crank; it may have waited on a promise since then. */
    readonly from: Party;
    readonly sentIn: number;
  };
  /** Of a notify: the promises that it tells of. */
  readonly promises?: readonly KPromise[];
}

/** A call of a service of the host's. */
export interface ServiceCallMade {
  readonly output: number;
  readonly service: KObject;
  readonly name: string;
  readonly call: string;
  readonly method: string;
  readonly sentIn: number;
  answeredIn?: number;
}

/** One crank: something that happened to the kernel's tables, whole or not at all. */
export interface Crank {
  readonly number: number;
  readonly cause: 'begin' | 'input' | 'retire' | 'refuse' | 'suspend';
  /** Whose record was retired; absent in cranks of the host's. */
  readonly vatID?: VatID;
  /** What was delivered. */
  readonly delivery?: Delivery;
  /** What the host called: the methods of its interface, with their arguments. */
  readonly calls: readonly (readonly [method: string, ...args: unknown[]])[];
  /** What left inboxes in this crank. */
  readonly handedOut: readonly Delivery[];
  /** What entered inboxes in this crank, as far as it has left them by now. */
  readonly issued: Delivery[];
  readonly promisesMade: readonly KPromise[];
  readonly promisesResolved: readonly KPromise[];
  readonly objectsMade: readonly KObject[];
  readonly objectsDeleted: readonly KObject[];
  /** Rows that it wrote, deleted ones as `null`, without those of the history. */
  readonly writes: ReadonlyMap<string, string | null>;
}

export interface PromiseLife {
  readonly kp: KPromise;
  readonly madeIn: number;
  readonly madeBy: Party;
  resolvedIn?: number;
  state: 'unresolved' | 'fulfilled' | 'rejected';
  /** What it was resolved to, as text. */
  resolution?: string;
}

export interface ObjectLife {
  readonly ko: KObject;
  readonly madeIn: number;
  readonly owner: string;
  deletedIn?: number;
}

/** Where the reading ends before the newest crank. */
export interface Cut {
  readonly crank: number;
  readonly reason: string;
}

/** A commit group became durable. */
export interface CommitMade {
  /** The last crank in it. */
  readonly crank: number;
  /** When the writing began. */
  readonly at: Moment;
}

/** By the clock of the host, in microseconds since 1970. */
export interface Clock {
  /** Of a crank; undefined where it is not known. */
  readonly of: (crank: number) => CrankTime | undefined;
  readonly commits: readonly CommitMade[];
  /** What happened to the workers of vats. */
  readonly marks: readonly WorkerMark[];
}

export interface Recording {
  /** When it happened; empty in the recording of a kernel that did not write it down. */
  readonly clock: Clock;
  /** In order; `cranks[0]` is crank `first`. */
  readonly cranks: readonly Crank[];
  readonly first: number;
  readonly deliveries: readonly Delivery[];
  readonly serviceCalls: readonly ServiceCallMade[];
  readonly promises: ReadonlyMap<KPromise, PromiseLife>;
  readonly objects: ReadonlyMap<KObject, ObjectLife>;
  /** Names of the interfaces of objects, as messages and answers first told them. */
  readonly interfaces: ReadonlyMap<string, string>;
  /** Names of vats and of what the host knows by name, by vat id and kref. */
  readonly names: ReadonlyMap<string, string>;
  readonly cut?: Cut | undefined;
  crank(number: number): Crank | undefined;
  /** What was handed out to a vat, from its delivery `n` on, in order. */
  deliveriesTo(vatID: VatID, n: number): Iterable<Delivery>;
  /** What a vat, an object or a party is called. */
  nameOf(ref: string): string;
}
