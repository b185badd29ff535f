/** What runs in each heap: evaluated once, for the image that all vats start from. */
import './lockdown.js';
import { makeLiveSlots } from '@cooperage/liveslots';
import {
  evalScript,
  makeAmbient,
  makeBuildVatNamespace,
  makeBundleReader,
  makeGcTools,
  makeSupervisor,
  makeVatConsole,
  type Supervisor,
} from '@cooperage/supervisor';
import { type MakeLiveSlots, messageOf, type VatID } from '@cooperage/types';
import { feral } from './feral.js';
import { callHost } from './host-calls.js';
import { FinalizationRegistry } from './finalization-registry.js';
import { enginePowers, runWaiting } from './powers.js';
import { makeSourceNames, type SourceNames } from './source-names.js';

interface Vat {
  readonly supervisor: Supervisor;
  readonly console: { readonly error: (...args: unknown[]) => void };
  readonly renew: (isReplay: boolean) => void;
  readonly names: SourceNames;
}

let makeLiveSlotsHere: MakeLiveSlots = makeLiveSlots;
let vat: Vat | undefined;

const start = (text: string): void => {
  const { vatID, name } = JSON.parse(text) as { readonly vatID: VatID; readonly name: string };
  const names = makeSourceNames();
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
      loadBundle: () => callHost('bundle', '') ?? '',
      readBundle: makeBundleReader(evalScript(feral)),
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
  vat = { supervisor, console, renew, names };
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
    case 'start':
      start(text);
      return undefined;
    case 'stack':
      return started().names.tell(stackOf(Error()));
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
