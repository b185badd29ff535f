import { CooperageError } from '@cooperage/types';

/**
 * Without the supervisor's own check, because loading it in a process that is not locked down would
 * make a later lockdown impossible.
 * @throws {CooperageError} `BAD_CONFIG`
 */
export const insistLockedDown = (): void => {
  const { harden, HandledPromise } = globalThis as Readonly<Record<string, unknown>>;
  if (typeof harden === 'function' && typeof HandledPromise === 'function') return;
  throw new CooperageError(
    'BAD_CONFIG',
    'vats can run in this thread only if it is locked down: ' +
      "import '@cooperage/worker-local/lockdown' before anything else",
  );
};
