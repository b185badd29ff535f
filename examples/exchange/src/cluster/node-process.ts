import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Answer, LogLine, OwnedShard, Question } from './node.js';

const program = fileURLToPath(new URL('./node.js', import.meta.url));

/** A node, or the process of a shard, could not answer; another one can, or the same a little later. */
export class NodeGone extends Error {
  override readonly name = 'NodeGone';
}

export interface NodeProcess {
  readonly name: string;
  shards(): Promise<readonly OwnedShard[]>;
  settlement(): Promise<unknown>;
  /** Resolves when the process has ended. */
  kill(): Promise<void>;
}

export interface NodeProcessPowers {
  readonly name: string;
  /** Its `cluster.json`. */
  readonly config: string;
  readonly onLog: (line: LogLine['log']) => void;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** What a caller may ask again: nothing of it has happened, or it may happen twice. */
const ASK_AGAIN = ['CLOSED', 'VAT_NOT_FOUND', 'STORE_EPOCH_LOST'];

/** Starts a node, and waits until it has joined the cluster. */
export const startNode = async ({
  name,
  config,
  onLog,
}: NodeProcessPowers): Promise<NodeProcess> => {
  const child: ChildProcess = fork(program, [config], {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, Waiting>();
  let asked = 0;
  let hasEnded = false;
  const gone = new NodeGone(`the node ${name} has ended`);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      hasEnded = true;
      for (const { reject } of waiting.values()) reject(gone);
      waiting.clear();
      resolve();
    });
  });
  const answered = ({ id, value, error }: Answer): void => {
    const waiter = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) waiter?.resolve(value);
    else if (ASK_AGAIN.includes(error.code ?? '')) waiter?.reject(new NodeGone(error.message));
    else waiter?.reject(Error(error.message));
  };
  child.on('message', (message: Answer | LogLine) => {
    if ('log' in message) onLog(message.log);
    else answered(message);
  });
  const answer = (id: number): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (hasEnded) reject(gone);
      else waiting.set(id, { resolve, reject });
    });
  const ask = (what: Question['ask']): Promise<unknown> => {
    asked += 1;
    const question: Question = { id: asked, ask: what };
    if (child.connected) child.send(question, () => {});
    return answer(asked);
  };
  await once(child, 'spawn');
  await answer(0);
  return {
    name,
    shards: async () => (await ask('shards')) as readonly OwnedShard[],
    settlement: () => ask('settlement'),
    kill: () => {
      child.kill('SIGKILL');
      return ended;
    },
  };
};
