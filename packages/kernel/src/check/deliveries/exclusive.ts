import type { ExclusiveWork } from '../../tables/deliveries/inboxes.js';
import type { Counted } from '../references/counted.js';

/** What a piece of work holds that waits for a vat to be quiet, or has it to itself. */
export const holdExclusive = (counted: Counted, work: ExclusiveWork): void => {
  switch (work[0]) {
    case 'upgrade':
      work[1].vatParameters?.slots.forEach((slot) => counted.hold(slot));
      counted.hold(work[1].result);
      break;
    case 'changeOptions':
      counted.hold(work[1].result);
      break;
    case 'fork':
      work[1].objects.forEach(([kref]) => counted.hold(kref));
      if (work[1].options.meter !== undefined) counted.hold(work[1].options.meter);
      counted.hold(work[1].result);
      break;
    case 'takeOffline':
      counted.hold(work[1]);
      break;
  }
};
