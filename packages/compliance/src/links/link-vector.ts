/**
 * The form of the vectors of links: cases as data, in `vectors/links/*.json`. `vectors/links/README.md` says in words, for
 * kernels in any language, what is said here in types.
 */

export interface LinkVectorFile {
  readonly format: 1;
  readonly about: string;
  readonly cases: readonly LinkVectorCase[];
}

export interface LinkVectorCase {
  readonly name: string;
  /** The rule of docs/links.md that it is a case of. */
  readonly rule: string;
  readonly steps: readonly LinkStep[];
}

/** What the vector calls a reference of the kernel: an object or a promise. */
export type LinkLabel = string;
/** JSON, in which `{name}` stands for a number that the kernel has chosen. */
export type Template = unknown;

export type LinkStep =
  /** The kernel makes an object, and offers it under its label. */
  | { readonly do: 'offer'; readonly object: LinkLabel }
  | {
      readonly do: 'find';
      readonly peer: string;
      readonly name: string;
      readonly promise: LinkLabel;
    }
  | {
      readonly do: 'send';
      readonly to: LinkLabel;
      readonly method: string;
      readonly args: readonly LinkLabel[];
      readonly promise: LinkLabel;
    }
  /** A promise that a call asked for is settled by the one who was called. */
  | { readonly do: 'answer'; readonly promise: LinkLabel; readonly value: LinkLabel | null }
  | { readonly do: 'reject'; readonly promise: LinkLabel; readonly reason: string }
  | { readonly do: 'drop'; readonly refs: readonly LinkLabel[] }
  | { readonly do: 'lose'; readonly peer: string }
  | {
      readonly do: 'arrive';
      readonly from: string;
      readonly message: Template;
      readonly is: LinkArrival;
    }
  /** All that the kernel has sent to the peer since this was last asked. */
  | { readonly do: 'sent'; readonly to: string; readonly messages: readonly Template[] }
  /** The next call of an object of the kernel. */
  | {
      readonly do: 'called';
      readonly object: LinkLabel;
      readonly method: string;
      readonly args: readonly LinkLabel[];
      /** Null where no answer is awaited. */
      readonly promise: LinkLabel | null;
    }
  /** No object of the kernel is called. */
  | { readonly do: 'quiet' }
  | {
      readonly do: 'settled';
      readonly promise: LinkLabel;
      readonly state: 'unresolved' | 'fulfilled' | 'rejected';
      /** The object that it was fulfilled with, where it is one. */
      readonly value?: LinkLabel;
    };

export type LinkArrival = 'taken' | 'known' | 'waits' | 'corrupt';

/** What the kernel calls a reference. */
export type LinkRef = string;

export interface LinkCall {
  readonly object: LinkRef;
  readonly method: string;
  readonly args: readonly LinkRef[];
  readonly promise: LinkRef | null;
}

/** A kernel that is driven by the vectors: its host has objects and sends. Its name is `s0~1`. */
export interface LinkKernel {
  offer(name: string): LinkRef;
  find(peer: string, name: string): LinkRef;
  send(to: LinkRef, method: string, args: readonly LinkRef[]): LinkRef;
  answer(promise: LinkRef, value: LinkRef | null): void;
  reject(promise: LinkRef, reason: string): void;
  drop(ref: LinkRef): void;
  lose(peer: string): void;
  arrive(from: string, text: string): LinkArrival;
  /** Texts of messages to the peer that were not given before, in order. */
  sent(peer: string): readonly string[];
  /** The next call, if there is one. */
  called(): LinkCall | undefined;
  settled(promise: LinkRef): {
    readonly state: 'unresolved' | 'fulfilled' | 'rejected';
    readonly value?: LinkRef | undefined;
  };
}
