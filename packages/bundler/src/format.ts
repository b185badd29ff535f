/**
 * The form of a bundle. It is an `endoScript` for `@endo/import-bundle`, so that whatever imports bundles takes it; what
 * Cooperage adds says what is in it.
 */
import type { Inputs } from './inputs.js';

/**
 * What a module is called everywhere (`src/vat.ts`, `zod@4.6.7/index.js`), the SHA-256 of its source, and how many
 * characters it has in the bundle.
 */
export type BundledModule = readonly [label: string, sha256: string, length: number];

export interface BundleText {
  readonly moduleFormat: 'endoScript';
  /** A script whose value is the namespace of the vat's module, or a promise for it. */
  readonly source: string;
  readonly cooperage: {
    readonly format: 1;
    /** The SHA-512 of the source map, which is kept beside the bundle. */
    readonly sourceMap: string;
    /** Properties of the global object that the vat's code may set at any time. */
    readonly globals?: readonly string[];
    /** In the order of their labels. */
    readonly modules: readonly BundledModule[];
  };
}

export interface MadeBundle {
  /** JSON of {@link BundleText}. */
  readonly text: string;
  /** JSON. */
  readonly sourceMap: string;
  readonly inputs: Inputs;
}
