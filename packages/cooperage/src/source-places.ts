/**
 * What vats say about places in their bundles, told in terms of their authors' files: in the console's output, and in
 * why a worker ended. Source maps lie beside the bundles in the store, and are read when there is something to tell.
 */
import {
  type Bundle,
  type BundleText,
  makeTrace,
  parseSourceMap,
  SCRIPT_NAME,
} from '@cooperage/bundler';
import { type BundleID, type Bundles, formatBundleID, type VatWorkerHost } from '@cooperage/types';

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

const SCRIPT_PLACE = new RegExp(`/${SCRIPT_NAME.replace('.', '\\.')}:(\\d+):(\\d+)`, 'g');

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

  /** `alice/bundle.js:12:3` becomes `alice/src/vat.ts:7:9`. */
  return (text: string, id: BundleID): string => {
    if (!text.includes(`/${SCRIPT_NAME}:`)) return text;
    return text.replace(SCRIPT_PLACE, (all, line: string, column: string) => {
      const place = traceOf(id)?.({ line: Number(line), column: Number(column) });
      return place === undefined ? all : `/${place.source}:${place.line}:${place.column}`;
    });
  };
};

/** The same workers, whose vats speak of their sources. */
export const withSourcePlaces = (workers: VatWorkerHost, bundles: Bundles): VatWorkerHost => {
  const tell = makeSourcePlaces(bundles);
  return {
    ...(workers.prepare !== undefined && { prepare: (vats) => workers.prepare?.(vats) }),
    ...(workers.baseImage !== undefined && { baseImage: (hash) => workers.baseImage?.(hash) }),
    get running() {
      return workers.running ?? 0;
    },
    start: (spec, sink) =>
      workers.start(spec, {
        records: (texts) => sink.records(texts),
        replayed: (n) => sink.replayed(n),
        diverged: (divergence) => sink.diverged(divergence),
        image: (image) => sink.image?.(image),
        console: (level, text) => sink.console(level, tell(text, spec.bundleID)),
        exited: (exit) => sink.exited({ ...exit, message: tell(exit.message, spec.bundleID) }),
      }),
    stop: () => workers.stop(),
  };
};
