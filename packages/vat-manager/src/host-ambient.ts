import { randomBytes } from 'node:crypto';
import type { AmbientSource } from './core/ambient.js';
import { sha256 } from './digest.js';

/** What vats with the option `ambient` are told: the host's clock, and what the host's randomness begins. */
export const hostAmbient: AmbientSource = {
  now: () => Date.now(),
  entropy: () => randomBytes(32).toString('hex'),
  digest: sha256,
};
