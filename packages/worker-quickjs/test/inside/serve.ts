/**
 * What programs of tests have in common that run where vats run: the surroundings and the lockdown of every
 * heap, and operations that the host asks for. The same script runs in V8, for comparison.
 */
import '../../src/inside/lockdown.js';
import { makeGcTools } from '@cooperage/supervisor';
import type { GcTools } from '@cooperage/types';
import { FinalizationRegistry } from '../../src/inside/finalization-registry.js';
import { enginePowers, runWaiting } from '../../src/inside/powers.js';

const timers: (() => void)[] = [];

/** What tests wait with: turns of what is the event loop here, and the time when it has nothing to do. */
Object.assign(globalThis, {
  setImmediate: enginePowers.nextTask,
  setTimeout: (callback: () => void) => {
    timers.push(callback);
  },
});

/** @returns whether there was anything to do */
const runNext = (): boolean => {
  if (runWaiting()) return true;
  const timer = timers.shift();
  timer?.();
  return timer !== undefined;
};

/** What vats of this engine have. */
export const engineGcTools = (): GcTools => ({
  ...makeGcTools(enginePowers),
  FinalizationRegistry,
});

/** What `answer` gives when the operation is through. */
export type Answer = readonly [kind: 'value' | 'error', text: string];

export const serve = (
  operations: Readonly<Record<string, (text: string) => Promise<unknown>>>,
): void => {
  let answer: Answer | undefined;
  const receive = (operation: string, text: string): string | undefined => {
    switch (operation) {
      case 'ready':
      case 'unhandled':
        return undefined;
      case 'idle':
        return runNext() ? 'more' : undefined;
      case 'answer':
        return answer === undefined ? undefined : JSON.stringify(answer);
      default: {
        answer = undefined;
        const run = async (): Promise<unknown> => operations[operation]?.(text);
        void run().then(
          (value) => {
            answer = ['value', JSON.stringify(value ?? null)];
          },
          (error: unknown) => {
            const { message, stack } = error as Error;
            answer = ['error', `${message}\n${stack}`];
          },
        );
        return undefined;
      }
    }
  };
  Object.assign(globalThis, { receive });
};
