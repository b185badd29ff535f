import { type BlobBackend, type Bundles, CooperageError, formatBundleID } from '@cooperage/types';

const PREFIX_LENGTH = 'b1-'.length;

/** Vat code by content: the blob's hash is the bundle's name. */
export const makeBundles = (blobs: BlobBackend): Bundles => ({
  put: async (text) => {
    const bytes = new TextEncoder().encode(text);
    // What does not survive the encoding would come back as other code than was put in.
    if (new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) !== text) {
      throw new CooperageError('BAD_BUNDLE', 'the text of a bundle must be well-formed Unicode');
    }
    return formatBundleID(await blobs.put(bytes));
  },
  has: (id) => blobs.has(id.slice(PREFIX_LENGTH)),
  get: (id) => {
    const bytes = blobs.get(id.slice(PREFIX_LENGTH));
    if (bytes === undefined) {
      throw new CooperageError('BUNDLE_NOT_FOUND', `the store has no bundle ${id}`);
    }
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  },
});
