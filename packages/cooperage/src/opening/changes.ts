/** What differs since the last start: it is looked for, told, and made. */
import type { KernelStore } from '@cooperage/types';
import type { KernelTables } from '@cooperage/kernel';
import { makeBundler } from '@cooperage/bundler';
import { type Bootstrap, describeRejectedBootstrap, isBootstrapRejected } from '../bootstrap.js';
import { insistApplicable } from '../changes/apply-changes.js';
import {
  changedError,
  type ConfigChange,
  describeChange,
  stopsStart,
  withoutApplicable,
} from '../changes/config-change.js';
import { findChanges, type FoundChanges } from '../changes/find-changes.js';
import { settledOfFormer, writeSettled } from '../changes/settled-entries.js';
import type { ResolvedConfig } from '../config/config.js';
import { describeEngineChange, type EngineChange } from '../engines/engine-change.js';
import type { Emitter } from '../host/events.js';
import type { LogSink } from '../services/logger.js';
import { createStaticVats, type StaticVats } from '../static-vats.js';
import type { Opening } from './options.js';

export const NO_CHANGES: FoundChanges = { changes: [], sources: new Map() };

/**
 * What the config says otherwise than the kernel has. Nothing is changed yet, and no worker has started.
 * @throws {CooperageError} `CONFIG_CHANGED` where it was not said what to do about it
 */
export const lookForChanges = async (
  { upgrade = false, ignoreChanges = false, elsewhere }: Opening,
  config: ResolvedConfig,
  emitter: Emitter,
  { bundles }: KernelStore,
  tables: KernelTables,
): Promise<FoundChanges> => {
  const bundler = makeBundler();
  const found = await findChanges({
    config,
    tables,
    bundles,
    elsewhere,
    bundle: (source) =>
      bundler.bundle(source, {
        onProgress: ({ state }) => {
          if (state === 'bundling') emitter.emit('bundling', { source });
        },
      }),
  });
  const grave = found.changes.filter(stopsStart);
  if (upgrade) insistApplicable(found.changes);
  else if (grave.length > 0 && !ignoreChanges) {
    throw changedError(config.file, grave, isBootstrapRejected(tables));
  }
  return found;
};

/** Tells what is as it was after this start. */
export const tellChanges = (
  changes: readonly ConfigChange[],
  upgrade: boolean,
  emitter: Emitter,
  log: LogSink,
): void => {
  for (const change of upgrade ? changes.flatMap(withoutApplicable) : changes) {
    emitter.emit('config-changed', change);
    if (!emitter.hasListeners('config-changed')) log('warn', describeChange(change));
  }
};

/** The log has it too: it is what an operator looks at when a vat diverges later. */
export const tellEngineChanges = (
  changes: readonly EngineChange[],
  emitter: Emitter,
  log: LogSink,
): void => {
  for (const change of changes) {
    emitter.emit('engine-changed', change);
    log('warn', describeEngineChange(change));
  }
};

/** Notes what an earlier version did not, and makes what the config names and is not there. */
export const provideVats = async (powers: StaticVats, found: FoundChanges): Promise<void> => {
  const { runner, config, isNew } = powers;
  const { tables } = runner.core.kernel;
  const isNamed = (space: 'meter' | 'vat' | 'bundle') => (name: string) =>
    tables.hostNames.find(space, name) !== undefined;
  const isComplete =
    Object.keys(config.vats).every(isNamed('vat')) &&
    Object.keys(config.bundles).every(isNamed('bundle')) &&
    Object.keys(config.meters).every(isNamed('meter'));
  if (!isNew) {
    const entries = settledOfFormer(config, tables, found);
    if (entries.length > 0) runner.input((host) => writeSettled(host, entries));
  }
  if (!isComplete || isNew) await createStaticVats(powers);
};

/** Waits for what an earlier start sent, and says where that was rejected. */
export const followBootstrap = (bootstrap: Bootstrap, log: LogSink): void => {
  const sent = bootstrap.state();
  if (sent?.state === 'rejected') log('warn', describeRejectedBootstrap(sent.error));
  bootstrap.follow().catch(() => undefined);
};
