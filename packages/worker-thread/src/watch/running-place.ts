/**
 * Where a thread is that does not come to an end. Node lets a process debug its own threads: the thread is stopped
 * wherever it is, says what is on its stack, and goes on. One that stayed stopped could not be ended.
 */
import { Session } from 'node:inspector';
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
  readonly method?: string;
  readonly params: {
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

const stackOf = (threadID: number, milliseconds: number): Promise<readonly Frame[]> =>
  new Promise((resolve) => {
    const session = new Session() as unknown as WorkerSession;
    /** Of the thread's scripts. */
    const urls = new Map<string, string>();
    const finish = (frames: readonly CallFrame[]): void => {
      clearTimeout(timer);
      // In another turn: the session is in the middle of telling this.
      setImmediate(() => {
        session.disconnect();
        resolve(frames.map((frame) => frameOf(frame, urls)));
      });
    };
    const timer = setTimeout(() => finish([]), milliseconds);
    session.connect();
    const send = (sessionId: string, id: number, method: string): void => {
      const message = JSON.stringify({ id, method });
      session.post('NodeWorker.sendMessageToWorker', { sessionId, message });
    };
    session.on('NodeWorker.attachedToWorker', ({ params }) => {
      const { sessionId, workerInfo } = params as {
        readonly sessionId: string;
        readonly workerInfo: { readonly workerId: string };
      };
      if (workerInfo.workerId !== `${threadID}`) return;
      send(sessionId, 1, 'Debugger.enable');
      send(sessionId, 2, 'Debugger.pause');
    });
    session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
      const { message } = params as { readonly message: string };
      const { method, params: told } = JSON.parse(message) as FromWorker;
      if (method === 'Debugger.scriptParsed') urls.set(told.scriptId ?? '', told.url ?? '');
      if (method === 'Debugger.paused') finish(told.callFrames ?? []);
    });
    session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  });

/**
 * What of a vat's code a thread is running, as words that follow a sentence; undefined where that cannot be found out
 * in time, because a built-in function runs.
 */
export const findRunningPlace = async (
  threadID: number,
  milliseconds: number,
): Promise<string | undefined> => {
  try {
    const frames = await stackOf(threadID, milliseconds);
    return describeFrames(frames.filter(isOfVat));
  } catch {
    // This Node was built without an inspector.
    return undefined;
  }
};
