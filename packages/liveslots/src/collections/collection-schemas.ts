/** What each collection takes, in its row `|schemata`: written once, when the collection is made. */
import { makeError, q, X } from '@endo/errors';
import harden from '@endo/harden';
import type { Pattern } from '@endo/patterns';
import type { CapData, LiveSlotsSyscall, VRef } from '@cooperage/types';
import { collectionPrefix } from './collection-entry.js';
import { makeCrankCache } from '../kinds/crank-cache.js';
import type { Decode } from '../refs/decoder.js';

export interface CollectionSchema {
  /** For people. */
  readonly label: string;
  readonly keyShape: Pattern;
  readonly valueShape: Pattern | undefined;
  /** Capdata of all that. */
  readonly data: CapData<VRef>;
}

export interface CollectionSchemas {
  get(collectionID: string): CollectionSchema;
  set(collectionID: string, schema: CollectionSchema): void;
  delete(collectionID: string): void;
  flush(): void;
}

export const SCHEMATA = '|schemata';

const keyOf = (collectionID: string): string => `${collectionPrefix(collectionID)}${SCHEMATA}`;

export const makeCollectionSchemas = (
  syscall: Pick<LiveSlotsSyscall, 'vatstoreGet' | 'vatstoreSet' | 'vatstoreDelete'>,
  decode: Decode,
): CollectionSchemas =>
  makeCrankCache<CollectionSchema>({
    read(collectionID) {
      const row = syscall.vatstoreGet(keyOf(collectionID));
      if (row === undefined) throw makeError(X`no collection ${q(collectionID)}`);
      const data = JSON.parse(row) as CapData<VRef>;
      const { label, keyShape, valueShape } = decode(data) as Omit<CollectionSchema, 'data'>;
      return harden({ label, keyShape, valueShape, data });
    },
    write(collectionID, { data }) {
      syscall.vatstoreSet(keyOf(collectionID), JSON.stringify(data));
    },
    delete(collectionID) {
      syscall.vatstoreDelete(keyOf(collectionID));
    },
  });
