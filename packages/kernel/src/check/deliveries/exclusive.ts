import type { ExclusiveWork } from '../../tables/deliveries/inboxes.js';
import type { Counted } from '../references/counted.js';

/** Counts the references of exclusive work, which waits until a vat is quiet, or has the vat to itself. */
export const countExclusive = (counted: Counted, work: ExclusiveWork): void => {
  switch (work[0]) {
    case 'upgrade':
      work[1].vatParameters?.slots.forEach((slot) => counted.retain(slot));
      counted.retain(work[1].result);
      break;
    case 'changeOptions':
      counted.retain(work[1].result);
      break;
    case 'fork':
      work[1].objects.forEach(([kref]) => counted.retain(kref));
      if (work[1].options.meter !== undefined) counted.retain(work[1].options.meter);
      counted.retain(work[1].result);
      break;
    case 'takeOffline':
      counted.retain(work[1]);
      break;
  }
};
