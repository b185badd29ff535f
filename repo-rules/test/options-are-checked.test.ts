/** Public functions refuse options that they do not have: in JavaScript a misspelt one would be lost without a word. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import ts from 'typescript';
import { afterAll, expect, test } from 'vitest';

const packages = fileURLToPath(new URL('../../packages', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'cooperage-options-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** The declarations behind what a manifest exports. */
const declarationsIn = (exported: unknown): string[] => {
  if (typeof exported === 'string') return exported.endsWith('.d.ts') ? [exported] : [];
  if (typeof exported !== 'object' || exported === null) return [];
  return Object.values(exported).flatMap(declarationsIn);
};

const entries = readdirSync(packages).flatMap((name) => {
  const manifest = join(packages, name, 'package.json');
  if (!existsSync(manifest)) return [];
  const { exports } = JSON.parse(readFileSync(manifest, 'utf8')) as { exports: unknown };
  return [...new Set(declarationsIn(exports))].map((file) => ({
    name,
    file: join(packages, name, file),
  }));
});

/** The names of the options of each `package function` one of whose arguments is an object that may lack some of its members. */
const findTakers = (): Map<string, string[]> => {
  const program = ts.createProgram(
    entries.map(({ file }) => file),
    {
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ES2022,
      skipLibCheck: true,
      strict: true,
      types: ['node'],
    },
  );
  const checker = program.getTypeChecker();
  const takesOptions = (parameter: ts.Symbol, at: ts.SourceFile): boolean => {
    const type = checker.getNonNullableType(checker.getTypeOfSymbolAtLocation(parameter, at));
    if ((type.flags & ts.TypeFlags.Object) === 0 || checker.isArrayType(type)) return false;
    if (type.getCallSignatures().length > 0) return false;
    return type.getProperties().some(({ flags }) => (flags & ts.SymbolFlags.Optional) !== 0);
  };
  const found = new Map<string, string[]>();
  for (const { name, file } of entries) {
    const source = program.getSourceFile(file) as ts.SourceFile;
    const module = checker.getSymbolAtLocation(source);
    if (module === undefined) continue;
    for (const symbol of checker.getExportsOfModule(module)) {
      const options = checker
        .getTypeOfSymbolAtLocation(symbol, source)
        .getCallSignatures()
        .flatMap(({ parameters }) => parameters)
        .filter((each) => takesOptions(each, source))
        .flatMap((each) =>
          checker
            .getNonNullableType(checker.getTypeOfSymbolAtLocation(each, source))
            .getProperties(),
        );
      if (options.length > 0) {
        found.set(
          `${name} ${symbol.name}`,
          options.map((each) => each.name),
        );
      }
    }
  }
  return found;
};

const mistake = { nosuch: 1 };
const directory = join(scratch, 'none');

/** How each is called with an option that it does not have. */
const CALLS: Readonly<Record<string, readonly unknown[]>> = {
  'bundler makeBundler': [mistake],
  'compliance storeBackendCompliance': [mistake],
  'compliance kernelStoreCompliance': [mistake],
  'compliance vatWorkerCompliance': [mistake],
  'compliance linkCompliance': [mistake],
  'cooperage makeBundler': [mistake],
  'cooperage makeService': [() => undefined, mistake],
  'cooperage openKernel': [mistake],
  'cooperage exportKernel': [directory, join(scratch, 'export'), mistake],
  'cooperage forkKernel': [mistake],
  'inspect debugCrank': [mistake],
  'inspect forkKernel': [mistake],
  'inspect tryMessage': [mistake],
  'cooperage importKernel': [directory, [scratch], mistake],
  'cooperage replayKernel': [mistake],
  'cooperage garbageOfKernel': [directory, mistake],
  'kernel makeKernel': [{}, mistake],
  'simulator planWorld': [1, mistake],
  'store makeMemoryBackend': [mistake],
  'store-lmdb openLmdbBackend': [directory, mistake],
  'store-lmdb openLmdbView': [directory, mistake],
  'gateway openGateway': [{}, mistake],
  'client connect': ['http://localhost/#x', mistake],
  'cluster openMembership': [mistake],
  'store-postgres openPostgresBackend': [mistake],
  'store-postgres openPostgresStandby': [mistake],
  'store-postgres openSession': [mistake],
  'kernel makeCore': [mistake],
  'tools exportKernel': [directory, join(scratch, 'export'), mistake],
  'tools importKernel': [directory, [scratch], mistake],
  'tools replayKernel': [mistake],
  'tools followKernel': [directory, scratch, mistake],
  'tools garbageOfKernel': [directory, mistake],
  'tools readTranscript': [{}, 'v1', mistake],
  'inspect serveInspector': [{}, mistake],
  'recording followRecording': [{}, mistake],
  'recording readRecording': [{}, mistake],
  'telemetry observeKernel': [{ on: () => () => undefined }, mistake],
  'test explore': [{}, () => undefined, mistake],
  'test openWorld': [{}, mistake],
  'vat-manager makeRunner': [mistake],
  'worker-local makeLocalWorkerHost': [mistake],
  'worker-quickjs makeQuickJSWorkerHost': [mistake],
  'worker-thread makeThreadWorkerHost': [mistake],
};

/** What takes such an object and need not look, and why. */
const EXEMPT: Readonly<Record<string, readonly string[]>> = {
  'powers that one package makes for another': [
    ...['simulator compareSchedules', 'simulator explore', 'simulator failureOf', 'simulator hunt'],
    ...['simulator shrink', 'simulator simulate', 'compliance driveVat', 'store makeKernelStore'],
    ...['supervisor makeSupervisor', 'supervisor makeBuildVatNamespace'],
    ...['worker-kit makeHostedVat', 'worker-kit makePooledThread', 'tools replayHistory'],
    ...['tools findGarbage', 'tools importInto', 'cooperage makeVatWorkers'],
    ...['cooperage openPlayed', 'simulator exploreLinks', 'simulator runLinkWorlds'],
    ...['cooperage gatewayPortOf', 'cooperage operateGateway'],
    ...['tools makeRecordSource', 'kernel migrateRows', 'vat-manager makeWorkerManager'],
  ],
  'data that was checked before': [
    ...['inspect crankViewOf', 'inspect labelOf', 'inspect makePast', 'inspect objectViewOf'],
    ...['inspect overviewOf', 'inspect search', 'inspect vatViewOf', 'recording causesOf'],
    ...['inspect familyOf', 'inspect makeLanes', 'inspect makeMetrics', 'inspect timelineOf'],
    ...[
      'inspect makeTimed',
      'inspect makeThreadLanes',
      'inspect makeTerms',
      'inspect syscallsOf',
      'types workerVatOptions',
    ],
    ...['recording drawSequence', 'recording effectsOf', 'recording findCrossings'],
    ...['recording nameDeliveries', 'recording withCauses', 'test assertSent'],
    ...['tools formatSyscall', 'types insistWithinBudget'],
    ...['kernel formatCause', 'kernel vatTerminated', 'types completeVatOptions'],
    ...['types errorMessageOf', 'types givenVatOptions', 'types rejectionBy', 'tools exportView'],
  ],
  'for vats, where VatData looks at the options (packages/liveslots/test/unknown-options.test.ts)':
    ['cooperage', 'liveslots'].flatMap((name) =>
      [
        ...['defineVirtualExoClass', 'defineVirtualExoClassKit', 'defineDurableExoClass'],
        ...['defineDurableExoClassKit', 'prepareExo', 'prepareExoClass', 'prepareExoClassKit'],
        ...['provideDurableMapStore', 'provideDurableWeakMapStore'],
        ...['provideDurableSetStore', 'provideDurableWeakSetStore'],
      ].map((each) => `${name} ${each}`),
    ),
};

const takers = findTakers();

test('every public function that takes options is in one of the two lists', () => {
  const listed = [...Object.keys(CALLS), ...Object.values(EXEMPT).flat()];
  expect([...takers.keys()].sort()).toEqual(listed.sort());
});

/** What the call rejects with, or throws, where `given` stands in place of the options that it does not have. */
const refusalOf = async (each: string, given: object): Promise<unknown> => {
  const [name, call] = each.split(' ') as [string, string];
  const { file } = entries.find((entry) => entry.name === name) as { file: string };
  const module = (await import(pathToFileURL(file.replace(/\.d\.ts$/, '.js')).href)) as Readonly<
    Record<string, (...args: readonly unknown[]) => unknown>
  >;
  const args = (CALLS[each] as readonly unknown[]).map((arg) => (arg === mistake ? given : arg));
  return (async () => module[call]?.(...args))().catch((thrown: unknown) => thrown);
};

test.each(Object.keys(CALLS))('%s refuses an option that it does not have', async (each) => {
  const call = each.split(' ')[1] as string;
  expect(await refusalOf(each, mistake)).toMatchObject({
    code: 'BAD_ARGUMENT',
    message: expect.stringContaining(`${call} has no option "nosuch"`) as string,
  });
});

/** No option may be one. */
const wrong = Symbol('wrong');

test.each(Object.keys(CALLS))('%s refuses options of a wrong type', async (each) => {
  const accepted: string[] = [];
  for (const option of takers.get(each) ?? []) {
    const refusal = (await refusalOf(each, { [option]: wrong })) as Partial<
      Record<string, unknown>
    >;
    const isRefused = refusal?.['code'] === 'BAD_ARGUMENT' || refusal?.['code'] === 'BAD_CONFIG';
    if (!isRefused || !String(refusal?.['message']).includes(option)) {
      accepted.push(`${option}: ${inspect(refusal)}`);
    }
  }
  expect(accepted).toEqual([]);
});
