import { type ChildProcess, fork } from 'node:child_process';
import { CooperageError, type ErrorCode } from '@cooperage/types';
import type { FromShard, ShardStart, ShardState, ToShard } from './protocol.js';

export interface ShardChildEvents {
  readonly failed: (code: string, message: string) => void;
  readonly log: (level: string, message: string) => void;
  /** It has taken the shard over. */
  readonly taken: () => void;
  /** Whether it was told to. */
  readonly ended: (wasAsked: boolean, how: string) => void;
}

/** The process of one shard on this node. */
export interface ShardChild {
  readonly pid: number | undefined;
  readonly state: ShardState;
  /** Milliseconds since it last said something. */
  readonly silent: number;
  own(): void;
  ping(): void;
  /** Resolves when it is gone. */
  stop(): Promise<void>;
  kill(): void;
  /** @param shard of a vat of another kernel that the config does not name */
  send(vat: string, method: string, args: readonly unknown[], shard?: string): Promise<unknown>;
}

export interface ShardChildPowers {
  /** Module that is run: it knows how to open a kernel. */
  readonly entry: string;
  readonly start: ShardStart;
  readonly role: 'owner' | 'standby';
  readonly events: ShardChildEvents;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export const startShard = ({ entry, start, role, events }: ShardChildPowers): ShardChild => {
  const child: ChildProcess = fork(entry, [], {
    serialization: 'advanced',
    // A signal for the whole group of a terminal is for the agent, which ends its children one by one.
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let state: ShardState = { role: 'starting', committed: 0, lag: Infinity };
  let heard = performance.now();
  let isAsked = false;
  let isGone = false;
  let sent = 0;
  const waiting = new Map<number, Waiting>();

  const say = (message: ToShard): void => {
    // It may have ended a moment ago, which `exit` tells.
    if (child.connected) child.send(message, () => undefined);
  };

  const answered = ({ id, value, error }: Extract<FromShard, { type: 'answer' }>): void => {
    const waiter = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) waiter?.resolve(value);
    else
      waiter?.reject(
        new CooperageError((error.code ?? 'VAT_REJECTED') as ErrorCode, error.message),
      );
  };

  child.on('message', (message: FromShard) => {
    heard = performance.now();
    if (message.type === 'state') {
      if (message.state.role === 'opening' && state.role !== 'opening') events.taken();
      state = message.state;
    } else if (message.type === 'failed') events.failed(message.code, message.message);
    else if (message.type === 'log') events.log(message.level, message.message);
    else if (message.type === 'answer') answered(message);
  });
  const gone = new Promise<void>((resolve) => {
    const end = (how: string): void => {
      if (isGone) return;
      isGone = true;
      for (const { reject } of waiting.values()) {
        reject(
          new CooperageError(
            'CLOSED',
            `the process of shard ${start.shard} has ended; send it again`,
          ),
        );
      }
      waiting.clear();
      events.ended(isAsked, how);
      resolve();
    };
    child.on('exit', (code, signal) => end(signal ?? `exit code ${code}`));
    child.on('error', (error) => {
      // One that was not started (the machine has no process or file left for it) has no exit.
      if (child.pid === undefined) end(error.message);
    });
  });
  say({ type: 'start', start, role });

  return {
    pid: child.pid,
    get state() {
      return state;
    },
    get silent() {
      return performance.now() - heard;
    },
    own: () => say({ type: 'own' }),
    ping: () => say({ type: 'ping' }),
    stop: () => {
      isAsked = true;
      say({ type: 'stop' });
      return gone;
    },
    kill: () => {
      isAsked = true;
      child.kill('SIGKILL');
    },
    send: (vat, method, args, shard) =>
      new Promise((resolve, reject) => {
        if (isGone) {
          reject(
            new CooperageError(
              'CLOSED',
              `the process of shard ${start.shard} has ended; send it again`,
            ),
          );
          return;
        }
        sent += 1;
        waiting.set(sent, { resolve, reject });
        say({ type: 'send', id: sent, vat, method, args, ...(shard !== undefined && { shard }) });
      }),
  };
};
