import type { Recording } from '@cooperage/recording';
import type { CooperageKernel, KernelConfig, VatConfig } from 'cooperage';
import type { FakeMethods, FakeService } from './fake-service.js';

/**
 * The root of a vat as `E()` takes it. What is known of its methods is nothing, and so any may be called with any answer:
 * `world.kernel.root<Bank>('bank')` knows them.
 */
export type AnyRemote = ReturnType<typeof JSON.parse>;

/** A config in which a vat may be said by its module alone. */
export interface WorldConfig extends Omit<KernelConfig, 'vats' | 'services'> {
  readonly vats: Readonly<Record<string, string | VatConfig>>;
  /** Services that vats get at `bootstrap`: objects with methods, whose calls are recorded. */
  readonly services?: Readonly<Record<string, FakeMethods>>;
}

export type RootsOf<Config extends WorldConfig> = {
  readonly [Name in keyof Config['vats']]: AnyRemote;
};

/** A kernel in memory with real vats, whose order, time and end the test decides. */
export interface World<Roots = Readonly<Record<string, AnyRemote>>> {
  /** The root objects of the vats, for `E()`. */
  readonly roots: Roots;
  /** The fake services, with what vats asked of them. */
  readonly services: Readonly<Record<string, FakeService>>;
  /** The kernel itself; another one after {@link World.reopen}. */
  readonly kernel: CooperageKernel;
  /** The virtual time in milliseconds since 1970. It passes while the scenario waits and nothing else is left to do. */
  now(): number;
  /** Lets so much virtual time pass; what falls due is done on the way. */
  passTime(milliseconds: number): Promise<void>;
  /** Resolves when nothing is left to do but to wait for timers. No time passes. */
  quiescent(): Promise<void>;
  /**
   * Ends the kernel as `kill -9` would. What the scenario awaits is answered after {@link World.reopen}.
   */
  kill(): Promise<void>;
  /** Opens the kernel again on what was durable when it was killed. */
  reopen(): Promise<void>;
  /**
   * Gives a vat new code, or the same once more, and keeps its durable data.
   * @param source a module; left out: the one that the vat has
   */
  upgrade(vat: string, source?: string): Promise<void>;
  /** Waits for something outside of the world, such as a file. Runs with it are no longer the same each time. */
  outside<T>(work: Promise<T>): Promise<T>;
  /** What has happened so far: cranks, messages, promises, objects. */
  recording(): Recording;
  /** Writes the world with its history into a file, for `cooperage import` and `cooperage replay`. */
  save(file: string): Promise<void>;
  /** The kernel's name of an object that the scenario holds. */
  krefOf(object: object): string | undefined;
  /** A vat, for `expect(world.vat('ann')).toHoldNoReferenceTo(object)`. */
  vat(name: string): { readonly world: World<Roots>; readonly name: string };
  /** Names of the vats that hold an object, apart from the one that made it. */
  holdersOf(object: object): readonly string[];
  /** Has all vats let go of what they do not need any more. */
  collectGarbage(): Promise<void>;
  /** What vats wrote to their consoles, and what was logged. */
  readonly console: readonly { readonly vat: string; readonly text: string }[];
  close(): Promise<void>;
}
