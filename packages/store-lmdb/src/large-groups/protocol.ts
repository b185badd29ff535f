/** Between the kernel's thread and the one that writes large groups. Both run this package's code: what comes is trusted. */

/** Keys and values by turns; null deletes. */
export type Rows = readonly (string | null)[];

export type ToWriter =
  /** More rows of the group that comes next. */
  | readonly [tag: 'rows', rows: Rows]
  /** All rows have come: write them as group `sequence`, in one transaction. */
  | readonly [tag: 'commit', sequence: number, note: string | undefined]
  /** The rows that came are not wanted. */
  | readonly [tag: 'forget']
  | readonly [tag: 'close'];

export type FromWriter =
  | readonly [tag: 'durable', sequence: number]
  /** What LMDB said. */
  | readonly [tag: 'failed', failure: { readonly code: unknown; readonly message: string }];

export interface WriterData {
  readonly dataFile: string;
  readonly durable: boolean;
}
