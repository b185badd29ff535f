import { CooperageError } from '@cooperage/types';
import type { OpenKernelOptions } from './kernel-api.js';

/** The functions of each layer that a caller may bring, by their place in it. */
const STORE_FUNCTIONS = [
  'get',
  'has',
  'keys',
  'commit',
  'view',
  'close',
  'blobs.put',
  'blobs.has',
  'blobs.get',
  'blobs.delete',
  'blobs.list',
] as const;
const STORE_NUMBERS = ['epoch', 'committed'] as const;
const WORKERS_FUNCTIONS = ['start', 'stop'] as const;

const memberOf = (layer: object, place: string): unknown => {
  let found: unknown = layer;
  for (const name of place.split('.')) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[name];
  }
  return found;
};

const insistMembers = (
  option: 'store' | 'workers',
  contract: string,
  layer: unknown,
  functions: readonly string[],
  numbers: readonly string[] = [],
): void => {
  const refuse = (what: string): never => {
    throw new CooperageError(
      'BAD_ARGUMENT',
      `the option "${option}" must be a ${contract} of @cooperage/types: ${what}`,
    );
  };
  if (typeof layer !== 'object' || layer === null) return refuse('it is not an object');
  for (const name of functions) {
    if (typeof memberOf(layer, name) !== 'function') refuse(`it has no function "${name}"`);
  }
  for (const name of numbers) {
    if (!Number.isSafeInteger(memberOf(layer, name))) refuse(`its "${name}" is not a whole number`);
  }
};

/**
 * Checks the layers that the caller brings, before anything is opened or deleted.
 *
 * @throws {CooperageError} `BAD_ARGUMENT` where one is not what its contract says, or where the caller's own store
 *   is given beside options of the built-in one
 */
export const insistLayers = ({
  store,
  workers,
  directory,
  fresh,
}: Omit<OpenKernelOptions, 'config'>): void => {
  if (workers !== undefined) {
    insistMembers('workers', 'VatWorkerHost', workers, WORKERS_FUNCTIONS);
  }
  if (store === undefined) return;
  insistMembers('store', 'StoreBackend', store, STORE_FUNCTIONS, STORE_NUMBERS);
  const option = directory !== undefined ? 'directory' : fresh === true ? 'fresh' : undefined;
  if (option === undefined) return;
  throw new CooperageError(
    'BAD_ARGUMENT',
    `the options "store" and "${option}" exclude each other: "${option}" is for the built-in store; ` +
      'leave it out, and open or empty your store yourself',
  );
};
