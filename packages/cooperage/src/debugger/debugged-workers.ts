/** Workers for a debugger: the scripts of vats have their source maps, and one vat stops at its author's first line. */
import { makeTrace, parseSourceMap } from '@cooperage/bundler';
import {
  type AuthorPlace,
  type AuthorScript,
  authorScriptOf,
  isOfAuthor,
  withMap,
} from '@cooperage/inspect';
import type { Bundles, VatWorkerHost } from '@cooperage/types';
import { makeLateWorker } from '../workers/worker-router.js';
import { withLocalSources } from './local-sources.js';
import { followThreads, type ThreadDebugger } from './thread-debuggers.js';
import { replaceCalls } from '../workers/replace-calls.js';

export type Stopper = ReturnType<typeof makeStopper>;

export interface DebuggedVat {
  readonly name: string;
  readonly stopper: Stopper;
  /** The absolute path of a vat's module, where it is known. */
  readonly sourceOf: (name: string) => string | undefined;
  /** Called if the vat's bundle has no source map: the vat does not stop. */
  readonly onNoMap: () => void;
}

interface Paused {
  readonly hitBreakpoints?: readonly string[];
  readonly callFrames: readonly {
    readonly functionName: string;
    /** Both from 0. */
    readonly location: { readonly lineNumber: number; readonly columnNumber?: number };
  }[];
}

/** Stops the first thread that runs a line of the script that its author wrote. Call it before the first thread starts. */
export const makeStopper = (onStopped: (place: AuthorPlace) => void) => {
  /** Resolves when the thread's debugger is ready. */
  const ready = new Map<ThreadDebugger, Promise<unknown>>();
  /** What was set, by thread. */
  const breakpoints = new Map<ThreadDebugger, readonly string[]>();
  let trace: ReturnType<typeof makeTrace> | undefined;
  let script: AuthorScript | undefined;
  let isArmed = false;

  const set = async (thread: ThreadDebugger): Promise<void> => {
    if (script === undefined) return;
    const { url, places } = script;
    const made = await Promise.all(
      places.map(({ line: lineNumber, column: columnNumber }) =>
        thread.ask<{ readonly breakpointId: string }>('Debugger.setBreakpointByUrl', {
          ...{ url, lineNumber, columnNumber },
        }),
      ),
    );
    breakpoints.set(
      thread,
      made.map(({ breakpointId }) => breakpointId),
    );
  };

  const paused = (thread: ThreadDebugger, { hitBreakpoints = [], callFrames }: Paused): void => {
    const own = breakpoints.get(thread) ?? [];
    const [frame] = callFrames;
    if (frame === undefined || !hitBreakpoints.some((id) => own.includes(id))) return;
    const { lineNumber, columnNumber = 0 } = frame.location;
    const place = trace?.({ line: lineNumber + 1, column: columnNumber + 1 });
    // The engine moves a breakpoint to the next place where it can stop, which may be behind the author's code.
    if (place === undefined || !isOfAuthor(place.source)) {
      void thread.ask('Debugger.resume');
      return;
    }
    script = undefined;
    for (const [each, ids] of breakpoints) {
      for (const breakpointId of ids) void each.ask('Debugger.removeBreakpoint', { breakpointId });
    }
    breakpoints.clear();
    onStopped({ ...place, functionName: frame.functionName });
  };

  const { all, close } = followThreads({
    attached: (thread) => {
      ready.set(
        thread,
        thread.ask('Debugger.enable').then(() => set(thread)),
      );
    },
    heard: (thread, method, params) => {
      if (method === 'Debugger.paused') paused(thread, params as Paused);
    },
  });
  return {
    close,
    /** A vat has stopped, or will. */
    get isArmed() {
      return isArmed;
    },
    /** Resolves when the script stops in each thread that there is. Threads that come up later set it themselves. */
    arm: async (wanted: AuthorScript): Promise<void> => {
      isArmed = true;
      script = wanted;
      trace = makeTrace(parseSourceMap(wanted.map));
      for (const thread of await all()) {
        await ready.get(thread);
        if (!breakpoints.has(thread)) await set(thread);
      }
    },
  };
};

/** @param vat stops when its code is first run. A vat that was there before stops when its transcript is replayed */
export const makeDebuggedWorkers = (
  workers: VatWorkerHost,
  bundles: Bundles,
  { name, stopper, sourceOf, onNoMap }: DebuggedVat,
): VatWorkerHost =>
  replaceCalls(workers, {
    start: (spec, sink) => {
      const script = authorScriptOf({ bundles }, spec.bundleID);
      if (script === undefined) {
        if (!stopper.isArmed && spec.name === name) onNoMap();
        return workers.start(spec, sink);
      }
      const mapped = {
        ...spec,
        loadBundle: () => withMap(spec.loadBundle(), withLocalSources(script, sourceOf(spec.name))),
      };
      if (stopper.isArmed || spec.name !== name) return workers.start(mapped, sink);
      return makeLateWorker(
        stopper.arm(script).then(() => workers),
        mapped,
        sink,
      );
    },
  });
