/** Reads of vats from their stores, which the host answers. */
import type { VatstoreReader } from '@cooperage/types';
import { type AskHostPowers, makeAskHost } from '@cooperage/worker-kit/inside';
import type { FromThread, VatIndex } from '../protocol.js';

export const makeHostReaders = (powers: AskHostPowers<FromThread>) => {
  const ask = makeAskHost(powers);
  return (vat: VatIndex): VatstoreReader => ({
    get: (key) => ask(['read', vat, 'get', key]),
    getNextKey: (priorKey) => ask(['read', vat, 'getNextKey', priorKey]),
  });
};
