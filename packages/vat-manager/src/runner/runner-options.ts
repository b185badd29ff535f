/** The options of `makeRunner`, as a table: all others are refused. */
import {
  callback,
  flag,
  object,
  optionsOf,
  type OptionTable,
  ORDERS,
  text,
  wholeNumber,
} from '@cooperage/types';
import { CHOICES } from '@cooperage/kernel';
import type { RunnerOptions } from './runner-contract.js';

const MANY = Number.MAX_SAFE_INTEGER;

export const RUNNER_OPTIONS = {
  store: { value: object('a KernelStore'), required: true },
  workers: { value: object('a VatWorkerHost', 'start', 'stop'), required: true },
  order: { value: { kind: 'choice', of: ORDERS }, required: true },
  seed: { value: wholeNumber(0, 4_294_967_295) },
  choices: { value: text('choices such as "3:1,7:2"', CHOICES) },
  history: { value: flag },
  onOutput: { value: callback, required: true },
  ambient: { value: object('an object with now() and entropy()', 'now', 'entropy') },
  residency: {
    value: optionsOf(
      { vats: { value: wholeNumber(1, MANY) }, megabytes: { value: wholeNumber(1, MANY) } },
      'an object of limits',
    ),
  },
  events: { value: object('an object of listeners') },
  snapshotInterval: { value: wholeNumber(1, MANY, 'deliveries') },
} as const satisfies Record<keyof RunnerOptions, OptionTable[string]>;
