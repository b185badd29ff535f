/** A node of a cluster in a process of its own, which a test asks, kills or pauses. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface OwnShard {
  readonly shard: string;
  readonly pid: number;
  readonly state: { readonly role: string; readonly lag: number };
}

/** A node as a process, and questions to it. */
export const startNode = async (config: string, name: string) => {
  const child: ChildProcess = fork(
    fileURLToPath(new URL('node.mjs', import.meta.url)),
    [config, name],
    {
      execArgv: [],
    },
  );
  let asked = 0;
  const waiting = new Map<number, (message: { value?: unknown; error?: string }) => void>();
  const heard = (id: number) =>
    new Promise<unknown>((resolve, reject) => {
      waiting.set(id, ({ value, error }) =>
        error === undefined ? resolve(value) : reject(Error(error)),
      );
    });
  child.on('message', (message: { id: number; value?: unknown; error?: string }) =>
    waiting.get(message.id)?.(message),
  );
  await heard(0);
  const ask = (what: string, ...args: readonly unknown[]): Promise<unknown> => {
    asked += 1;
    child.send({ id: asked, ask: what, args });
    return heard(asked);
  };
  const shards = async (): Promise<readonly OwnShard[]> => (await ask('shards')) as OwnShard[];
  return {
    child,
    shards,
    ask,
    send: (...args: readonly unknown[]) => ask('send', 's0', ...args),
    port: async () => (await ask('port')) as number,
    role: async (shard = 's0') => (await shards()).find((each) => each.shard === shard)?.state.role,
  };
};

export type NodeProcess = Awaited<ReturnType<typeof startNode>>;
