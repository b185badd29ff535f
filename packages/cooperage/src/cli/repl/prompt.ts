/** The prompt itself: lines are evaluated one after another, results are numbered, and Ctrl-C abandons a wait. */
import { join } from 'node:path';
import { type REPLEval, Recoverable, type ReplOptions, type REPLServer, start } from 'node:repl';
import { createInterface } from 'node:readline';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { constants, runInThisContext } from 'node:vm';
import { type Completer, makeCompleter } from './complete.js';
import { defineDotCommands } from './dot-commands.js';
import { showError, showValue } from './show-value.js';
import { isUnfinished, toScript } from './top-level-await.js';
import type { ReplWorld } from './world.js';

export interface PromptStreams {
  readonly input: Readable & { readonly setRawMode?: (isRaw: boolean) => unknown };
  readonly output: Writable;
  /** A person types, and sees a prompt. */
  readonly isTerminal: boolean;
}

export interface PromptOptions extends PromptStreams {
  /** Where lines are kept; undefined: nowhere. */
  readonly historyFile: string | undefined;
  readonly signal?: AbortSignal;
}

export interface Prompt {
  /** Resolves when the prompt is left: how many lines failed. */
  readonly ended: Promise<number>;
  /** Prints a line that no one has asked for, above what is being typed. */
  readonly tell: (line: string) => void;
}

class Abandoned extends Error {}

/** Waits for a promise until it is abandoned. */
const makeWait = () => {
  let abandon: (() => void) | undefined;
  return {
    wait: async (promise: unknown): Promise<unknown> => {
      const abandoned = new Promise<never>((_resolve, reject) => {
        abandon = () => reject(new Abandoned());
      });
      try {
        return await Promise.race([promise, abandoned]);
      } finally {
        abandon = undefined;
      }
    },
    /** @returns whether anything was waited for */
    abandon: (): boolean => {
      const isWaiting = abandon !== undefined;
      abandon?.();
      return isWaiting;
    },
  };
};

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  (typeof value === 'object' || typeof value === 'function') &&
  value !== null &&
  typeof (value as { then?: unknown }).then === 'function';

const run = (code: string, { input, isTerminal }: PromptStreams): unknown => {
  // In raw mode Ctrl-C is a key and no signal: an endless loop could not be ended.
  if (isTerminal) input.setRawMode?.(false);
  try {
    return runInThisContext(code, {
      filename: join(process.cwd(), 'repl'),
      breakOnSigint: isTerminal,
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
  } finally {
    if (isTerminal) input.setRawMode?.(true);
  }
};

/**
 * In place of a domain of Node's: a real one has Node write the ids of its hooks onto every promise, and promises with
 * properties of their own cannot be passed to vats.
 */
const noDomain = {
  bind: <T>(act: T): T => act,
  on: () => undefined,
  emit: () => undefined,
};

/** Node's completer looks at values by evaluating their names. */
const evaluateName: REPLEval = (name, _context, _file, done) => {
  try {
    done(null, runInThisContext(name));
  } catch (error) {
    done(error as Error, undefined);
  }
};

const standardCompleter = (server: REPLServer): Completer => {
  const standard = server.completer as Completer;
  const evaluate = server.eval;
  return (line, done) => {
    Object.assign(server, { eval: evaluateName });
    try {
      standard(line, done);
    } finally {
      Object.assign(server, { eval: evaluate });
    }
  };
};

/** Names at the prompt are names of the process: what was there before is there again afterwards. */
const defineGlobals = () => {
  const before = new Map<string, PropertyDescriptor | undefined>();
  return {
    define: (name: string, value: unknown): void => {
      if (!before.has(name)) {
        before.set(name, Object.getOwnPropertyDescriptor(globalThis, name));
      }
      Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
    },
    restore: (): void => {
      for (const [name, descriptor] of before) {
        if (descriptor === undefined) Reflect.deleteProperty(globalThis, name);
        else Object.defineProperty(globalThis, name, descriptor);
      }
    },
  };
};

/** Lines that come while one is evaluated wait for it. */
const takeLinesInTurn = (server: REPLServer, hasPrompt: boolean) => {
  const lines: string[] = [];
  let isBusy = false;
  // What is told or answered after the prompt was left needs none; Node 24 throws then.
  let isClosed = false;
  server.on('close', () => {
    isClosed = true;
  });
  let whenIdle: (() => void) | undefined;
  const onLine = server.listeners('line') as ((line: string) => void)[];
  const next = (): void => {
    if (isBusy) return;
    const line = lines.shift();
    if (line === undefined) {
      whenIdle?.();
      return;
    }
    isBusy = true;
    for (const take of onLine) take.call(server, line);
  };
  server.removeAllListeners('line');
  server.on('line', (line) => {
    lines.push(line);
    next();
  });
  const displayPrompt = server.displayPrompt.bind(server);
  // It is called when a line is done, whatever became of it.
  server.displayPrompt = (preserveCursor) => {
    if (hasPrompt && !isClosed) displayPrompt(preserveCursor);
    isBusy = false;
    next();
  };
  return {
    idle: (): Promise<void> =>
      new Promise((resolve) => {
        whenIdle = resolve;
        next();
      }),
  };
};

/** Ctrl-C abandons a wait; where there is none it does what it does at any prompt. */
const abandonAtInterrupt = (server: REPLServer, abandon: () => boolean): void => {
  const others = server.listeners('SIGINT') as (() => void)[];
  server.removeAllListeners('SIGINT');
  server.on('SIGINT', () => {
    if (!abandon()) for (const listener of others) listener.call(server);
  });
};

const keepHistory = (server: REPLServer, file: string, write: (text: string) => void): void =>
  server.setupHistory(file, (error) => {
    if (error !== null) write(`the history is not kept: ${error.message}`);
  });

export const openPrompt = (world: ReplWorld, options: PromptOptions): Prompt => {
  const { output, isTerminal, historyFile } = options;
  const globals = defineGlobals();
  for (const [name, value] of Object.entries(world.globals)) globals.define(name, value);
  const { wait, abandon } = makeWait();
  let results = 0;
  let failures = 0;
  let isUnfinishedLine = false;

  const write = (text: string): void => void output.write(`${text}\n`);
  const fail = (error: unknown): void => {
    failures += 1;
    write(showError(error, world.describe));
  };

  /** The number of what gave no result is that of the next. */
  const forget = (name: string): void => {
    globals.define(name, undefined);
    results -= 1;
  };

  /** Numbers a result. A promise is waited for; where that is abandoned, it is the result itself. */
  const keep = async (result: unknown): Promise<void> => {
    if (result === undefined) return;
    results += 1;
    const name = `$${results}`;
    globals.define(name, result);
    try {
      const value = isThenable(result) ? await wait(result) : result;
      if (value === undefined) {
        forget(name);
        write('undefined');
        return;
      }
      if (value !== result) globals.define(name, value);
      write(`${name} = ${showValue(value, world.describe)}`);
    } catch (error) {
      if (!(error instanceof Abandoned)) {
        forget(name);
        throw error;
      }
      write(`stopped waiting; "await ${name}" waits again`);
    }
  };

  const evaluate = async (typed: string): Promise<void> => {
    const { code, awaits } = toScript(typed);
    const result = run(code, options);
    if (!awaits) return keep(result);
    const awaited = (await wait(result)) as { readonly value: unknown } | undefined;
    return keep(awaited?.value);
  };

  const evaluateLine: REPLEval = (typed, _context, _file, done) => {
    isUnfinishedLine = false;
    if (typed.trim() === '') {
      done(null, undefined);
      return;
    }
    evaluate(typed).then(
      () => done(null, undefined),
      (error: unknown) => {
        if (isUnfinished(error, typed)) {
          isUnfinishedLine = true;
          done(new Recoverable(error as Error), undefined);
          return;
        }
        if (error instanceof Abandoned) write('stopped waiting');
        else fail(error);
        done(null, undefined);
      },
    );
  };

  // A file or a pipe is read to its end, and only then is the prompt left.
  const piped = isTerminal ? undefined : new PassThrough();
  const settings: ReplOptions & { readonly domain: typeof noDomain } = {
    domain: noDomain,
    prompt: isTerminal ? 'cooperage> ' : '',
    input: piped ?? options.input,
    output,
    terminal: isTerminal,
    useGlobal: true,
    ignoreUndefined: true,
    preview: false,
    eval: evaluateLine,
    writer: (thrown) => showError(thrown, world.describe),
  };
  const server = start(settings);
  const { idle } = takeLinesInTurn(server, isTerminal);
  Object.assign(server, { completer: makeCompleter(world, standardCompleter(server)) });
  defineDotCommands(server, world, () => (failures += 1));

  abandonAtInterrupt(server, abandon);
  if (isTerminal && historyFile !== undefined) keepHistory(server, historyFile, write);

  const feed = async (to: PassThrough): Promise<void> => {
    for await (const line of createInterface({ input: options.input, crlfDelay: Infinity })) {
      to.write(`${line}\n`);
    }
    await idle();
    if (isUnfinishedLine) fail(new SyntaxError('the last statement of the input is incomplete'));
    server.close();
  };
  if (piped !== undefined) void feed(piped);
  options.signal?.addEventListener('abort', () => server.close(), { once: true });

  const onRejection = (reason: unknown): void => {
    fail(reason);
    if (isTerminal) server.displayPrompt(true);
  };
  process.on('unhandledRejection', onRejection);
  const ended = new Promise<number>((resolve) => {
    server.on('exit', () => {
      process.off('unhandledRejection', onRejection);
      globals.restore();
      resolve(failures);
    });
  });
  return {
    ended,
    tell: (line) => {
      if (isTerminal) output.write('\r\u001b[2K');
      write(line);
      if (isTerminal) server.displayPrompt(true);
    },
  };
};
