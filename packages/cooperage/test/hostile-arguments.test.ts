/** What the process itself gives to a kernel may run code that throws when it is looked at: that is a mistake with a code. */
import { describe, expect, it } from 'vitest';
import { hostileValues } from '../../types/test/hostile-values.js';
import { exportObject } from '../src/host/references/exported-object.js';
import { isCooperageError } from '@cooperage/types';
import { openKernel, type OpenKernelOptions, serveNode } from '../src/index.js';
import { fixture } from './helpers.js';

const values: readonly (readonly [string, unknown])[] = [
  ...hostileValues(),
  [
    'an object that only looks as if Far had made it',
    { [Symbol.for('passStyle')]: 'remotable', m: () => 1 },
  ],
  [
    'an object with a method that is a getter that throws',
    {
      get m(): never {
        throw Object.create(null) as Error;
      },
    },
  ],
];

const source = fixture('worker-vat.js');
const config = { vats: { a: { source } } };

/** Where a value is given. */
const places: readonly (readonly [place: string, (value: never) => OpenKernelOptions])[] = [
  ['the config', (value) => ({ config: value })],
  ['the vats of the config', (value) => ({ config: { vats: value } })],
  ['a vat of the config', (value) => ({ config: { vats: { a: value } } })],
  [
    'a parameter of a vat',
    (value) => ({ config: { vats: { a: { source, parameters: { x: value as unknown } } } } }),
  ],
  ['the services', (value) => ({ config, services: value })],
  ['a service', (value) => ({ config, services: { s: value } })],
  ['the listeners', (value) => ({ config, on: value })],
  ['the store', (value) => ({ config, store: value })],
  ['the workers', (value) => ({ config, workers: value })],
];

const codeOf = async (options: OpenKernelOptions): Promise<string> => {
  try {
    const kernel = await openKernel({ log: () => undefined, ...options });
    await kernel.close();
    return 'opened';
  } catch (thrown) {
    return isCooperageError(thrown) ? thrown.code : 'thrown by the value';
  }
};

describe('openKernel', () => {
  it.each(places)(
    'opens, or refuses with a code, whatever is given as %s',
    async (_, optionsWith) => {
      for (const [title, value] of values) {
        const code = await codeOf(optionsWith(value as never));
        expect(['opened', 'BAD_ARGUMENT', 'BAD_CONFIG'], `${title}: ${code}`).toContain(code);
      }
    },
  );
});

describe('exportObject', () => {
  it.each(values)('takes %s, or refuses it with a code', (_title, value) => {
    let code = 'exported';
    try {
      exportObject(value as object);
    } catch (thrown) {
      code = isCooperageError(thrown) ? thrown.code : 'thrown by the value';
    }
    expect(['exported', 'BAD_ARGUMENT']).toContain(code);
  });

  it('takes a text for the name', () => {
    expect(() => exportObject({ m: () => 1 }, 5 as never)).toThrow(/name must be a text/);
  });
});

describe('serveNode', () => {
  it.each([undefined, null, 5, 'cluster.json', { misspelt: 1 }, { database: { url: 5 } }])(
    'refuses %j with a code',
    async (config) => {
      await expect(serveNode(config as never, '1', () => undefined)).rejects.toMatchObject({
        code: 'BAD_ARGUMENT',
      });
    },
  );
});
