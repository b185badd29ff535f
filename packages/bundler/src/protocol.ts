import type { ErrorCode } from '@cooperage/types';
import type { MadeBundle } from './format.js';

/** What a thread that bundles is asked, and what it answers. */
export interface BundleRequest {
  readonly number: number;
  /** Absolute path. */
  readonly entry: string;
}

export type BundleAnswer =
  | ({ readonly number: number } & MadeBundle)
  | { readonly number: number; readonly code: ErrorCode; readonly message: string };
