/** In a process of its own, which is locked down: a vat is replayed up to a crank, and stopped in it. */
import { writeSync } from 'node:fs';
import inspector from 'node:inspector';
import { Worker } from 'node:worker_threads';
import { type Core, makeCore } from '@cooperage/kernel';
import { retirementsOf } from '@cooperage/recording';
import { makeKernelStore, makeMemoryBackend } from '@cooperage/store';
import { makeRecordSource } from '@cooperage/tools';
import {
  type ConsoleLevel,
  CooperageError,
  isCooperageError,
  type KernelStore,
  messageOf,
  type VatWorker,
  type VatWorkerHost,
} from '@cooperage/types';
import { makeLocalWorkerHost } from '@cooperage/worker-local';
import { copyBlobs, restoreCrank } from '../fork-kernel.js';
import { openSourceBackend } from '../open-source.js';
import { type AuthorScript, authorScriptOf, withMap } from './author-lines.js';
import { type BreakOrder, type ReplayOrder, type ReplaySaid, SAID } from './messages.js';

const say = (said: ReplaySaid): void => {
  writeSync(SAID, `${JSON.stringify(said)}\n`);
};

/** The crank of a vat that is meant. */
const findCrank = (records: KernelStore, { crank, step }: ReplayOrder) => {
  const retirements = retirementsOf(records);
  const at = retirements.find((each) => each.crank === crank);
  if (at === undefined) {
    throw new CooperageError(
      'BAD_ARGUMENT',
      `no vat ran in crank ${crank}: what the host did cannot be debugged here. Choose a crank of a vat`,
    );
  }
  const ofVat = retirements.filter(({ vatID }) => vatID === at.vatID);
  const found = ofVat[ofVat.indexOf(at) + { at: 0, before: -1, after: 1 }[step]];
  if (found !== undefined) return found;
  throw new CooperageError('BAD_ARGUMENT', `vat ${at.vatID} has no crank ${step} crank ${crank}`);
};

/** Has a thread set breakpoints on each line of the author's; resolves when they are set. */
const breakAt = (scripts: readonly AuthorScript[]): Promise<void> =>
  new Promise((resolve, reject) => {
    const workerData: BreakOrder = { parent: process.ppid, scripts };
    const thread = new Worker(new URL('./break-thread.js', import.meta.url), { workerData });
    thread.once('message', () => {
      resolve();
    });
    thread.once('error', reject);
  });

type Print = (level: ConsoleLevel, text: string, n: number) => void;

interface Watched {
  readonly workers: VatWorkerHost;
  /** What went wrong with the vat. */
  readonly failed: Promise<never>;
}

interface WatchPowers {
  readonly host: VatWorkerHost;
  readonly script: AuthorScript | undefined;
  readonly ready: () => Promise<void>;
  readonly print: Print;
}

/**
 * The vat in this thread: its delivery is given to it when the past is repeated and `ready` has resolved, and no delivery
 * after it.
 */
const watchWorkers = ({ host, script, ready, print }: WatchPowers): Watched => {
  let fail: (reason: Error) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => undefined);
  const start: VatWorkerHost['start'] = (spec, sink) => {
    let repeated: () => void = () => undefined;
    let whenRepeated: Promise<void> = Promise.resolve();
    let isGiven = false;
    const worker: VatWorker = host.start(
      {
        ...spec,
        loadBundle: () =>
          script === undefined ? spec.loadBundle() : withMap(spec.loadBundle(), script),
      },
      {
        records: (texts) => {
          sink.records(texts);
        },
        replayed: (n) => {
          repeated();
          sink.replayed(n);
        },
        diverged: ({ n, expected, actual }) => {
          fail(
            new CooperageError(
              'REPLAY_DIVERGED',
              `vat ${spec.name} did not repeat delivery ${n}: ${expected ?? 'nothing'} was ${actual ?? 'not made'}`,
            ),
          );
        },
        exited: ({ message }) => {
          fail(new CooperageError('WORKER_CRASHED', `vat ${spec.name} cannot be run: ${message}`));
        },
        console: (level, text, n) => {
          print(level, text, n ?? 0);
        },
      },
    );
    return {
      replay: (entries) => {
        whenRepeated = new Promise((resolve) => {
          repeated = resolve;
        });
        worker.replay(entries);
      },
      deliver: ([first]) => {
        if (isGiven || first === undefined) return;
        isGiven = true;
        whenRepeated
          .then(ready)
          .then(() => {
            worker.deliver([first]);
          })
          .catch(fail);
      },
      stop: () => worker.stop(),
    };
  };
  return { workers: { start, stop: () => host.stop() }, failed };
};

/** @returns where a debugger attaches. Node writes to standard error where it cannot listen, and throws nothing. */
const openInspector = (port: number): string => {
  inspector.open(port, '127.0.0.1');
  const url = inspector.url();
  if (url !== undefined) return url;
  throw new CooperageError(
    'BAD_ARGUMENT',
    `port ${port} cannot be used for the debugger: another program uses it, or this user may not. Choose another port, or leave --port out`,
  );
};

/** The state before a crank of a vat, in this process. */
const prepare = async (order: ReplayOrder) => {
  const from = await openSourceBackend(order.source);
  const records = makeKernelStore(from);
  const found = findCrank(records, order);
  const backend = makeMemoryBackend();
  const store = makeKernelStore(backend);
  await copyBlobs(from, backend);
  await restoreCrank(from, store, found.crank - 1, makeLocalWorkerHost());
  const core: Core = makeCore({
    tables: store.tables,
    transcripts: store.transcripts,
    order: 'recorded',
  });
  const { vats, windows } = core.kernel.tables;
  const text = windows.find(found.vatID, found.n)?.text;
  if (text === undefined) {
    throw new CooperageError(
      'BAD_RECORDING',
      `crank ${found.crank}: delivery ${found.n} was not handed out`,
    );
  }
  const { name, bundleID } = vats.options(found.vatID);
  const run = async ({ workers, failed }: Watched): Promise<void> => {
    const source = makeRecordSource(core, store, workers);
    source.deliver(found.vatID, found.n, text);
    await Promise.race([source.next(found.vatID), failed]);
    say({ type: 'over' });
  };
  return { ...found, records, store, name, bundleID, run };
};

const debug = async (order: ReplayOrder, port: number): Promise<void> => {
  const { crank, vatID, n, name, bundleID, store, run } = await prepare(order);
  const script = authorScriptOf(store, bundleID);
  const url = openInspector(port);
  const ready = async (): Promise<void> => {
    await breakAt(script === undefined ? [] : [script]);
    say({ type: 'replayed', crank, vatID, name, n, url });
  };
  const print: Print = (_level, text) => process.stdout.write(`${name}: ${text}\n`);
  await run(watchWorkers({ host: makeLocalWorkerHost(), script, ready, print }));
};

/** Says all that the vat printed up to the crank. */
const listen = async (order: ReplayOrder): Promise<void> => {
  const { records, vatID, run } = await prepare(order);
  const cranks = new Map(
    retirementsOf(records)
      .filter((each) => each.vatID === vatID)
      .map(({ n, crank }) => [n as number, crank]),
  );
  const print: Print = (level, text, n) =>
    say({ type: 'printed', crank: cranks.get(n) ?? 0, level, text });
  const host = makeLocalWorkerHost({ repeatConsole: true });
  await run(watchWorkers({ host, script: undefined, ready: () => Promise.resolve(), print }));
  process.exit();
};

/** Never resolves where it goes well: a debugger may want to look at what is there after the crank. */
export const replayCrank = async (order: ReplayOrder): Promise<void> => {
  try {
    if (order.port === undefined) await listen(order);
    else await debug(order, order.port);
  } catch (thrown) {
    const code = isCooperageError(thrown) ? thrown.code : undefined;
    say({ type: 'failed', code, message: messageOf(thrown) });
    process.exit(1);
  }
};
