/** Meter control for engines that do not meter: it only keeps count, so that its assertions hold. */
import type { MeterControl } from '@cooperage/types';

export const makeMeterControl = (): MeterControl => {
  let disabled = 0;
  const isMeteringDisabled = (): boolean => disabled > 0;
  const runWithoutMetering = <T>(thunk: () => T): T => {
    disabled += 1;
    try {
      return thunk();
    } finally {
      disabled -= 1;
    }
  };
  return Object.freeze<MeterControl>({
    isMeteringDisabled,
    assertIsMetered: (message = 'this must run metered') => {
      if (isMeteringDisabled()) throw Error(message);
    },
    assertNotMetered: (message = 'this must run unmetered') => {
      if (!isMeteringDisabled()) throw Error(message);
    },
    runWithoutMetering,
    runWithoutMeteringAsync: async (thunk) => {
      disabled += 1;
      try {
        // The thunk starts in a turn of its own, whatever it throws.
        await Promise.resolve();
        return await thunk();
      } finally {
        disabled -= 1;
      }
    },
    unmetered:
      (fn) =>
      (...args) =>
        runWithoutMetering(() => fn(...args)),
  });
};
