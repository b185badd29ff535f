import type { Pattern } from '@endo/patterns';
import { insistOptions } from '../kinds/insist-options.js';

export interface StoreOptions {
  readonly keyShape?: Pattern;
  readonly valueShape?: Pattern;
  readonly durable?: boolean;
}

const NAMES: readonly (keyof StoreOptions)[] = ['keyShape', 'valueShape', 'durable'];

/** @throws {TypeError} for an option that collections do not have */
export const insistStoreOptions = (of: string, options: object): void =>
  insistOptions(of, options, NAMES);
