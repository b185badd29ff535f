import type { CommitGroup, StoreBackend } from '@cooperage/types';

/** A backend of this package: what a copy of another store needs besides the port. */
export interface LmdbBackend extends StoreBackend {
  /** What the owner said of the newest group, in the transaction that wrote it. */
  readonly note: string | undefined;
  commit(group: CommitGroup & { readonly note?: string }): Promise<void>;
  /** Writes rows that are part of no group: those of a store that is being made as a copy. */
  load(writes: CommitGroup['writes'], note?: string): Promise<void>;
}
