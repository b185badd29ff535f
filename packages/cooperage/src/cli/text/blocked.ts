import type { VatSummary } from '@cooperage/tools';
import { isVatID } from '@cooperage/types';
import { harmless } from './words.js';

const amount = (computrons: number): string => computrons.toLocaleString('en-US');

/** Why a vat gets no deliveries, since when, and how to continue; undefined for a vat that gets them. */
export const formatBlocked = ({ vatID, blocked }: VatSummary): string | undefined => {
  switch (blocked?.kind) {
    case undefined:
      return undefined;
    case 'quarantined':
      return `quarantined since its replay diverged at crank ${blocked.n}; to continue: cooperage upgrade ${vatID} --bundle FILE, or cooperage quarantine ${vatID} --release`;
    case 'slowed':
      return isVatID(blocked.receiver)
        ? `slowed until the inbox of ${blocked.receiver} is shorter`
        : `slowed until ${blocked.receiver} has taken more of the messages on their way to it`;
    case 'suspended': {
      const { n, computrons, meter } = blocked;
      return meter === null
        ? `suspended since crank ${n}, which used all ${amount(computrons)} computrons of its computronLimit; to continue: cooperage suspended ${vatID} --computron-limit N`
        : `suspended since crank ${n}, which used ${amount(computrons)} computrons, more than was left in the meter ${meter}; to continue: cooperage meters ${meter} --add N`;
    }
  }
};

/** One line for each vat that gets no deliveries. */
export const formatBlockedVats = (vats: readonly VatSummary[]): string[] =>
  vats.flatMap((vat) => {
    const why = formatBlocked(vat);
    return why === undefined ? [] : [`${vat.vatID} ${harmless(vat.name)}: ${why}`];
  });
