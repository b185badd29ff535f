/**
 * The form of the kernel's vectors: cases as data, in `vectors/kernel/*.json`. `vectors/kernel/README.md` says in
 * words, for kernels in any language, what is said here in types.
 */
import type {
  CapData,
  Message,
  NumberedDelivery,
  Order,
  VatDeliveryObject,
  VatSyscallObject,
} from '@cooperage/types';

export interface VectorFile {
  readonly format: 1;
  readonly about: string;
  readonly cases: readonly VectorCase[];
}

export interface VectorCase {
  readonly name: string;
  /** What of the contract it is a case of. */
  readonly rule: string;
  readonly order: Order;
  /** Made in this order before the first step. */
  readonly vats: readonly VectorVat[];
  readonly steps: readonly Step[];
}

export interface VectorVat {
  readonly name: string;
  readonly window: number;
  readonly pipelining: boolean;
  /** Vats before it whose roots are its parameters. */
  readonly knows: readonly string[];
}

/** `@name`, for what the kernel calls something; or `gone`. */
export type Label = string;
/** What an implementation words as it likes. */
export type Anything = '*';

export interface ExpectedPromise {
  readonly state: 'unresolved' | 'fulfilled' | 'rejected';
  /** A vat, `host`, `kernel`, or null. */
  readonly decider?: string | null;
  readonly subscribers?: readonly string[];
  readonly queue?: readonly Message<Label>[];
  readonly data?: CapData<Label> | Anything;
}

export type ExpectedWork = readonly [tag: string, ...rest: readonly unknown[]];

/** What is not in it is not compared; what is, is whole. */
export interface ExpectedState {
  readonly do: 'state';
  /** By vat: every entry, as `@name`, or `@name unreachable`. */
  readonly clists?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Owner (or null), reachable, recognizable. */
  readonly objects?: Readonly<
    Record<Label, readonly [owner: string | null, reachable: number, recognizable: number] | 'gone'>
  >;
  readonly promises?: Readonly<Record<Label, ExpectedPromise | 'gone'>>;
  /** What waits and is not handed out. */
  readonly inboxes?: Readonly<Record<string, readonly ExpectedWork[]>>;
  /** How many promises there are. */
  readonly promiseCount?: number;
  readonly alive?: Readonly<Record<string, boolean>>;
}

export type Step =
  | {
      readonly do: 'send';
      readonly to: Label;
      readonly methargs: CapData<Label>;
      readonly result: Label;
    }
  | {
      readonly do: 'get';
      readonly vat: string;
      readonly n: number;
      readonly acked?: number;
      readonly delivery: VatDeliveryObject;
    }
  | { readonly do: 'quiet'; readonly vats: readonly string[] }
  | {
      readonly do: 'record';
      readonly vat: string;
      readonly n: number;
      readonly syscalls: readonly VatSyscallObject[];
      /** Whose records are retired now, in this order. */
      readonly retires: readonly string[];
      /** The crank failed, and the record says this instead of `ok`. */
      readonly error?: string;
      /** Whether this record is refused; false where it does not say. */
      readonly refused?: boolean;
    }
  /** A text that is no record of the delivery that is due. */
  | { readonly do: 'garble'; readonly vat: string; readonly text: string }
  | {
      readonly do: 'hear';
      readonly promise: Label;
      readonly isReject: boolean;
      readonly data: CapData<Label> | Anything;
    }
  | { readonly do: 'terminate'; readonly vat: string; readonly isFailure: boolean }
  | {
      readonly do: 'upgrade';
      readonly vat: string;
      readonly knows: readonly string[];
      readonly result: Label;
    }
  | { readonly do: 'release'; readonly vat: string }
  | { readonly do: 'restart' }
  | ExpectedState;

/** What a kernel holds, with its own names for objects, promises and (in c-lists) references. */
export interface KernelDump {
  readonly clists: Readonly<
    Record<string, Readonly<Record<string, { readonly kref: string; readonly reachable: boolean }>>>
  >;
  readonly objects: Readonly<
    Record<string, readonly [owner: string | null, reachable: number, recognizable: number]>
  >;
  readonly promises: Readonly<
    Record<
      string,
      {
        readonly state: 'unresolved' | 'fulfilled' | 'rejected';
        readonly decider: string | null;
        readonly subscribers: readonly string[];
        readonly queue: readonly Message<string>[];
        readonly data: CapData<string> | null;
      }
    >
  >;
  /** `['message', target, message]`, `['notify', promise]`, `['dropExports', objects]`… by vat, oldest first. */
  readonly inboxes: Readonly<Record<string, readonly ExpectedWork[]>>;
  readonly alive: Readonly<Record<string, boolean>>;
  /** What the host and the kernel's own business hold, each as often as it is held. */
  readonly held: readonly string[];
}

/** A kernel, driven by hand: what an implementation gives the suite. Vats go by their names. */
export interface VectorKernel {
  /** A vat whose root the host holds; `parameters` are krefs. Gives the kref of its root. */
  createVat(vat: VectorVat, parameters: readonly string[]): string;
  /** The host sends and wants to be told: gives the promise. */
  send(target: string, methargs: CapData<string>): string;
  terminate(vat: string, isFailure: boolean): void;
  /** Gives the promise for its outcome. */
  upgrade(vat: string, parameters: readonly string[]): string;
  /** The host lets go of the vat's root. */
  release(vat: string): void;
  /** A worker says that a crank is over; nothing is retired by that. */
  arrive(vat: string, record: string): void;
  /** Retires the record whose turn it is, if it is there. */
  retire(): { readonly vat: string; readonly refused: boolean } | undefined;
  /** What was handed out since the last call. */
  deliveries(): readonly { readonly vat: string; readonly delivery: NumberedDelivery }[];
  /** What the host was told since the last call; it has dealt with it. */
  news(): readonly {
    readonly promise: string;
    readonly isReject: boolean;
    readonly data: CapData<string>;
  }[];
  /** As after a crash: what was handed out and is not retired is handed out again. */
  restart(): void;
  dump(): KernelDump;
  /** Throws where the kernel's own check finds something. */
  check?(): void;
}
