import { CooperageError, type Tables, type Transcripts } from '@cooperage/types';
import { keysWith, transcriptKey, transcriptNewestKey, transcriptPrefix } from './row-keys.js';

/** Transcripts as rows of the tables, so that an entry is part of its crank. */
export const makeTranscripts = (tables: Tables): Transcripts => {
  const newest: Transcripts['newest'] = (vatID) =>
    Number(tables.get(transcriptNewestKey(vatID)) ?? 0);

  return {
    newest,
    append: (vatID, n, entry) => {
      const last = newest(vatID);
      // The first entry of a fork may have any number; from there on there are no gaps.
      if (last !== 0 && n !== last + 1) {
        throw new CooperageError(
          'KERNEL_PANIC',
          `transcript entry ${n} of ${vatID} cannot follow entry ${last}`,
        );
      }
      tables.set(transcriptKey(vatID, n), entry);
      tables.set(transcriptNewestKey(vatID), String(n));
    },
    *read(vatID, from, to) {
      const last = Math.min(to, newest(vatID));
      let begun = false;
      for (let n = Math.max(from, 1); n <= last; n += 1) {
        const entry = tables.get(transcriptKey(vatID, n));
        if (entry !== undefined) {
          begun = true;
          yield entry;
        } else if (begun) {
          throw new CooperageError('STORE_CORRUPT', `transcript entry ${n} of ${vatID} is missing`);
        }
      }
    },
    deleteAll: (vatID) => {
      for (const key of keysWith(tables, transcriptPrefix(vatID))) tables.delete(key);
    },
  };
};
