import { openLmdbBackend } from '@cooperage/store-lmdb';

/**
 * Changes the transcript of a vat whose kernel is closed, so that the vat does not repeat it.
 * @returns undoes that
 */
export const rewriteTranscript = async (
  directory: string,
  vatID: string,
  change: (text: string) => string,
): Promise<() => Promise<void>> => {
  const commit = async (
    plan: (rows: Iterable<readonly [key: string, text: string]>) => Map<string, string>,
  ): Promise<void> => {
    const backend = await openLmdbBackend(directory);
    const keys = [...backend.keys(`${vatID}.t.`, `${vatID}.t/`)];
    const writes = plan(keys.map((key) => [key, backend.get(key) as string]));
    await backend.commit({ epoch: backend.epoch, sequence: backend.committed + 1, writes });
    await backend.close();
  };
  let former = new Map<string, string>();
  await commit((rows) => {
    former = new Map([...rows].filter(([, text]) => change(text) !== text));
    return new Map([...former].map(([key, text]) => [key, change(text)]));
  });
  if (former.size === 0) throw Error(`nothing to change in the transcript of ${vatID}`);
  return () => commit(() => former);
};
