/** Sources in a folder that a test edits between two starts of a kernel. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  ConfigChange,
  CooperageKernel,
  KernelConfig,
  OpenKernelOptions,
} from '../../src/index.js';
import { openForTest, temporaryDirectory } from '../helpers.js';

/** A vat that says which version of its code runs and with which parameters, and counts for good. */
export const vatCode = (version: string, more = ''): string => `
export const buildRootObject = (_vatPowers, parameters, baggage) => {
  ${more}
  if (!baggage.has('count')) baggage.init('count', 0);
  return Far('root', {
    bootstrap: async (_vats, { vatAdmin }) => {
      if (parameters?.broken) throw Error('there is no database');
      return 'set up by ' + ${JSON.stringify(version)};
    },
    make: async (vatAdmin, name) => (await E(vatAdmin).createVat(name, { name: 'made' })).root,
    version: () => ${JSON.stringify(version)},
    parameters: () => parameters,
    count: () => {
      baggage.set('count', baggage.get('count') + 1);
      return baggage.get('count');
    },
  });
};
`;

export interface Project {
  write(file: string, text: string): void;
  path(file: string): string;
  /** Opens the kernel of the project anew; what it tells of changes is in `told`. */
  open(
    config: KernelConfig,
    options?: Partial<OpenKernelOptions>,
  ): Promise<CooperageKernel & { readonly told: readonly ConfigChange[] }>;
}

export const makeProject = (): Project => {
  const folder = temporaryDirectory();
  const path = (file: string): string => join(folder, file);
  return {
    path,
    write: (file, text) => writeFileSync(path(file), text),
    open: async (config, options = {}) => {
      const told: ConfigChange[] = [];
      const kernel = await openForTest({
        config,
        directory: path('state'),
        ...options,
        on: { 'config-changed': (change) => told.push(change), ...options.on },
      });
      return { ...kernel, told };
    },
  };
};
