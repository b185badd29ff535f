import { resolve } from 'node:path';
import { usageError } from './report-error.js';

/** `name=module`, as often as it is given. */
export const parseLiveslots = (given: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    given.map((each) => {
      const at = each.indexOf('=');
      if (at < 1) throw usageError(`--liveslots ${each}: it must be NAME=MODULE`);
      return [each.slice(0, at), resolve(each.slice(at + 1))];
    }),
  );
