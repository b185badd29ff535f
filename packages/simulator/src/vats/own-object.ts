import type { Token } from './payload.js';

/** An object of the vat's own. */
export interface OwnObject {
  readonly token: Token;
  /** The vat's code holds it. */
  held: boolean;
  /** The kernel has it and has not dropped it. */
  reachable: boolean;
  /** The kernel has it and has not retired it. */
  recognizable: boolean;
}
