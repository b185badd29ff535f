/** Services that the config names: modules whose default export is the service, or a function that makes it. */
import { pathToFileURL } from 'node:url';
import { CooperageError, messageOf } from '@cooperage/types';
import type { ResolvedConfig } from '../config/config.js';
import { asService } from '../host/service.js';
import type { LogSink } from './logger.js';

/** What a function that makes a service is given. */
export interface ServiceContext {
  /** The name in the config. */
  readonly name: string;
  /** Where the kernel keeps its state; undefined in memory. */
  readonly directory: string | undefined;
  /** Writes to the log of the kernel. */
  readonly log: LogSink;
}

export interface LoadedServices {
  readonly services: Readonly<Record<string, object>>;
  /** Calls `[Symbol.asyncDispose]` or `[Symbol.dispose]` of the services that have one, the last made first. */
  dispose(): Promise<void>;
}

const cannot = (name: string, file: string, why: string, cause?: unknown): CooperageError =>
  new CooperageError('BAD_CONFIG', `the service "${name}" (${file}) ${why}`, { cause });

const importDefault = async (name: string, file: string): Promise<unknown> => {
  try {
    const module = (await import(pathToFileURL(file).href)) as { readonly default?: unknown };
    return module.default;
  } catch (cause) {
    throw cannot(name, file, `cannot be loaded: ${messageOf(cause)}`, cause);
  }
};

const makeOne = async (file: string, context: ServiceContext): Promise<object> => {
  const { name } = context;
  const exported = await importDefault(name, file);
  let made = exported;
  if (typeof exported === 'function') {
    try {
      made = await (exported as (context: ServiceContext) => unknown)(context);
    } catch (cause) {
      throw cannot(name, file, `cannot be made: ${messageOf(cause)}`, cause);
    }
  }
  try {
    asService(name, made);
  } catch (cause) {
    const what =
      'has no default export that is an object with methods, or a function that makes one';
    throw cannot(name, file, what, cause);
  }
  return made as object;
};

interface MayBeDisposed {
  [Symbol.asyncDispose]?: () => PromiseLike<void>;
  [Symbol.dispose]?: () => void;
}

/** @throws {CooperageError} `BAD_CONFIG` for a module that cannot be loaded, or gives no service */
export const loadServices = async (
  { services: files }: Pick<ResolvedConfig, 'services'>,
  given: Readonly<Record<string, object>>,
  about: Omit<ServiceContext, 'name'>,
): Promise<LoadedServices> => {
  const made = new Map<string, MayBeDisposed>();
  const dispose = async (): Promise<void> => {
    for (const [name, service] of [...made].reverse()) {
      try {
        await service[Symbol.asyncDispose]?.();
        service[Symbol.dispose]?.();
      } catch (error) {
        about.log('warn', `the service "${name}" failed to end: ${messageOf(error)}`);
      }
    }
    made.clear();
  };
  try {
    for (const [name, file] of Object.entries(files)) {
      // What a program gives by the same name takes its place.
      if (Object.hasOwn(given, name)) continue;
      made.set(name, await makeOne(file, { ...about, name }));
    }
  } catch (error) {
    await dispose();
    throw error;
  }
  return { services: Object.fromEntries(made), dispose };
};
