import type { KernelEvents } from 'cooperage';

/** How long each fork took: from the moment at which it was made until the new vat has done its first work. */
export interface ForkTimes {
  /** Listeners for the kernel. */
  readonly on: {
    readonly 'vat-forked': (event: KernelEvents['vat-forked']) => void;
    readonly 'vat-ready': (event: KernelEvents['vat-ready']) => void;
    readonly retired: (event: KernelEvents['retired']) => void;
  };
  /** Milliseconds, by the name of the vat; of the forks that this process saw. */
  readonly milliseconds: ReadonlyMap<string, number>;
}

export const makeForkTimes = (now: () => number = () => performance.now()): ForkTimes => {
  const names = new Map<string, string>();
  const begun = new Map<string, number>();
  const milliseconds = new Map<string, number>();
  return {
    on: {
      'vat-forked': ({ vatID }) => void begun.set(vatID, now()),
      'vat-ready': ({ vatID, name }) => void names.set(vatID, name),
      retired: ({ vatID }) => {
        const since = begun.get(vatID);
        if (since === undefined) return;
        begun.delete(vatID);
        milliseconds.set(names.get(vatID) ?? vatID, now() - since);
      },
    },
    milliseconds,
  };
};
