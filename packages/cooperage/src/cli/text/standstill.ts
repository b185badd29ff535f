import type { VatSummary } from '@cooperage/tools';
import { harmless } from './words.js';

const amount = (computrons: number): string => computrons.toLocaleString('en-US');

/** Why a vat stands still, since when, and what has it go on; undefined for one that does not. */
export const formatStandstill = ({ vatID, standstill }: VatSummary): string | undefined => {
  switch (standstill?.kind) {
    case undefined:
      return undefined;
    case 'quarantined':
      return `quarantined since its replay diverged at crank ${standstill.n}; to continue: cooperage upgrade ${vatID} --bundle FILE, or cooperage quarantine ${vatID} --release`;
    case 'slowed':
      return `slowed until the inbox of ${standstill.receiver}, which it has filled, is shorter`;
    case 'suspended': {
      const { n, computrons, meter } = standstill;
      return meter === null
        ? `suspended since crank ${n}, which used all ${amount(computrons)} computrons of its computronLimit; to continue: cooperage suspended ${vatID} --computron-limit N`
        : `suspended since crank ${n}, which used ${amount(computrons)} computrons, more than the meter ${meter} held; to continue: cooperage meters ${meter} --add N`;
    }
  }
};

/** One line for each vat that stands still. */
export const formatStandstills = (vats: readonly VatSummary[]): string[] =>
  vats.flatMap((vat) => {
    const why = formatStandstill(vat);
    return why === undefined ? [] : [`${vat.vatID} ${harmless(vat.name)}: ${why}`];
  });
