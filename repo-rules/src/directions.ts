/**
 * The house's drawing as data: for each package, the packages of this repository that it may use.
 *
 *     roots       cooperage    examples    simulator
 *     shells      vat-manager    tools    worker-*    store-*    bundler    supervisor -> liveslots
 *     cores       kernel    store
 *     contracts   types    compliance
 *
 * A new package gets a row, with a reason in review; a row may name only rows above it.
 */
export const directions: Readonly<Record<string, readonly string[]>> = {
  types: [],
  compliance: ['types'],

  // Makes what vats evaluate, and knows nothing of how.
  bundler: ['types'],

  kernel: ['types'],
  store: ['types'],

  // Kernel and liveslots meet only in the delivery and syscall types.
  liveslots: ['types'],
  supervisor: ['types', 'liveslots'],

  // The vat manager knows the contract of a vat worker, not the workers.
  'vat-manager': ['types', 'kernel'],
  // What the workers on Node share: threads, how one talks with them, the powers of the engine.
  'worker-kit': ['types', 'supervisor'],
  'worker-local': ['types', 'liveslots', 'supervisor', 'worker-kit'],
  'worker-thread': ['types', 'liveslots', 'supervisor', 'worker-kit'],
  'worker-quickjs': ['types', 'liveslots', 'supervisor', 'worker-kit'],
  'store-lmdb': ['types'],
  // Reads come from a local copy, which is an LMDB.
  'store-postgres': ['types', 'store-lmdb'],
  // Decides which process runs a kernel, and knows nothing of kernels.
  cluster: ['types', 'store-postgres'],

  // Works on the store of a kernel, with the workers that it is given.
  tools: ['types', 'kernel', 'store', 'vat-manager', 'store-lmdb'],

  simulator: ['types', 'kernel', 'store'],
  // Runs the kernel again from its records, without the vats.
  recording: ['types', 'kernel', 'store', 'vat-manager'],
  // Shows a recording, or the directory of a kernel, in a page; replays a vat of it for a debugger.
  inspect: [
    'types',
    'bundler',
    'kernel',
    'store',
    'vat-manager',
    'store-lmdb',
    'worker-local',
    'recording',
    'tools',
  ],
  // Runs in browsers: it knows the gateway's messages, and nothing of the kernel.
  client: [],
  cooperage: [
    'types',
    'client',
    'bundler',
    'kernel',
    'store',
    'liveslots',
    'supervisor',
    'vat-manager',
    'tools',
    'inspect',
    'worker-thread',
    'worker-quickjs',
    'store-lmdb',
    'store-postgres',
    'cluster',
  ],
  // "npm create": the command line, and nothing of its own.
  'create-cooperage': ['cooperage'],
  // Tells OpenTelemetry what the events of a kernel say.
  telemetry: ['types', 'cooperage'],
  // What browsers and programs hold is above the kernel, on the port that it has for a gateway.
  gateway: ['types', 'cooperage'],
  // A world is a kernel with everything, whose process is played.
  test: ['types', 'store', 'recording', 'cooperage'],
};

/** What each example may use: what users install, and the contracts for their types. */
export const examplesUse: readonly string[] = ['cooperage', 'types', 'gateway', 'client'];

const contracts = ['types', 'compliance'];

/**
 * What tests may use beyond what their package may: the compliance suites, everywhere but in the
 * contracts themselves, and these. A test that needs more may be a test of a higher package.
 */
export const testsAlsoUse: Readonly<Record<string, readonly string[]>> = {
  // What a whole kernel has recorded.
  cooperage: ['recording'],
  // The real tables under the code that works on them.
  kernel: ['store'],
  'vat-manager': ['store'],
  // The store over this port, as it is used.
  'store-lmdb': ['store'],
  'store-postgres': ['store'],
  // What it records is looked at there, and compared with what the tools find.
  test: ['inspect', 'tools'],
  // Both ends of a session, and the tables of the kernel under it.
  gateway: ['client', 'kernel'],
};

/** The folders whose code is synchronous and has no effects; every effect is a port in `types`. */
export const pureCores: readonly string[] = ['packages/kernel/src/'];

/** The name in the tables above of a workspace's folder. */
export const rowOf = (folder: string): string =>
  folder.startsWith('examples/') ? folder : folder.slice('packages/'.length);

export const mayUse = (row: string): readonly string[] | undefined =>
  row.startsWith('examples/') ? examplesUse : directions[row];

export const testsMayUse = (row: string): readonly string[] => [
  ...(mayUse(row) ?? []),
  ...(contracts.includes(row) ? [] : ['compliance']),
  ...(testsAlsoUse[row] ?? []),
];

/** The row of an imported package of this repository, undefined for anything else. */
export const rowOfSpecifier = (specifier: string): string | undefined => {
  const [scope, name] = specifier.split('/');
  if (scope === 'cooperage') return scope;
  return scope === '@cooperage' ? name : undefined;
};
