/**
 * Where a thread is that does not come to an end. Node lets a process debug its own threads: the thread is stopped
 * wherever it is, says what is on its stack, and goes on. One that stayed stopped could not be ended.
 */
import { Session } from 'node:inspector';
import type { Worker } from 'node:worker_threads';
import { describeFrames, type Frame } from '@cooperage/worker-kit';

interface CallFrame {
  readonly functionName: string;
  /** Both from 0. */
  readonly location: {
    readonly scriptId: string;
    readonly lineNumber: number;
    readonly columnNumber?: number;
  };
}

interface FromWorker {
  /** Of the command that this answers. */
  readonly id?: number;
  readonly method?: string;
  readonly params?: {
    readonly callFrames?: readonly CallFrame[];
    readonly scriptId?: string;
    readonly url?: string;
  };
}

/** Code of the vat: what is not a file of the host's, nor of Node. */
const isOfVat = ({ place }: Frame): boolean => !/^(?:file:|node:|\/|:)/.test(place);

const frameOf = (
  { functionName, location }: CallFrame,
  urls: ReadonlyMap<string, string>,
): Frame => ({
  name: functionName,
  place: `${urls.get(location.scriptId) ?? ''}:${location.lineNumber + 1}:${(location.columnNumber ?? 0) + 1}`,
});

/** `NodeWorker` is a domain of Node's own, which the types do not have. */
interface WorkerSession {
  connect(): void;
  disconnect(): void;
  post(method: string, parameters?: object): void;
  on(event: string, listener: (message: { readonly params: unknown }) => void): void;
}

/**
 * The number of a thread, as the title that the debugger gives it has it. `workerId` is no help: each session counts
 * the threads that it meets from 1.
 */
const threadIn = (title: string): number => Number(/^\[worker (\d{1,10})\]/i.exec(title)?.[1]);

/** The commands that a thread is sent, by what its answers are known by. */
const COMMANDS = { 1: 'Debugger.enable', 2: 'Debugger.pause', 3: 'Debugger.disable' } as const;
const RELEASE = 3;

/**
 * Resolves to no frames if the thread does not stop in time. The debugger is disabled in any case, and the session
 * ends only when the thread has confirmed that: a thread that is idle when it is asked to pause would pause in the
 * code that it runs next, and no session would be left to resume it.
 */
const stackOf = (worker: Worker, milliseconds: number): Promise<readonly Frame[]> =>
  new Promise((resolve) => {
    const session = new Session() as unknown as WorkerSession;
    const { threadId } = worker;
    /** Of the thread's scripts. */
    const urls = new Map<string, string>();
    /** By which the thread is addressed; undefined before it is reached, and when it has ended. */
    let address: string | undefined;
    const disconnect = (): void => {
      worker.off('exit', ended);
      // In another turn: the session is in the middle of telling something.
      setImmediate(() => session.disconnect());
    };
    const send = (id: keyof typeof COMMANDS): void => {
      const message = JSON.stringify({ id, method: COMMANDS[id] });
      session.post('NodeWorker.sendMessageToWorker', { sessionId: address, message });
    };
    const finish = (frames: readonly CallFrame[]): void => {
      clearTimeout(timer);
      resolve(frames.map((frame) => frameOf(frame, urls)));
      if (address === undefined) disconnect();
      else send(RELEASE);
    };
    const ended = (): void => {
      address = undefined;
      finish([]);
    };
    const timer = setTimeout(() => finish([]), milliseconds);
    worker.once('exit', ended);
    session.connect();
    session.on('NodeWorker.attachedToWorker', ({ params }) => {
      const { sessionId, workerInfo } = params as {
        readonly sessionId: string;
        readonly workerInfo: { readonly title: string };
      };
      if (threadIn(workerInfo.title) !== threadId) return;
      address = sessionId;
      send(1);
      send(2);
    });
    session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
      const { sessionId, message } = params as Readonly<Record<'sessionId' | 'message', string>>;
      if (sessionId !== address) return;
      const { id, method, params: told } = JSON.parse(message) as FromWorker;
      if (method === 'Debugger.scriptParsed') urls.set(told?.scriptId ?? '', told?.url ?? '');
      if (method === 'Debugger.paused') finish(told?.callFrames ?? []);
      if (id === RELEASE) disconnect();
    });
    session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  });

/**
 * What of a vat's code a thread is running, as words that follow a sentence; undefined where that cannot be found out
 * in time, because a built-in function runs.
 */
export const findRunningPlace = async (
  worker: Worker,
  milliseconds: number,
): Promise<string | undefined> => {
  try {
    const frames = await stackOf(worker, milliseconds);
    return describeFrames(frames.filter(isOfVat));
  } catch {
    // This Node was built without an inspector.
    return undefined;
  }
};
