/**
 * The debuggers of this process's threads, over the inspector inside the process. A debugger that is attached from
 * outside has sessions of its own, and sees each pause, too.
 */
import { Session } from 'node:inspector';
import type { Worker } from 'node:worker_threads';

/** `NodeWorker` is a domain of Node's own, which the types do not have. */
interface WorkerSession {
  connect(): void;
  disconnect(): void;
  post(method: string, parameters?: object): void;
  on(event: string, listener: (message: { readonly params: unknown }) => void): void;
}

interface FromThread {
  /** Of the command that this answers. */
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
  readonly method?: string;
  readonly params?: unknown;
}

export interface ThreadDebugger {
  /** Rejects if the debugger refuses the command. Never settles if the thread ends. */
  ask<T>(method: string, params?: object): Promise<T>;
}

export interface ThreadDebuggers {
  /** Resolves with all threads that there are, when they are attached. */
  readonly all: () => Promise<readonly ThreadDebugger[]>;
  readonly close: () => void;
}

export interface ThreadsHandler {
  readonly attached: (thread: ThreadDebugger) => void;
  readonly heard: (thread: ThreadDebugger, method: string, params: unknown) => void;
}

interface Thread extends ThreadDebugger {
  readonly threadId: number;
  hear(message: FromThread): void;
}

/** The number of a thread, as the title that the debugger gives it has it. */
const threadIn = (title: string): number => Number(/^\[worker (\d{1,10})\]/i.exec(title)?.[1]);

/** Call it before the first thread starts. */
export const followThreads = ({ attached, heard }: ThreadsHandler): ThreadDebuggers => {
  const session: WorkerSession = new Session();
  const threads = new Map<string, Thread>();

  const started = new Set<number>();
  let waiting: (() => void)[] = [];

  const changed = (): void => {
    const attachedIds = new Set([...threads.values()].map(({ threadId }) => threadId));
    if ([...started].some((id) => !attachedIds.has(id))) return;
    for (const resolve of waiting) resolve();
    waiting = [];
  };
  const watch = (worker: Worker): void => {
    const { threadId } = worker;
    started.add(threadId);
    worker.once('exit', () => {
      started.delete(threadId);
      changed();
    });
  };

  const makeThread = (sessionId: string, threadId: number): Thread => {
    const asked = new Map<number, (answer: FromThread) => void>();
    let calls = 0;
    const thread: Thread = {
      threadId,
      ask: <T>(method: string, params: object = {}) =>
        new Promise<T>((resolve, reject) => {
          calls += 1;
          asked.set(calls, ({ error, result }) => {
            if (error === undefined) resolve(result as T);
            else reject(new Error(`${method}: ${error.message}`));
          });
          const message = JSON.stringify({ id: calls, method, params });
          session.post('NodeWorker.sendMessageToWorker', { sessionId, message });
        }),
      hear: (message) => {
        const { id, method, params } = message;
        if (id !== undefined) {
          asked.get(id)?.(message);
          asked.delete(id);
        } else if (method !== undefined) heard(thread, method, params);
      },
    };
    return thread;
  };

  process.on('worker', watch);
  session.connect();
  session.on('NodeWorker.attachedToWorker', ({ params }) => {
    const { sessionId, workerInfo } = params as {
      readonly sessionId: string;
      readonly workerInfo: { readonly title: string };
    };
    const thread = makeThread(sessionId, threadIn(workerInfo.title));
    threads.set(sessionId, thread);
    attached(thread);
    changed();
  });
  session.on('NodeWorker.detachedFromWorker', ({ params }) => {
    threads.delete((params as { readonly sessionId: string }).sessionId);
  });
  session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
    const { sessionId, message } = params as Readonly<Record<'sessionId' | 'message', string>>;
    threads.get(sessionId)?.hear(JSON.parse(message) as FromThread);
  });
  // Threads that wait would stop once more, in code of Node.
  session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  return {
    all: async () => {
      // Node tells of a new thread in the next turn.
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        changed();
      });
      return [...threads.values()];
    },
    close: () => {
      process.off('worker', watch);
      session.disconnect();
    },
  };
};
