import type { Order } from '@cooperage/types';
import type { Profile } from '../vats/behaviour.js';
import { type VatSideRules, VAT_SIDE_RULES } from '../mutations/rules.js';

/** All that a run depends on, besides the code. */
export interface WorldOptions {
  /** Decides what vats and the host do. */
  readonly seed: string;
  /** Decides what happens when; the seed itself where it is left out. */
  readonly schedule: string;
  readonly order: Order;
  /** Vats that are there from the start. */
  readonly vats: number;
  /** The largest window that a vat has. */
  readonly window: number;
  /** Inputs of the host, besides those at the beginning and at the end. */
  readonly inputs: number;
  /** How often the machine may crash, and how often a worker may be lost. */
  readonly crashes: number;
  readonly losses: number;
  readonly profile: Profile;
  readonly rules: VatSideRules;
  /** Rows of ended vats that one crank deletes. */
  readonly sweptRows: number;
  /** Work in one slice of a record: other things may happen between two of them. */
  readonly sliceWork: number;
  /** The whole-database check runs after every so many steps that change the tables. */
  readonly checkEvery: number;
}

export const CALM: Profile = {
  fuel: 5,
  fault: 0,
  exit: 0,
  admin: 0.1,
  pass: 0,
  abandon: 0,
  collect: 0.3,
  hosted: 0,
};
export const WILD: Profile = {
  fuel: 6,
  fault: 0.01,
  exit: 0.01,
  admin: 0.2,
  pass: 0,
  abandon: 0.05,
  collect: 0.3,
  hosted: 0,
};

export const DEFAULT_OPTIONS: WorldOptions = {
  seed: '1',
  schedule: '1',
  order: 'arrival',
  vats: 3,
  window: 4,
  inputs: 6,
  crashes: 2,
  losses: 2,
  profile: WILD,
  rules: VAT_SIDE_RULES,
  sweptRows: 3,
  sliceWork: 50,
  checkEvery: 1,
};
