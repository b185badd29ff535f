/** Records that are changed at random, against a model of what may be accepted. Longer: `npm run fuzz-records`. */
import { writeFileSync } from 'node:fs';
import type { KObject, VatID } from '@cooperage/types';
import { panic } from '../../src/index.js';
import { describe, expect, test } from 'vitest';
import type { Core, Retired } from '../../src/core/core-contract.js';
import { type Meddle, playWorld } from './play-world.js';
import { playWorlds } from './play-worlds.js';

const SEEDS = 60;
const { FUZZ_RECORDS_STATE: statePath, FUZZ_RECORDS_SEED, FUZZ_RECORDS_MINUTES } = process.env;

describe.runIf(statePath === undefined)('records that were changed at random', () => {
  test('do what they may, or end their vat with a code and leave nothing', () => {
    const { accepted, records, refused } = playWorlds(1, ({ worlds }) => worlds < SEEDS);
    // The worlds have all kinds of outcomes in them, or they show nothing.
    expect(records).toBeGreaterThan(5 * SEEDS);
    expect(accepted).toBeGreaterThan(SEEDS / 3);
    for (const code of [
      'BAD_CAPDATA',
      'BAD_REFERENCE',
      'ILLEGAL_SYSCALL',
      'MALFORMED_RECORD',
      'VAT_TERMINATED',
    ]) {
      expect(refused[code], code).toBeGreaterThan(0);
    }
  });

  test('are the same ones for the same seed', () => {
    expect(playWorld(7)).toEqual(playWorld(7));
  });
});

describe.runIf(statePath === undefined)('the fuzzer finds a core that', () => {
  const whenRetired =
    (then: (core: Core, retired: Retired) => Retired | void): Meddle =>
    (core) => ({
      ...core,
      retireNext: () => {
        const retired = core.retireNext();
        return retired === undefined ? undefined : (then(core, retired) ?? retired);
      },
    });
  const whenRefused = (then: (core: Core, vatID: VatID) => void): Meddle =>
    whenRetired((core, { vatID, refused }) => {
      if (refused !== undefined) then(core, vatID);
    });
  const whenArrived =
    (change: (text: string) => string): Meddle =>
    (core) => ({
      ...core,
      arrived: (vatID, text) => core.arrived(vatID, change(text as string)),
    });

  const defects: readonly (readonly [string, Meddle, RegExp])[] = [
    [
      'takes a reference that the vat has not got for one that it has',
      whenArrived((text) => text.replaceAll('o-99', 'o-1').replaceAll('p-99', 'p+99')),
      /accepted that names or does/,
    ],
    [
      'does not apply the last syscall of a record',
      whenArrived((text) => {
        try {
          const record = JSON.parse(text) as { syscalls: unknown[] };
          return JSON.stringify({ ...record, syscalls: record.syscalls.slice(0, -1) });
        } catch {
          return text;
        }
      }),
      /it did more or less than it says|accepted that names or does/,
    ],
    [
      'refuses what a vat may say',
      whenArrived((text) => text.replace('"subscribe"', '"subscribes"')),
      /it may say that/,
    ],
    [
      'leaves a row of a vat that it refused',
      whenRefused((core, vatID) =>
        core.withoutHistory(() => core.kernel.tables.rows.set(`${vatID}.vs.left`, 'x')),
      ),
      /its rows are not|toEqual|deeply equal/,
    ],
    [
      'leaves a change to another vat',
      whenRefused((core) =>
        core.withoutHistory(() => core.kernel.tables.rows.set('v1.vs.left', 'x')),
      ),
      /it did more or less than it says/,
    ],
    [
      'ends another vat as well',
      whenRefused((core) => {
        const info = { body: '#[]', slots: [] };
        core.input((host) => host.terminateVat('v1' as VatID, true, info, 'it was near'));
      }),
      /other vats live/,
    ],
    [
      'tells a vat of an object that was never sent to it',
      whenRetired((core, { vatID, refused }) => {
        if (refused !== undefined) return;
        const { cLists, vats } = core.kernel.tables;
        const secret = cLists.toKernel('v2' as VatID, 'o+77' as never)?.kref as KObject;
        if (!vats.isAlive(vatID) || secret === undefined) return;
        core.input(() => void cLists.addImport(vatID, secret, 1));
      }),
      /was told the secret/,
    ],
    [
      'says that no check foresaw it',
      whenRetired((_, retired) =>
        retired.refused === undefined
          ? retired
          : { ...retired, refused: { ...retired.refused, unforeseen: true } },
      ),
      /no check foresaw it/,
    ],
    [
      'stops',
      whenRefused(() => panic('a record was refused')),
      /KERNEL_PANIC|broken invariant: a record was refused/,
    ],
  ];
  test.each(defects)('%s', (_, meddle, found) => {
    const play = (): void => {
      for (let seed = 1; seed <= SEEDS; seed += 1) playWorld(seed, meddle);
    };
    expect(play).toThrow(found);
  });
});

test.runIf(statePath !== undefined)('for as long as is asked for', { timeout: 0 }, () => {
  const path = statePath as string;
  const end = Date.now() + Number(FUZZ_RECORDS_MINUTES) * 60_000;
  const total = playWorlds(Number(FUZZ_RECORDS_SEED), (report) => {
    // Which one is played, in case that it never ends.
    writeFileSync(path, JSON.stringify(report));
    return report.worlds === 0 || Date.now() < end;
  });
  expect(total.worlds).toBeGreaterThan(0);
});
