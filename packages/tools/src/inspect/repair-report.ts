import { makeKernelTables, describeKey } from '@cooperage/kernel';
import {
  byNumber,
  isKRef,
  isVatID,
  type KernelStore,
  type KRef,
  type VatID,
} from '@cooperage/types';
import type { StoreCheck, StoreProblem } from './check-store.js';

/** A problem of a store, with what it means for those who use the kernel. */
export interface Repair extends StoreProblem {
  /** What the row says, by the schema; null for one that is no row of a kernel's. */
  readonly row: string | null;
  /** The vats that it concerns: whose row it is, or that hold the reference. */
  readonly vats: readonly { readonly vatID: VatID; readonly name: string }[];
  readonly references: readonly KRef[];
  /** What will happen if the kernel goes on with it. */
  readonly effect: string;
  /** What could be done about it. Nothing of it is done here. */
  readonly remedy: string;
}

const RESTORE =
  'import the newest export that has no problems, or restore the directory from a backup';
const END_VAT =
  'terminate the vat, which releases all its references, or restore the kernel; an upgrade does not help, because it keeps the c-list';

/** By what begins the key, the first that fits. */
const KINDS: readonly (readonly [RegExp, effect: string, remedy: string])[] = [
  [
    /^ko\d/,
    'if counts are too high, the object is never collected; if they are too low, it is collected while vats still use it, and then the kernel stops',
    `the problem states the correct counts: correct the row, or ${RESTORE}`,
  ],
  [
    /^kp\d/,
    'subscribers of the promise may never be notified, or the kernel stops when it is resolved',
    RESTORE,
  ],
  [
    /^v\d+\.[kr]\./,
    'the vat and the kernel use one name for different objects: the next delivery or record with that name terminates the vat or stops the kernel',
    END_VAT,
  ],
  [
    /^v\d+\.t\./,
    'the vat cannot be restored from its transcript',
    `${RESTORE}; a vat that keeps its state in durable data can be upgraded, which does not need the transcript`,
  ],
  [
    /^v\d+\.s\./,
    'the vat is restored from an older image, or from the whole transcript',
    'delete the row',
  ],
  [
    /^engine\./,
    'a change of the engine may go unnoticed',
    'delete the row: the next start records the present version',
  ],
  [
    /^image\./,
    'vats whose heaps begin with this image are restored from an older one, or from the whole transcript',
    'nothing: the kernel restores them by itself, and makes new images',
  ],
  [
    /^v\d+\.options$/,
    'the vat cannot be restored: its code is damaged or missing',
    'bundle the same source with the same version of the bundler, which gives the same id, and put it into the store; or upgrade the vat',
  ],
  [
    /^(?:v\d+\.(?:in|out|delivered|acked)|q\.|k\.issue|k\.retired)/,
    'a delivery may be lost or made twice, and in issue order the kernel may wait forever for one that does not exist',
    RESTORE,
  ],
  [/^creation\./, 'vats that were requested later are not announced', RESTORE],
  [
    /^history\./,
    'the kernel itself is not affected; it cannot be replayed past this crank',
    'open it once with "history": false, which deletes the history, and then begin a new one after an export',
  ],
  [
    /^(?:name|pin|out|device|ended|filed)\./,
    'the host gets a different answer than before',
    RESTORE,
  ],
];

const unknown = (row: string | null): readonly [effect: string, remedy: string] =>
  row === null
    ? ['this version does not read it', 'if no other version wrote it, it can be deleted']
    : ['not known', RESTORE];

const krefsIn = ({ key, problem }: StoreProblem): KRef[] => {
  const found = `${key} ${problem}`.match(/\bk[op][1-9]\d*\b/g) ?? [];
  return [...new Set(found)].filter(isKRef).sort(byNumber);
};

/** The problems of a store, what each affects, and how to repair it. Reads only. */
export const makeRepairReport = (store: KernelStore, { problems }: StoreCheck): Repair[] => {
  const { cLists, vats } = makeKernelTables(store.tables);
  const living = vats.list();
  return problems.map((each) => {
    const { key } = each;
    const references = krefsIn(each);
    const owner = key.slice(0, Math.max(0, key.indexOf('.'))) || key;
    const concerned = isVatID(owner)
      ? [owner]
      : living.filter((vatID) =>
          references.some((kref) => cLists.toVat(vatID, kref) !== undefined),
        );
    const row = describeKey(key)?.meaning ?? null;
    const known = row === null ? undefined : KINDS.find(([pattern]) => pattern.test(key));
    const [effect, remedy] = known === undefined ? unknown(row) : [known[1], known[2]];
    return {
      ...each,
      row,
      vats: concerned.map((vatID) => ({
        vatID,
        name: vats.isAlive(vatID) ? vats.options(vatID).name : 'no more',
      })),
      references,
      effect,
      remedy,
    };
  });
};
