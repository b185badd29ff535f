import type { Recording } from '@cooperage/recording';
import type { CooperageKernel, KernelConfig, VatConfig } from 'cooperage';
import type { FakeMethods, FakeService } from './fake-service.js';

/**
 * The root of a vat for `E()`. Its methods are not known, so any method may be called, with any answer;
 * `world.kernel.root<Bank>('bank')` has types.
 */
export type AnyRemote = ReturnType<typeof JSON.parse>;

/** A config in which a vat may be just the path of its module. */
export interface WorldConfig extends Omit<KernelConfig, 'vats' | 'services'> {
  readonly vats: Readonly<Record<string, string | VatConfig>>;
  /** Services for `bootstrap`: objects with methods. Their calls are recorded. */
  readonly services?: Readonly<Record<string, FakeMethods>>;
}

export type RootsOf<Config extends WorldConfig> = {
  readonly [Name in keyof Config['vats']]: AnyRemote;
};

/** A kernel in memory with real vats. The test controls their order, their time and their end. */
export interface World<Roots = Readonly<Record<string, AnyRemote>>> {
  /** The root objects of the vats, for `E()`. */
  readonly roots: Roots;
  /** The fake services, with the calls of vats. */
  readonly services: Readonly<Record<string, FakeService>>;
  /** The kernel; it is another one after {@link World.reopen}. */
  readonly kernel: CooperageKernel;
  /** The virtual time in milliseconds since 1970. It passes only while the scenario waits and no other work is left. */
  now(): number;
  /** Advances the virtual time. Timers that become due fire on the way. */
  passTime(milliseconds: number): Promise<void>;
  /** Resolves when no work is left except waiting for timers. No time passes. */
  quiescent(): Promise<void>;
  /** Ends the kernel like `kill -9`. Promises that the scenario awaits are settled after {@link World.reopen}. */
  kill(): Promise<void>;
  /** Opens the kernel again on what was durable when it was killed. */
  reopen(): Promise<void>;
  /**
   * Gives a vat new code, or its own code again. Its durable data stays.
   * @param source a module. Default: the vat's own
   */
  upgrade(vat: string, source?: string): Promise<void>;
  /** Waits for something outside of the world, such as a file. Runs that do so can differ from one another. */
  outside<T>(work: Promise<T>): Promise<T>;
  /** What has happened so far: cranks, messages, promises, objects. */
  recording(): Recording;
  /** Writes the world with its history into a file, for `cooperage import` and `cooperage replay`. */
  save(file: string): Promise<void>;
  /** The kernel's name of an object that the scenario holds. */
  krefOf(object: object): string | undefined;
  /** A vat, for `expect(world.vat('ann')).toHoldNoReferenceTo(object)`. */
  vat(name: string): { readonly world: World<Roots>; readonly name: string };
  /** Names of the vats that hold an object, except the vat that made it. */
  holdersOf(object: object): readonly string[];
  /** Makes all vats drop what they no longer need. */
  collectGarbage(): Promise<void>;
  /** The output of the vats' consoles, and log entries. */
  readonly console: readonly { readonly vat: string; readonly text: string }[];
  close(): Promise<void>;
}
