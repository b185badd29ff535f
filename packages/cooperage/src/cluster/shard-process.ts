/** The process of one shard: a standby, or a kernel that runs. An agent starts it and says what it is to be. */
import { url as inspectorUrl } from 'node:inspector';
import { codeOf, CooperageError, messageOf, type StoreBackend } from '@cooperage/types';
import { groupLinks } from '@cooperage/kernel';
import type { FromShard, ShardStart, ShardState, ToShard } from '@cooperage/cluster';
import {
  openPostgresBackend,
  openPostgresStandby,
  type PostgresOptions,
  type PostgresStandby,
} from '@cooperage/store-postgres';
import type { CooperageKernel } from '../kernel-api.js';
import { openKernel } from '../open-kernel.js';

const say = (message: FromShard): void => {
  if (process.connected) process.send?.(message);
};

let start: ShardStart | undefined;
let role: ShardState['role'] = 'starting';
let standby: PostgresStandby | undefined;
let backend: StoreBackend | undefined;
let kernel: CooperageKernel | undefined;
/** The agent asks until it hears that it is done: to take over twice would end the first. */
let isTaking = false;

const state = (): ShardState => {
  const stats = kernel?.stats();
  return {
    role,
    committed: backend?.committed ?? standby?.committed ?? 0,
    lag: standby?.lag ?? 0,
    ...(backend !== undefined && { epoch: backend.epoch }),
    ...(inspectorUrl() !== undefined && { isInspected: true }),
    ...(stats !== undefined && { cranks: stats.cranks, vats: stats.vats }),
  };
};

const become = (next: ShardState['role']): void => {
  role = next;
  say({ type: 'state', state: state() });
};

/** The agent starts another one; what was not committed has never happened. */
const fail = (error: unknown): void => {
  say({ type: 'failed', code: codeOf(error) ?? 'KERNEL_PANIC', message: messageOf(error) });
  // The message is on its way when the channel is flushed.
  if (process.connected) process.disconnect();
  process.exit(1);
};

const optionsOf = ({ shard, data, node, database }: ShardStart): PostgresOptions => ({
  ...database,
  ...{ shard, data, node, groupLinks, create: false },
});

const run = async (given: ShardStart, opened: StoreBackend): Promise<void> => {
  backend = opened;
  become('opening');
  kernel = await openKernel({
    config: given.config,
    backend: opened,
    log: (level, message) => say({ type: 'log', level, message }),
    on: { failed: fail },
  });
  kernel.start();
  standby = undefined;
  become('owner');
};

const own = async (): Promise<void> => {
  if (start === undefined || isTaking) return;
  isTaking = true;
  if (standby === undefined) {
    role = 'opening';
    await run(start, await openPostgresBackend(optionsOf(start)));
    return;
  }
  try {
    const taken = await standby.takeOver();
    await run(start, taken);
  } catch (error) {
    if (codeOf(error) !== 'STORE_LOCKED') throw error;
    isTaking = false;
    say({ type: 'locked' });
  }
};

const follow = async (given: ShardStart): Promise<void> => {
  standby = await openPostgresStandby(optionsOf(given));
  standby.onFailed(fail);
  become('standby');
};

const stop = async (): Promise<void> => {
  if (kernel !== undefined) await kernel.close();
  else if (backend !== undefined) await backend.close();
  await standby?.close();
  if (process.connected) process.disconnect();
  process.exit(0);
};

/** What a vat answered, as far as it can be told to another process. */
const answer = (id: number, value: unknown): void => {
  try {
    say({ type: 'answer', id, value });
  } catch {
    say({ type: 'answer', id, value: String(value) });
  }
};

const send = async ({
  id,
  shard,
  vat,
  method,
  args,
}: Extract<ToShard, { type: 'send' }>): Promise<void> => {
  try {
    if (kernel === undefined)
      throw new CooperageError('CLOSED', 'this process does not run a kernel at the moment');
    const { links } = kernel;
    if (shard === undefined || links === undefined)
      answer(id, await kernel.send(vat, method, args));
    else answer(id, await (await links.find(shard, vat)).send(method, args));
  } catch (error) {
    const code = codeOf(error);
    say({
      type: 'answer',
      id,
      error: { message: messageOf(error), ...(code !== undefined && { code }) },
    });
  }
};

process.on('message', (message: ToShard) => {
  switch (message.type) {
    case 'start':
      start = message.start;
      void (message.role === 'owner' ? own() : follow(message.start)).catch(fail);
      break;
    case 'own':
      void own().catch(fail);
      break;
    case 'ping':
      say({ type: 'state', state: state() });
      break;
    case 'stop':
      void stop().catch(fail);
      break;
    case 'send':
      void send(message);
      break;
  }
});
// The lease is not renewed any more: end at once, because the next owner waits for that.
process.on('disconnect', () => process.exit(1));
