/**
 * One world of the record fuzzer: vats on the real core that say what honest vats say, until their workers are taken
 * over and say something else. What each record does is compared with what it may do.
 */
import {
  type CompletionRecord,
  type CrankTables,
  KEYS_END,
  type KObject,
  LIMITS,
  type VatID,
} from '@cooperage/types';
import { makeKernelStore, makeMemoryBackend } from '@cooperage/store';
import { checkTables } from '../../src/check/check.js';
import { findFailureExit } from '../../src/records/apply-record.js';
import type { Core, Retired } from '../../src/core/core-contract.js';
import { makeCore } from '../../src/core/core.js';
import {
  BUNDLE_ID,
  call,
  data,
  makeTestKernel,
  send,
  type TestKernel,
  type TestVat,
} from '../core/a-kernel.js';
import { type Dice, makeDice } from './dice.js';
import { damageText } from './mutate-text.js';
import { changeTree } from './mutate-tree.js';
import { readShape } from './record-shape.js';
import { validRecord } from './valid-records.js';
import { knowledgeOf } from './vat-knowledge.js';

/** Codes with which a vat may end because of a record. */
const CODES: ReadonlySet<string> = new Set([
  'BAD_CAPDATA',
  'BAD_REFERENCE',
  'ILLEGAL_SYSCALL',
  'MALFORMED_RECORD',
  'METER_EXHAUSTED',
  'RECORD_TOO_LARGE',
  'VAT_START_FAILED',
  'VAT_TERMINATED',
]);
/** Work in one slice of the second core: almost each syscall is one. */
const SLICE = 7;

export interface WorldReport {
  records: number;
  /** Of those that were changed. */
  accepted: number;
  /** By code. */
  readonly refused: Map<string, number>;
}

/** What stands between the fuzzer and the core; tests put a defect there. */
export type Meddle = (core: Core) => Core;

class Violation extends Error {}
const insist = (isSo: boolean, what: string): void => {
  if (!isSo) throw new Violation(what);
};

const rowsOf = (tables: CrankTables): Map<string, string> =>
  new Map([...tables.keys('', KEYS_END)].map((key) => [key, tables.get(key) as string]));

/** A core of its own in the state that the rows say, which works in small slices. */
const openCopy = (rows: ReadonlyMap<string, string>): { core: Core; tables: CrankTables } => {
  const { tables, transcripts } = makeKernelStore(makeMemoryBackend());
  tables.beginCrank();
  for (const [key, value] of rows) tables.set(key, value);
  tables.acceptCrank();
  return {
    core: makeCore({ tables, transcripts, order: 'arrival', sliceWork: SLICE }),
    tables,
  };
};

const isTranscript = (key: string): boolean => /^v[0-9]+\.t\./.test(key);

/** The code that says why a vat was terminated: the plainest record says only that it was, and its text. */
const withoutReasonCode = (key: string, value: string | undefined): string | undefined => {
  if (/^(ended|creation)\./.test(key)) return value?.replace(/,"code":"[A-Z_]+"/, '');
  return key.startsWith('kp') ? value?.replace(/,"reasonCode":"[A-Z_]+"/, '') : value;
};

const insistSameRows = (left: CrankTables, right: CrankTables, what: string): void => {
  const [a, b] = [rowsOf(left), rowsOf(right)];
  for (const key of new Set([...a.keys(), ...b.keys()])) {
    if (isTranscript(key)) continue;
    const [one, other] = [a, b].map((rows) => withoutReasonCode(key, rows.get(key)));
    insist(one === other, `${what}: ${key} is ${one} and not ${other}`);
  }
};

/** The plainest record that must have the same effect. */
const plainest = (
  n: number,
  shape: CompletionRecord | undefined,
  { refused, computrons }: Retired,
): unknown => {
  if (refused === undefined) return shape;
  const usage = computrons === 0 ? null : { computrons };
  const info = shape?.status[0] === 'ok' ? findFailureExit(shape) : undefined;
  return refused.code === 'VAT_TERMINATED' && info !== undefined
    ? { n, status: ['ok'], syscalls: [[['exit', true, info]]], usage }
    : { n, status: ['error', refused.message], syscalls: [], usage };
};

/** Longer texts and deeper data are held to budgets as well, which may refuse what the model would accept. */
const isModest = (text: string): boolean =>
  text.length <= 16_000 && !text.includes('['.repeat(LIMITS.capdataDepth));

interface World {
  readonly kernel: TestKernel;
  readonly dice: Dice;
  readonly secret: KObject;
  /** Those that know it. */
  readonly keepers: ReadonlySet<VatID>;
  readonly report: WorldReport;
}

const livingIn = ({ kernel }: World): VatID[] => kernel.core.kernel.tables.vats.list();

const insistSecret = (world: World): void => {
  const { tables } = world.kernel.core.kernel;
  for (const vatID of livingIn(world)) {
    if (world.keepers.has(vatID)) continue;
    insist(tables.cLists.toVat(vatID, world.secret) === undefined, `${vatID} was told the secret`);
  }
  insist(tables.objects.get(world.secret).reachable === 1, 'the secret is held by another');
};

const hasRows = (tables: CrankTables, vatID: VatID): boolean =>
  [...tables.keys(`${vatID}.`, `${vatID}/`)].length > 0;

/** A record comes in; whatever it is, no more than one vat ends. */
const comesIn = (world: World, vat: TestVat, text: string, isHonest: boolean): void => {
  const { kernel, report } = world;
  const { vatID } = vat;
  const knowledge = knowledgeOf(kernel.core, vatID);
  const before = rowsOf(kernel.tables);
  const living = livingIn(world);
  const shape = readShape(text);
  const mayBe = shape !== undefined && knowledge.admitsRecord(shape);

  const retired = kernel.speakFor(vatID, vat.root).says(text);

  const { refused } = retired;
  report.records += 1;
  insist(retired.vatID === vatID && retired.suspended === undefined, 'another vat’s turn came');
  if (refused === undefined) {
    insist(mayBe, 'a record was accepted that names or does what its vat may not');
    if (!isHonest) report.accepted += 1;
  } else {
    insist(!(mayBe && (isHonest || isModest(text))), `it may say that: ${refused.message}`);
    insist(CODES.has(refused.code), `no code for a record: ${refused.code}`);
    insist(refused.unforeseen !== true, `no check foresaw it: ${refused.message}`);
    report.refused.set(refused.code, (report.refused.get(refused.code) ?? 0) + 1);
  }
  const isOver = refused !== undefined || shape?.syscalls.some(([[tag]]) => tag === 'exit');
  const expected = living.filter((each) => each !== vatID || !isOver);
  insist(livingIn(world).join() === expected.join(), 'other vats live, and no others');
  if (isOver) insist(!hasRows(kernel.tables, vatID), 'the vat is gone, and its rows are not');
  insistSecret(world);

  const copy = openCopy(before);
  copy.core.arrived(vatID, JSON.stringify(plainest(knowledge.n as number, shape, retired)));
  const again = copy.core.retireNext();
  insist((again?.refused === undefined) === (refused === undefined), 'slices change what is legal');
  insistSameRows(kernel.tables, copy.tables, 'it did more or less than it says');
  insist(checkTables(copy.tables).length === 0, 'slices leave an unsound database');
};

const foreignRefs = ({ kernel: { core } }: World, vatID: VatID): string[] => {
  const { cLists, vats } = core.kernel.tables;
  const known = vats.list().flatMap((vatID) => [...cLists.list(vatID)]);
  return [
    ...known.map(([vref]) => vref),
    ...known.map(([, { kref }]) => kref),
    // The vat itself: what it has let go of, and promises where objects belong.
    ...[...cLists.list(vatID)].flatMap(([vref]) => [vref, vref, vref]),
    ...['o-99', 'p-99', 'o+99', 'p+99', 'd-1', 'd+1', 'o-0', 'o+v1/1:7', 'o+01', '', 'o-1 ', 'kd1'],
  ];
};

const change = (world: World, vatID: VatID, text: string): string => {
  const { dice } = world;
  let changed = text;
  if (dice.chance(75)) changed = changeTree(dice, changed, foreignRefs(world, vatID));
  if (changed === text || dice.chance(10)) changed = damageText(dice, changed);
  return changed;
};

/** Asks for a delivery to the vat, which may wait behind others or find the vat's root gone. */
const provoke = ({ kernel, dice }: World, vat: TestVat, roots: readonly KObject[]): void => {
  kernel.input((host) => {
    if (dice.chance(15)) host.bringOutYourDead(vat.vatID);
    else host.send(vat.root, call('go', ...(dice.chance(50) ? [dice.pick(roots)] : [])));
  });
};

/** The test kernel's own voice speaks to the core that nothing stands before. */
const makeSpeakFor =
  (core: Core, kernel: TestKernel): TestKernel['speakFor'] =>
  (vatID, root) => ({
    ...kernel.speakFor(vatID, root),
    says: (text) => {
      core.arrived(vatID, text);
      const retired = core.retireNext() as Retired;
      kernel.insistSound();
      return retired;
    },
  });

const makeWorld = (seed: number, meddle: Meddle): World & { readonly actors: TestVat[] } => {
  const dice = makeDice(seed);
  const made = makeTestKernel();
  const core = meddle(made.core);
  const kernel = core === made.core ? made : { ...made, core, speakFor: makeSpeakFor(core, made) };
  const confidant = kernel.vat('confidant');
  const keeper = kernel.vat('keeper', 1, confidant.root);
  const { cLists } = core.kernel.tables;
  kernel.input((host) => host.send(keeper.root, call('go')));
  keeper.does(send('o-1', 'keep', ['o+77']));
  confidant.does();
  const secret = cLists.toKernel(keeper.vatID, 'o+77' as never)?.kref as KObject;
  const actors: TestVat[] = [];
  for (let i = 0; i < 3; i += 1) {
    const roots = actors.map(({ root }) => root);
    actors.push(kernel.vat(`v${i}`, dice.pick([1, 4, 4]), ...roots));
  }
  return {
    kernel,
    dice,
    secret,
    keepers: new Set([keeper.vatID, confidant.vatID]),
    report: { records: 0, accepted: 0, refused: new Map() },
    actors,
  };
};

const play = (world: World, actors: TestVat[]): void => {
  const { kernel, dice } = world;
  const { tables } = kernel.core.kernel;
  for (let step = 0; step < 20; step += 1) {
    const living = actors.filter(({ vatID }) => tables.vats.isAlive(vatID));
    if (living.length === 0) return;
    if (dice.chance(8)) {
      const made = kernel.input((host) => {
        const vat = host.createVat(
          {
            name: 'new',
            bundleID: BUNDLE_ID,
            window: 2,
            ownThread: false,
            crankTimeLimit: 1,
            liveslots: 'x',
          },
          data(dice.pick(living).root),
        );
        host.pin(vat.root);
        return vat;
      });
      actors.push(kernel.speakFor(made.vatID, made.root));
      continue;
    }
    const { vatID } = dice.pick(living);
    const vat = actors.find((each) => each.vatID === vatID) as TestVat;
    // More than is answered: deliveries and records cross.
    for (let i = dice.below(3) + (tables.windows.size(vatID) === 0 ? 1 : 0); i > 0; i -= 1) {
      provoke(
        world,
        vat,
        living.map(({ root }) => root),
      );
    }
    if (tables.windows.size(vatID) === 0) continue;
    const text = validRecord(dice, () => knowledgeOf(kernel.core, vatID));
    const isHonest = dice.chance(50);
    const sent = isHonest ? text : change(world, vatID, text);
    try {
      comesIn(world, vat, sent, isHonest);
    } catch (cause) {
      const shown = sent.length > 2_000 ? `${sent.slice(0, 2_000)} … (${sent.length})` : sent;
      throw new Error(`${String(cause)}\n  by ${vatID} in step ${step}: ${JSON.stringify(shown)}`, {
        cause,
      });
    }
  }
};

/** @throws where a record did what no record may; the seed plays the same again */
export const playWorld = (seed: number, meddle: Meddle = (core) => core): WorldReport => {
  try {
    const world = makeWorld(seed, meddle);
    play(world, world.actors);
    return world.report;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`seed ${seed}: ${why}`, { cause });
  }
};
