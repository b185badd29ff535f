/**
 * Which version of which engine ran a vat. What a vat does may depend on it (docs/determinism.md), so it is noted with
 * the vat's history: in rows that are part of no crank and no hash, because two hosts may differ in it.
 */
import { endOf, type KernelTables, keys } from '@cooperage/kernel';
import { engineOf, type Era, erasOf } from '@cooperage/tools';
import type { EngineName, VatID } from '@cooperage/types';
import type { Runner } from '@cooperage/vat-manager';
import type { EngineChange } from './engine-change.js';

const ENGINES: readonly EngineName[] = ['v8', 'quickjs'];

/** The versions of what shows in a vat: the engine, and the tables of characters and languages that it is built with. */
const describeV8 = ({ v8, icu, unicode }: NodeJS.ProcessVersions): string =>
  `V8 ${v8} (ICU ${icu ?? 'none'}, Unicode ${unicode ?? 'unknown'})`;

/** The version of an engine in this process. */
export const presentVersion = async (engine: EngineName): Promise<string> =>
  engine === 'v8'
    ? describeV8(process.versions)
    : (await import('@cooperage/worker-quickjs/engine-version')).quickJSEngineID();

type Rows = Map<string, string | undefined>;

/** Notes that a vat goes on with another version. */
const recordEra = (tables: KernelTables, vatID: VatID, version: string, rows: Rows): void => {
  const after = tables.windows.acked(vatID);
  // A vat that has run nothing has no history by the former version.
  const eras = erasOf(tables, vatID).filter(([from]) => from < after);
  rows.set(keys.engineOf(vatID), JSON.stringify([...eras, [after, version] satisfies Era]));
};

export interface FoundEngines {
  readonly changes: readonly EngineChange[];
  /** Rows to write, or to delete. */
  readonly rows: Rows;
}

/** Compares the engines of this process with those that ran the vats until now. */
export const findEngineChanges = async (tables: KernelTables): Promise<FoundEngines> => {
  const rows: Rows = new Map();
  const changes: EngineChange[] = [];
  for (const engine of ENGINES) {
    const known = tables.rows.get(keys.engine(engine));
    const its = tables.vats.list().filter((vatID) => engineOf(tables, vatID) === engine);
    if (its.length === 0 && known === undefined) continue;
    const present = await presentVersion(engine);
    if (known === present) continue;
    rows.set(keys.engine(engine), present);
    if (known === undefined) continue;
    const vats = its.filter((vatID) => tables.windows.acked(vatID) > 0);
    for (const vatID of its) recordEra(tables, vatID, present, rows);
    if (vats.length === 0) continue;
    const named = vats.map((vatID) => ({ vatID, name: tables.vats.options(vatID).name }));
    changes.push({ engine, from: known, to: present, vats: named });
  }
  if (changes.length > 0) {
    const prefix = keys.engineOf('');
    for (const key of tables.rows.keys(prefix, endOf(prefix))) {
      if (!tables.vats.isAlive(key.slice(prefix.length) as VatID)) rows.set(key, undefined);
    }
  }
  return { changes, rows };
};

/** Writes down what was found, and what comes with vats that are made later. Nothing of it is part of a crank. */
export const makeEngineRecorder = (runner: Runner, { rows: found }: FoundEngines) => {
  const { core } = runner;
  const { tables } = core.kernel;
  const write = (rows: Iterable<readonly [string, string | undefined]>): void =>
    core.withoutHistory(() => {
      for (const [key, value] of rows) {
        if (value === undefined) tables.rows.delete(key);
        else tables.rows.set(key, value);
      }
    });
  const recordLater = async (engine: EngineName): Promise<void> => {
    const version = await presentVersion(engine);
    // Large records are retired in slices, between which nothing may be written.
    while (core.isRetiring) await runner.whenFree();
    write([[keys.engine(engine), version]]);
  };
  if (found.size > 0) write(found);
  return {
    /** The first vat on an engine. */
    ready: (vatID: VatID): void => {
      if (!tables.vats.isAlive(vatID)) return;
      const engine = engineOf(tables, vatID);
      if (tables.rows.has(keys.engine(engine))) return;
      // In the same group as the vat, where that is possible: then two kernels that did the same have the same rows.
      if (engine === 'v8' && !core.isRetiring) {
        write([[keys.engine(engine), describeV8(process.versions)]]);
        return;
      }
      // Without the note a later change of the engine is not told, and that is all.
      recordLater(engine).catch(() => undefined);
    },
    /** A fork has its parent's history. */
    forked: (vatID: VatID, parent: VatID): void => {
      const eras = tables.rows.get(keys.engineOf(parent));
      if (eras !== undefined) write([[keys.engineOf(vatID), eras]]);
    },
  };
};

export type EngineRecorder = ReturnType<typeof makeEngineRecorder>;
