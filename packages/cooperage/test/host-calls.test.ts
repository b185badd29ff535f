/** The methods of an open kernel refuse what they do not take, before anything happens. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CooperageKernel, openKernel } from '../src/index.js';

const source = fileURLToPath(new URL('./fixtures/errors-vat.js', import.meta.url));

let kernel: CooperageKernel;
beforeAll(async () => {
  const vats = { a: { source } };
  kernel = await openKernel({ config: { vats, bundles: { b: { source } } } });
  await kernel.run();
});
afterAll(() => kernel.close());

type Loose = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;
const at = (path: string): ((...args: readonly unknown[]) => unknown) => {
  const [first, second] = path.split('.') as [string, string?];
  const found = (kernel as unknown as Readonly<Record<string, unknown>>)[first];
  if (second === undefined) return found as Loose[string];
  return (found as Loose)[second] as Loose[string];
};
const refusal = async (path: string, args: readonly unknown[]): Promise<unknown> => {
  try {
    await at(path)(...args);
  } catch (thrown) {
    return thrown;
  }
  return 'nothing was refused';
};

interface Mistake {
  readonly path: string;
  readonly args: readonly unknown[];
  readonly message: string;
}

const revoked = (): unknown => {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  return proxy;
};

// In records, not rows: the titles of a row's tests would put its values into words.
test.each(
  [
    ['send', [Symbol('q'), 'm'], 'send: vat must be the name of a vat, not a symbol'],
    ['send', [Object.create(null), 'm'], 'send: vat must be the name of a vat, not an object'],
    ['send', ['a', 7], 'send: method must be the name of a method, not 7'],
    ['send', ['a', 'm', 'x'], 'send: args must be an array, not "x"'],
    ['send', ['a', 'm', null], 'send: args must be an array, not null'],
    ['send', ['a', 'm', { 0: 1 }], 'send: args must be an array, not an object'],
    [
      'send',
      ['a', 'm', [], { timeout: 1 }],
      'send takes (vat, method, args): argument 4 is superfluous: an object',
    ],
    [
      'createVat',
      ['v', { bundle: 'b' }, { window: 1 }],
      'createVat takes (name, options): argument 3',
    ],
    ['run', [{}, { cranks: 1 }], 'run takes (bounds): argument 2'],
    ['root', ['a', { fresh: true }], 'root takes (vat): argument 2'],
    ['createVat', ['n'.repeat(1e6), { bundle: 'b' }], 'createVat: name must be a text'],
    ['createVat', ['v', { bundle: 'b', widnow: 3 }], '"widnow"; did you mean "window"?'],
    ['createVat', ['v', { bundle: 'b', window: 'x' }], 'createVat: window must be a whole number'],
    ['createVat', ['v', {}], 'createVat needs "bundle"'],
    ['upgradeVat', ['a'], 'upgradeVat needs an object with options: bundle, source'],
    ['upgradeBundle', ['b'], 'upgradeBundle needs an object with options: bundle, source'],
    ['changeOptions', ['a'], 'changeOptions needs an object with options: window'],
    ['upgradeVat', ['a', { bundel: 'b' }], '"bundel"; did you mean "bundle"?'],
    [
      'upgradeVat',
      ['a', { bundle: 'b', upgradeMessage: 'x'.repeat(1e5) }],
      'upgradeMessage must be',
    ],
    ['changeOptions', ['a', { windw: 3 }], '"windw"; did you mean "window"?'],
    ['run', [{ crank: 3 }], '"crank"; did you mean "cranks"?'],
    ['run', [{ cranks: 0 }], 'run: cranks must be a whole number'],
    ['run', [{ policy: true }], 'run: policy must be a function'],
    ['on', ['retird', () => undefined], 'on: name must be'],
    ['on', ['retired'], 'on: listener must be a function, not undefined'],
    ['meters.topUp', ['m', 'many'], 'meters.topUp: computrons must be'],
    ['quarantine.terminate', ['a'], 'quarantine.terminate: reason must be a text'],
  ].map(([path, args, message]) => ({ path, args, message })) as readonly Mistake[],
)('$path is refused with "$message"', async ({ path, args, message }) => {
  expect(await refusal(path, args)).toMatchObject({
    code: 'BAD_ARGUMENT',
    message: expect.stringContaining(message) as string,
  });
});

test.each([
  ['send', ['a', 'm'], 'send: args cannot be read'],
  ['createVat', ['v'], 'createVat: the options cannot be read'],
])('a revoked proxy as the last argument of %s is refused', async (path, args, message) => {
  expect(await refusal(path, [...args, revoked()])).toMatchObject({
    code: 'BAD_ARGUMENT',
    message: expect.stringContaining(message) as string,
  });
});

test('a reference’s messages are looked at like the kernel’s', async () => {
  const root = kernel.root('a') as unknown as {
    send(...args: readonly unknown[]): Promise<unknown>;
  };
  await expect(root.send('m', 'x')).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  await expect(root.send('m', [], { timeout: 1 })).rejects.toMatchObject({
    code: 'BAD_ARGUMENT',
    message: 'send takes (method, args): argument 3 is superfluous: an object',
  });
  // What an array's own methods pass besides is no mistake.
  expect(['a'].map(kernel.root)).toEqual([kernel.root('a')]);
});

/** Those that take nothing. */
const WITHOUT_ARGUMENTS = new Set([
  ...['close', 'start', 'stop', 'step', 'stats'],
  ...['meters.list', 'quarantine.quarantined', 'suspension.suspended'],
]);

test('every method that takes something looks at it', async () => {
  const groups = { ...kernel.meters, ...kernel.quarantine, ...kernel.suspension };
  const paths = [
    ...Object.keys(kernel),
    ...Object.keys(kernel.meters).map((name) => `meters.${name}`),
    ...Object.keys(kernel.quarantine).map((name) => `quarantine.${name}`),
    ...Object.keys(kernel.suspension).map((name) => `suspension.${name}`),
  ].filter((path) => typeof at(path) === 'function' && !WITHOUT_ARGUMENTS.has(path));
  expect(paths.length).toBeGreaterThan(Object.keys(groups).length);
  for (const path of paths) {
    expect([path, await refusal(path, [Symbol('none')])]).toMatchObject([
      path,
      { code: 'BAD_ARGUMENT' },
    ]);
  }
  // Nothing came of it.
  expect(kernel.stats().vats).toBe(1);
});
