import { makeMarket } from './market.js';
import type { Exchange } from './types.js';

/** Any number of markets in one vat. They share nothing, so it does not matter how their rounds interleave. */
export const buildRootObject = (): Exchange => Far('exchange', { makeMarket });
