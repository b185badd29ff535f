import { formatDelivery, formatSyscall, readTranscript } from '@cooperage/tools';
import type { KernelStore, VatID } from '@cooperage/types';

/** What a vat was told in a crank, and what it did: in its own names, as its transcript has them. */
export interface SyscallsView {
  readonly delivery: string;
  readonly syscalls: readonly { readonly name: string; readonly text: string }[];
  readonly failed?: string;
}

/** Characters of a text that are shown. */
const LONGEST = 2_000;

const clip = (text: string): string =>
  text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}… (${text.length} characters)`;

/** @returns undefined where the transcript went with its vat */
export const syscallsOf = (
  store: KernelStore,
  vatID: VatID,
  n: number,
): SyscallsView | undefined => {
  if (!store.tables.has(`${vatID}.options`)) return undefined;
  const [crank] = readTranscript(store, vatID, { from: n, to: n }).cranks;
  if (crank === undefined) return undefined;
  return {
    delivery: clip(`${crank.delivery[0]} ${formatDelivery(crank.delivery)}`.trimEnd()),
    syscalls: crank.syscalls.map((entry) => ({
      name: entry[0][0],
      text: clip(formatSyscall(entry)),
    })),
    ...(crank.status[0] === 'error' && { failed: clip(String(crank.status[1])) }),
  };
};
