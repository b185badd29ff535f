/** What runs in each heap: evaluated once, for the image that all vats start from. */
import './lockdown.js';
import { makeLiveSlots } from '@cooperage/liveslots';
import {
  compileScript,
  constantsOfVats,
  makeAmbient,
  makeBuildVatNamespace,
  makeBundleReader,
  makeGcTools,
  makeSupervisor,
  makeVatConsole,
  type ReadBundle,
  type Supervisor,
} from '@cooperage/supervisor';
import { type MakeLiveSlots, messageOf, type VatID } from '@cooperage/types';
import { feralEval } from './feral.js';
import { callHost } from './host-calls.js';
import { FinalizationRegistry } from './finalization-registry.js';
import { enginePowers, runWaiting } from './powers.js';
import { makeSourceNames } from './source-names.js';

interface Vat {
  readonly supervisor: Supervisor;
  readonly console: { readonly error: (...args: unknown[]) => void };
  readonly renew: (isReplay: boolean) => void;
}

let makeLiveSlotsHere: MakeLiveSlots = makeLiveSlots;
let vat: Vat | undefined;

/** A heap has one vat. */
const names = makeSourceNames();
const makeReader = (): ReadBundle =>
  makeBundleReader((source, name) =>
    compileScript({ evaluate: feralEval, hashOf: () => callHost('hash', '') ?? '' })(
      names.place(`${source}\n//# sourceURL=${name}`),
      name,
    ),
  );

let prepared: ReturnType<ReadBundle> | undefined;

/**
 * Compiles the script of a bundle, for all vats that start from a copy of this heap. What is wrong with it is said when a vat
 * starts.
 */
const prepare = (text: string): string | undefined => {
  try {
    const bundle = makeReader()(text);
    if (bundle.script === undefined) return undefined;
    bundle.script.compiled?.prepare(constantsOfVats(true));
    prepared = bundle;
    return 'prepared';
  } catch {
    return undefined;
  }
};

const start = (text: string): void => {
  const { vatID, name } = JSON.parse(text) as { readonly vatID: VatID; readonly name: string };
  const { console, renew } = makeVatConsole((level, text) => {
    callHost(level, names.tell(text));
  });
  const ambient = makeAmbient();
  const supervisor = makeSupervisor({
    vatID,
    makeLiveSlots: makeLiveSlotsHere,
    vatstore: {
      get: (key) => callHost('get', key),
      getNextKey: (prior) => callHost('getNextKey', prior),
      nextKey: (prior, own, gone) =>
        callHost('nextKey', JSON.stringify([prior, own ?? null, gone])),
    },
    buildVatNamespace: makeBuildVatNamespace({
      name,
      loadBundle: () => (prepared === undefined ? (callHost('bundle', '') ?? '') : ''),
      readBundle: (bundle) => prepared ?? makeReader()(bundle),
      console,
      ambient,
      transforms: [names.place],
      // Values are NaN-boxed: there is one NaN.
      storesOneNaN: true,
    }),
    ambient,
    gcTools: { ...makeGcTools(enginePowers), FinalizationRegistry },
    console,
    emit: (record) => {
      callHost('record', record);
    },
  });
  vat = { supervisor, console, renew };
};

/** What errors hide from vats. */
const { getStackString: stackOf } = globalThis as unknown as {
  readonly getStackString: (error: Error) => string;
};

const started = (): Vat => {
  if (vat === undefined) throw Error('no vat was started in this heap');
  return vat;
};

const fail = (reason: unknown): void => {
  callHost('failed', messageOf(reason));
};

const deliver = (text: string): void => {
  const { supervisor, renew } = started();
  renew(false);
  void supervisor.deliver(text).catch(fail);
};

const replay = (text: string): void => {
  const { supervisor, renew } = started();
  renew(true);
  void supervisor.replay(text).then((divergence) => {
    if (divergence !== undefined) callHost('diverged', JSON.stringify(divergence));
  }, fail);
};

/** Called by the host; answers text. */
const receive = (operation: string, text: string, value?: unknown): string | undefined => {
  switch (operation) {
    case 'idle':
      return runWaiting() ? 'more' : undefined;
    case 'deliver':
      deliver(text);
      return undefined;
    case 'replay':
      replay(text);
      return undefined;
    case 'newest':
      return `${vat?.supervisor.newest ?? 0}`;
    case 'prepare':
      return prepare(text);
    case 'start':
      start(text);
      return undefined;
    case 'stack':
      return names.tell(stackOf(Error()));
    case 'unhandled':
      vat?.console.error('Unhandled rejection:', value);
      return undefined;
    case 'ready': {
      const global = globalThis as Record<string, unknown>;
      const other = global['makeLiveSlots'];
      if (typeof other === 'function') makeLiveSlotsHere = other as MakeLiveSlots;
      delete global['makeLiveSlots'];
      delete global['receive'];
      return undefined;
    }
    default:
      throw Error(`there is no operation ${operation}`);
  }
};

Object.assign(globalThis, { receive });
