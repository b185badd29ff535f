/** What engines call the script of a vat's bundle, in stacks and for debuggers. */

/** The vats of a thread share their script: its folder has the name of none of them. */
export const SCRIPT_FOLDER = 'cooperage-vat';

export const SCRIPT_NAME = 'bundle.js';

/** @param hash of the bundle's source map, which says what the script was made of */
export const scriptNameOf = (hash: string): string =>
  [SCRIPT_FOLDER, ...(hash === '' ? [] : [hash.slice(0, 16)]), SCRIPT_NAME].join('/');
