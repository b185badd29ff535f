import type { ExclusiveWork } from '../../tables/deliveries/inboxes.js';
import type { Counted } from '../references/counted.js';

/** What a piece of work holds that waits for a vat to be quiet, or has it to itself. */
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
