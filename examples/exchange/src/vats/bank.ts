import { makeIssuerKit } from './issuer-kit.js';
import type { Bank } from './types.js';

/** The bank keeps the ledgers of every brand in one vat. It knows nothing of exchanges or traders. */
export const buildRootObject = (): Bank => Far('bank', { makeIssuerKit });
