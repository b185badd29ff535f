/** What a prompt stands in front of: a kernel, or one object behind a capability URL. */
import type { Looker } from '../operator.js';

export interface ReplWorld {
  /** What code at the prompt finds, by name. */
  readonly globals: Readonly<Record<string, unknown>>;
  /** How a reference is printed; undefined for any other value. */
  readonly describe: (value: object) => string | undefined;
  /** Asks an object for its methods: a message to its vat. */
  readonly methodsOf: (value: object) => Promise<readonly string[]>;
  /** Whether `value.method()` reaches the vat, besides `E(value).method()`. */
  readonly isCalledDirectly: boolean;
  /** Looks at the kernel; undefined where only an object of it is held. */
  readonly look?: Looker['look'];
  /** Learns of vats that are new. */
  readonly refresh: () => Promise<void>;
}
