/**
 * A thread beside the one in which a vat is replayed: it stops that one at the first line of the author's code. It has
 * no use for a port: it is connected to the inspector inside the process.
 */
import { writeSync } from 'node:fs';
import { type Debugger, Session } from 'node:inspector';
import { parentPort, workerData } from 'node:worker_threads';
import { makeTrace, parseSourceMap } from '@cooperage/bundler';
import { isOfAuthor } from './author-lines.js';
import { type AuthorPlace, type BreakOrder, type ReplaySaid, SAID } from './messages.js';

const { parent, scripts } = workerData as BreakOrder;
const session = new Session();
session.connectToMainThread();

const traces = new Map(
  scripts.map(({ url, map }) => [
    url,
    { trace: makeTrace(parseSourceMap(map)), sources: parseSourceMap(map).sources },
  ]),
);

const ask = <T>(method: string, params: object = {}): Promise<T> =>
  new Promise((resolve, reject) => {
    session.post(method, params, (error: Error | null, result?: unknown) => {
      if (error === null) resolve(result as T);
      else reject(error);
    });
  });

/** Frames name the script by its number. */
const urls = new Map<string, string>();
session.on('Debugger.scriptParsed', ({ params: { scriptId, url } }) => {
  if (traces.has(url)) urls.set(scriptId, url);
});

const authorPlaceOf = (frame: Debugger.CallFrame | undefined): AuthorPlace | undefined => {
  if (frame === undefined) return undefined;
  const { scriptId, lineNumber, columnNumber = 0 } = frame.location;
  const place = traces
    .get(urls.get(scriptId) ?? '')
    ?.trace({ line: lineNumber + 1, column: columnNumber + 1 });
  if (place === undefined || !isOfAuthor(place.source)) return undefined;
  return { ...place, functionName: frame.functionName };
};

const say = (said: ReplaySaid): void => {
  writeSync(SAID, `${JSON.stringify(said)}\n`);
};

let breakpoints: string[] = [];

session.on('Debugger.paused', ({ params }) => {
  if (breakpoints.length === 0) return;
  const place = authorPlaceOf(params.callFrames[0]);
  // The engine moves a breakpoint to the next place where it can stop, which may be behind the author's code.
  if (place === undefined) {
    void ask('Debugger.resume');
    return;
  }
  const removed = breakpoints;
  breakpoints = [];
  void Promise.all(
    removed.map((breakpointId) => ask('Debugger.removeBreakpoint', { breakpointId })),
  ).then(() => {
    say({ type: 'stopped', place });
  });
});

const arm = async (): Promise<void> => {
  await ask('Debugger.enable');
  const set = scripts.flatMap(({ url, places }) =>
    places.map(({ line, column }) =>
      ask<{ breakpointId: string }>('Debugger.setBreakpointByUrl', {
        url,
        lineNumber: line,
        columnNumber: column,
      }),
    ),
  );
  breakpoints = (await Promise.all(set)).map(({ breakpointId }) => breakpointId);
  parentPort?.postMessage('armed');
};

// A process that a debugger has stopped does not notice that the one that started it has ended.
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, 500);

void arm();
