import { CooperageError, readGiven } from '@cooperage/types';
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
  option: 'backend' | 'store' | 'workers',
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
  readGiven('openKernel', `the option "${option}"`, () => {
    for (const name of functions) {
      if (typeof memberOf(layer, name) !== 'function') refuse(`it has no function "${name}"`);
    }
    for (const name of numbers) {
      if (!Number.isSafeInteger(memberOf(layer, name)))
        refuse(`its "${name}" is not a whole number`);
    }
  });
};

/** Options that say how the built-in layer is made. */
const BUILT_IN = {
  backend: [['directory', 'fresh', 'store'], 'open or empty your store yourself'],
  store: [['directory', 'fresh'], 'open or empty your store yourself'],
  workers: [['threads', 'heapLimit', 'liveslots', 'quickjs'], 'give it to what makes your workers'],
} as const;

type Opening = Omit<OpenKernelOptions, 'config'>;

const insistAlone = (layer: keyof typeof BUILT_IN, options: Opening): void => {
  const [names, remedy] = BUILT_IN[layer];
  const name = names.find((each) => options[each] !== undefined && options[each] !== false);
  if (name === undefined) return;
  throw new CooperageError(
    'BAD_ARGUMENT',
    `the options "${layer}" and "${name}" exclude each other: "${name}" is for the built-in ${layer}; ` +
      `leave it out, and ${remedy}`,
  );
};

/**
 * Checks the layers that the caller brings, before anything is opened or deleted.
 *
 * @throws {CooperageError} `BAD_ARGUMENT` where one is not what its contract says, or is given beside options of the
 *   built-in one
 */
export const insistLayers = (options: Opening): void => {
  const { backend, store, workers } = options;
  if (workers !== undefined) {
    insistMembers('workers', 'VatWorkerHost', workers, WORKERS_FUNCTIONS);
    insistAlone('workers', options);
  }
  if (backend !== undefined) {
    insistMembers('backend', 'StoreBackend', backend, STORE_FUNCTIONS, STORE_NUMBERS);
    insistAlone('backend', options);
  }
  if (store !== undefined) {
    insistMembers('store', 'StoreBackend', store, STORE_FUNCTIONS, STORE_NUMBERS);
    insistAlone('store', options);
  }
};
