import type { HeldRefs } from './message.js';
import type { ControlParts } from './parts.js';

/** One call under way. */
export interface CallContext {
  readonly parts: ControlParts;
  readonly held: HeldRefs;
  /** Sends an event of a stream; false where the client reads too slowly, and the event is left out. */
  readonly emit: (event: unknown) => boolean;
  /** Aborted when the client cancels the call or leaves. */
  readonly signal: AbortSignal;
}
