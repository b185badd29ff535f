/** What the supervisor wants of an engine: turns, and collection. */
import type { EnginePowers } from '@cooperage/supervisor';
import { callHost } from './host-calls.js';

let waiting: (() => void)[] = [];

/** No promise job is left: what waited for that runs. @returns whether there was anything */
export const runWaiting = (): boolean => {
  if (waiting.length === 0) return false;
  const all = waiting;
  waiting = [];
  for (const callback of all) callback();
  return true;
};

const later = (callback: () => void): void => {
  waiting.push(callback);
};

export const enginePowers: EnginePowers = {
  afterMicrotasks: later,
  nextTask: later,
  collect: () => {
    callHost('collect', '');
  },
};
