import { join } from 'node:path';

/** Where a blob is when it is a file. */
export const blobFolder = (directory: string): string => join(directory, 'blobs');
