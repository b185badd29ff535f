/** How a command reaches a kernel: over its control socket while it runs, and in its store while it does not. */
import { makeKernelStore } from '@cooperage/store';
import { openLmdbBackend, openLmdbView } from '@cooperage/store-lmdb';
import { codeOf, CooperageError } from '@cooperage/types';
import { describeChange } from '../changes/config-change.js';
import type { CallContext } from '../control/call-context.js';
import { performCall } from '../control/calls.js';
import { connectControl, type ControlClient } from '../control/client.js';
import {
  isLook,
  type LookArgs,
  type LookName,
  type LookResult,
  performLook,
  trimIn,
} from '../control/looks.js';
import { makeHeldRefs } from '../control/message.js';
import { partsOf } from '../control/parts.js';
import { storeOn } from '@cooperage/tools';
import { openKernel } from '../open-kernel.js';
import { openConfigGateway } from '../serve/config-gateway.js';
import type { CommandContext } from './command.js';
import { configToOpen, type DirectoryOptions, findDirectory } from './find-directory.js';
import { makeProgress } from './progress.js';
import { harmless } from './text/words.js';

export interface Looker {
  readonly directory: string;
  readonly look: <Name extends LookName>(
    call: Name,
    args?: LookArgs<Name>,
  ) => Promise<LookResult<Name>>;
}

export interface Operator extends Looker {
  /** Whether the kernel runs elsewhere. */
  readonly isRunning: boolean;
  readonly call: (name: string, args?: object) => Promise<unknown>;
  /** Resolves when a kernel that runs elsewhere, or the connection to it, has ended. */
  readonly ended?: Promise<void>;
}

const overSocket = (client: ControlClient, directory: string): Operator => ({
  directory,
  isRunning: true,
  look: async (call, args) => (await client.call(call, args as object)) as LookResult<typeof call>,
  call: (name, args) => client.call(name, args),
  ended: client.ended,
});

/**
 * Looks at a kernel: as it is now if it runs, or else as its last commit left it. Nothing is changed, and the directory
 * need not be writable.
 * @throws {CooperageError} `STORE_DENIED` where it may not be read, `STORE_CORRUPT`
 */
export const withLooker = async <T>(
  options: DirectoryOptions,
  act: (looker: Looker) => Promise<T>,
): Promise<T> => {
  const directory = await findDirectory(options);
  const client = await connectControl(directory);
  if (client !== undefined) {
    try {
      return await act(overSocket(client, directory));
    } finally {
      client.close();
    }
  }
  const store = storeOn(await openLmdbView(directory, { check: 'unless-clean' }));
  try {
    return await act({
      directory,
      look: async (call, args) => performLook(store, call, args as never),
    });
  } finally {
    await store.close();
  }
};

/** How a call ends where the kernel is closed meanwhile. */
const CLOSING = ['CLOSED', 'CONTROL_UNAVAILABLE', 'ECONNRESET', 'EPIPE'];

/** What a kernel that runs has done becomes durable, so that a view of its store shows it; so does what closing it does. */
export const flushRunning = async (directory: string): Promise<void> => {
  let client: ControlClient | undefined;
  try {
    client = await connectControl(directory);
    await client?.call('flush');
  } catch (error) {
    if (!CLOSING.includes(codeOf(error) ?? '')) throw error;
  } finally {
    client?.close();
  }
};

export interface Attempt {
  /** What is being done, for people who wait. */
  readonly label: string;
  /** The kernel need not come to rest afterwards. */
  readonly leave?: boolean;
  /** The kernel runs on until it is left, between two calls too. */
  readonly stays?: boolean;
  /** Asks the vats something: whether they run the code that the config names is worth a warning. */
  readonly asksVats?: boolean;
  /** It takes a gateway. */
  readonly gateway?: boolean;
}

/** Opens the kernel in this process for as long as it takes. */
const withOpened = async <T>(
  { terminal }: CommandContext,
  options: DirectoryOptions,
  directory: string,
  { label, leave = false, stays = false, asksVats = stays, gateway = false }: Attempt,
  act: (operator: Operator) => Promise<T>,
): Promise<T> => {
  const config = configToOpen(directory, options);
  const progress = makeProgress(terminal);
  progress.follow(() => label);
  const held = makeHeldRefs();
  try {
    const kernel = await openKernel({
      config,
      directory,
      // What is done here concerns the vats as they are; "run" says what was changed.
      ignoreChanges: true,
      on: {
        'config-changed': (change) => {
          if (asksVats) terminal.report(`warn: ${harmless(describeChange(change))}`);
        },
        console: ({ name, text }) => terminal.report(`${harmless(name)}: ${harmless(text)}`),
        log: ({ level, message }) => terminal.report(`${level}: ${harmless(message)}`),
      },
    });
    const parts = partsOf(kernel);
    const context: CallContext = {
      parts,
      held,
      emit: () => true,
      signal: new AbortController().signal,
    };
    let isChanged = false;
    let closeGateway: () => Promise<void> | undefined = () => undefined;
    const call: Operator['call'] = async (name, args = {}) => {
      // What was changed has taken effect before it is looked at.
      if (isLook(name) && isChanged && !stays) await kernel.run();
      isChanged ||= !isLook(name);
      return performCall(context, name, { ...args });
    };
    if (stays) {
      progress.stop();
      kernel.start();
    }
    try {
      const opened = gateway ? await openConfigGateway(kernel, parts.config, false) : undefined;
      closeGateway = () => opened?.close();
      const result = await act({
        directory,
        isRunning: false,
        call,
        look: async (name, args) => (await call(name, args as object)) as LookResult<typeof name>,
      });
      if (!leave && !stays) await kernel.run();
      return result;
    } finally {
      await closeGateway();
      await kernel.close();
    }
  } finally {
    progress.stop();
  }
};

/** Does something to a kernel: over its control socket while it runs, or else by running it here. */
export const withOperator = async <T>(
  context: CommandContext,
  options: DirectoryOptions,
  attempt: Attempt,
  act: (operator: Operator) => Promise<T>,
): Promise<T> => {
  // A kernel that is not there is not made.
  const directory = await findDirectory(options);
  const client = await connectControl(directory);
  if (client === undefined) return withOpened(context, options, directory, attempt, act);
  const progress = makeProgress(context.terminal);
  if (attempt.stays !== true) progress.follow(() => attempt.label);
  try {
    return await act(overSocket(client, directory));
  } finally {
    progress.stop();
    client.close();
  }
};

/**
 * Something that only a kernel that runs can do.
 * @throws {CooperageError} `CONTROL_UNAVAILABLE` where none runs
 */
export const withRunning = async <T>(
  options: DirectoryOptions,
  act: (client: ControlClient, directory: string) => Promise<T>,
): Promise<T> => {
  const directory = await findDirectory(options);
  const client = await connectControl(directory);
  if (client === undefined) {
    throw new CooperageError(
      'CONTROL_UNAVAILABLE',
      `no kernel runs in ${directory}, or this user may not reach it; "cooperage run" and "cooperage serve" start one`,
    );
  }
  try {
    return await act(client, directory);
  } finally {
    client.close();
  }
};

/** Deletes the cranks of a history up to this one: in the store itself where no kernel runs, since no vat is needed. */
export const trimHistory = async (directory: string, crank: number): Promise<void> => {
  const client = await connectControl(directory);
  if (client !== undefined) {
    try {
      await client.call('history.trim', { crank });
    } finally {
      client.close();
    }
    return;
  }
  const store = makeKernelStore(await openLmdbBackend(directory));
  try {
    trimIn(store, crank);
  } finally {
    await store.close();
  }
};
