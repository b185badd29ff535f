/**
 * What vats say about places in their bundles, told in terms of their authors' files: in the console's output, and in
 * why a worker ended. Source maps lie beside the bundles in the store, and are read when there is something to tell.
 */
import { type Bundle, type BundleText, makeTrace, parseSourceMap } from '@cooperage/bundler';
import {
  type BundleID,
  type Bundles,
  formatBundleID,
  SCRIPT_FOLDER,
  SCRIPT_NAME,
  type VatWorkerHost,
  type VatWorkerSpec,
} from '@cooperage/types';
import { replaceCalls } from './workers/replace-calls.js';

/** Puts a bundle into a store, with its source map beside it. */
export const putBundle = async (
  bundles: Bundles,
  { text, sourceMap }: Pick<Bundle, 'text' | 'sourceMap'>,
): Promise<BundleID> => {
  if (sourceMap !== undefined) await bundles.put(sourceMap);
  return bundles.put(text);
};

type Trace = ReturnType<typeof makeTrace>;

/** Maps that are kept ready: each is some megabytes. */
const KEPT = 8;

/** Vats of a thread share the script, and its name in stacks; the engine says it with a part of the map's hash. */
const SCRIPT_PLACE = new RegExp(
  `${SCRIPT_FOLDER}(?:/[0-9a-f]+)?(/${SCRIPT_NAME.replace('.', '\\.')}:(\\d+):(\\d+))`,
  'g',
);

type Spoken = Pick<VatWorkerSpec, 'name' | 'bundleID'>;

export const makeSourcePlaces = (bundles: Bundles) => {
  const traces = new Map<BundleID, Trace | undefined>();

  const readTrace = (id: BundleID): Trace | undefined => {
    try {
      const { cooperage } = JSON.parse(bundles.get(id)) as Partial<BundleText>;
      if (cooperage === undefined) return undefined;
      const mapID = formatBundleID(cooperage.sourceMap);
      return bundles.has(mapID) ? makeTrace(parseSourceMap(bundles.get(mapID))) : undefined;
    } catch {
      // Without a map the place in the bundle is told.
      return undefined;
    }
  };

  const traceOf = (id: BundleID): Trace | undefined => {
    if (traces.has(id)) return traces.get(id);
    for (const [oldest] of traces) {
      if (traces.size < KEPT) break;
      traces.delete(oldest);
    }
    const trace = readTrace(id);
    traces.set(id, trace);
    return trace;
  };

  /** `cooperage-vat/0123456789abcdef/bundle.js:12:3` becomes `alice/src/vat.ts:7:9`. */
  return (text: string, { name, bundleID }: Spoken): string => {
    if (!text.includes(`/${SCRIPT_NAME}:`)) return text;
    return text.replace(SCRIPT_PLACE, (_, own: string, line: string, column: string) => {
      const place = traceOf(bundleID)?.({ line: Number(line), column: Number(column) });
      return name + (place === undefined ? own : `/${place.source}:${place.line}:${place.column}`);
    });
  };
};

/** The same workers, whose vats speak of their sources. */
export const withSourcePlaces = (workers: VatWorkerHost, bundles: Bundles): VatWorkerHost => {
  const tell = makeSourcePlaces(bundles);
  return replaceCalls(workers, {
    start: (spec, sink) =>
      workers.start(spec, {
        records: (texts, times) => sink.records(texts, times),
        replayed: (n) => sink.replayed(n),
        diverged: (divergence) => sink.diverged(divergence),
        image: (image) => sink.image?.(image),
        console: (level, text, n) => sink.console(level, tell(text, spec), n),
        exited: (exit) => sink.exited({ ...exit, message: tell(exit.message, spec) }),
      }),
  });
};
