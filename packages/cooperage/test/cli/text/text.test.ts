import type { PeerID, VatDeliveryObject, VatID, VRef } from '@cooperage/types';
import { describe, expect, test } from 'vitest';
import { formatDifference } from '../../../src/cli/text/difference.js';
import { formatDelivery, formatSyscall } from '@cooperage/tools';
import { formatSummary, type RunSummary } from '../../../src/cli/text/summary.js';
import { formatFields, formatTable } from '../../../src/cli/text/table.js';
import { formatCrank } from '../../../src/cli/text/transcript.js';
import { formatVats } from '../../../src/cli/text/vats.js';
import {
  countOf,
  cut,
  formatBytes,
  formatDuration,
  formatNumber,
  harmless,
} from '../../../src/cli/text/words.js';

test('numbers, durations and sizes read well', () => {
  expect([0, 999, 1234567.8].map(formatNumber)).toEqual(['0', '999', '1,234,568']);
  expect([0.4, 850, 2_449, 185_000].map(formatDuration)).toEqual([
    '0 ms',
    '850 ms',
    '2.4 s',
    '3 min 5 s',
  ]);
  expect([12, 138_923, 4_200_000].map(formatBytes)).toEqual(['12 B', '138.9 kB', '4.2 MB']);
  expect([countOf(1, 'vat'), countOf(0, 'vat'), countOf(2_000, 'delivery', 'deliveries')]).toEqual([
    '1 vat',
    '0 vats',
    '2,000 deliveries',
  ]);
});

test('a long text is cut, on one line', () => {
  expect(cut('abcdef', 6)).toBe('abcdef');
  expect(cut('abcdefg', 6)).toBe('abcde…');
  expect(cut('a\n   b', 10)).toBe('a b');
  expect(cut(' a \n\n\t\r\n b ', 10)).toBe(' a b ');
  // A million blanks are looked at once.
  expect(cut(`a${' '.repeat(1_000_000)}\nb${' '.repeat(1_000_000)}c`, 3)).toBe(
    'a b'.slice(0, 2) + '…',
  );
  expect(cut('abcdefg', Infinity)).toBe('abcdefg');
});

test('what a vat says cannot take over the terminal', () => {
  expect(harmless('\u001b[2Jgone\r\u009b1m\u0007')).toBe('\\x1b[2Jgone\\x0d\\x9b1m\\x07');
  expect(harmless('ünï\tcode\n✓')).toBe('ünï\tcode\n✓');
});

test('tables have columns, numbers to the right', () => {
  expect(
    formatTable(
      ['vat', 'cranks', 'note'],
      [
        ['v1', 1_200, 'x'],
        ['v10', 3, ''],
      ],
    ),
  ).toEqual(['vat  cranks  note', 'v1    1,200  x', 'v10       3']);
  expect(formatTable(['a'], [])).toEqual(['a']);
  expect(
    formatFields([
      ['a', 1_000],
      ['long', 'x'],
    ]),
  ).toEqual(['a     1,000', 'long  x']);
});

const data = (body: string, ...slots: string[]) => ({ body: `#${body}`, slots: slots as VRef[] });
const vref = (text: string) => text as VRef;

describe('deliveries and syscalls', () => {
  const message: VatDeliveryObject = [
    'message',
    vref('o+0'),
    { methargs: data('["buy",[3]]'), result: vref('p-1') },
  ];

  test.each<[VatDeliveryObject, string]>([
    [message, 'o+0.buy(3) -> p-1'],
    [['message', vref('o+0'), { methargs: data('["buy",[]]'), result: null }], 'o+0.buy()'],
    [
      [
        'notify',
        [
          [vref('p+5'), false, data('1')],
          [vref('p+6'), true, data('"no"')],
        ],
      ],
      'p+5 fulfilled: 1; p+6 rejected: "no"',
    ],
    [['dropExports', [vref('o+1'), vref('o+2')]], 'o+1, o+2'],
    [['startVat', data('{"a":1}')], '{ a: 1 }'],
    [['changeVatOptions', { window: 3 }], '{"window":3}'],
    [['bringOutYourDead'], ''],
  ])('%j is shown as %s', (delivery, text) => {
    expect(formatDelivery(delivery)).toBe(text);
  });

  test('a notify that waits in an inbox has only its promise', () => {
    expect(formatDelivery(['notify', 'kp3' as never])).toBe('kp3');
  });

  test.each<[Parameters<typeof formatSyscall>[0], string]>([
    [
      [['send', vref('o-1'), { methargs: data('["hi",[]]'), result: vref('p+5') }]],
      'o-1.hi() -> p+5',
    ],
    [[['subscribe', vref('p+5')]], 'p+5'],
    [[['resolve', [[vref('p-1'), false, data('"#undefined"')]]]], 'p-1 fulfilled: undefined'],
    [[['exit', true, data('"bye"')]], 'with failure: "bye"'],
    [[['vatstoreGet', 'a'], null], 'a = (nothing)'],
    [[['vatstoreGet', 'a'], 'x'], 'a = x'],
    [[['vatstoreSet', 'a', 'x']], 'a := x'],
    [[['vatstoreDelete', 'a']], 'a'],
    [[['dropImports', [vref('o-1')]]], 'o-1'],
  ])('%j is shown as %s', (entry, text) => {
    expect(formatSyscall(entry)).toBe(text);
  });

  test('a crank is its delivery, what it did, and how it failed', () => {
    const crank = {
      n: 3,
      acked: 2,
      delivery: message,
      status: ['error', 'gone\u001b'] as const,
      syscalls: [[['subscribe', vref('p+5')]] as const],
    };
    expect(formatCrank(crank, 80)).toEqual([
      '#3 message o+0.buy(3) -> p-1',
      '    subscribe p+5',
      '    failed: gone\\x1b',
    ]);
    expect(formatCrank(crank, 12)[0]).toBe('#3 message …');
  });
});

test('vats are listed, and those that are no more with their reason', () => {
  const vat = {
    vatID: 'v1' as VatID,
    name: 'bank',
    isStatic: true,
    state: 'alive' as const,
    bundleID: 'b1-0' as never,
    window: 32,
    ownThread: false,
    cranks: 1_000,
    inbox: 2,
    out: 1,
  };
  const ended = { vatID: 'v2' as VatID, name: 'x', isFailure: true, reason: 'Error("oh")' };
  expect(formatVats({ vats: [vat], ended: [ended] }, 100)).toEqual([
    'vat  name  state  cranks  inbox  out  window  thread  made by',
    'v1   bank  alive   1,000      2    1      32  shared  config',
    '',
    'ended  name  how     reason',
    'v2     x     failed  Error("oh")',
  ]);
  expect(formatVats({ vats: [], ended: [] }, 100)).toEqual(['no vats']);
  const [slowed, behindLink, quarantined] = [
    { kind: 'slowed', receiver: 'v9' as VatID },
    { kind: 'slowed', receiver: 's1~1' as PeerID },
    { kind: 'quarantined', n: 4 as never, index: 1, expected: 'a', actual: 'b' },
  ] as const;
  const still = [slowed, behindLink, quarantined].map((blocked) => ({
    ...vat,
    state: blocked.kind,
    blocked,
  }));
  expect(formatVats({ vats: still, ended: [] }, 100).slice(4)).toEqual([
    '',
    'v1 bank: slowed until the inbox of v9 is shorter',
    'v1 bank: slowed until s1~1 has taken more of the messages on their way to it',
    'v1 bank: quarantined since its replay diverged at crank 4; to continue: cooperage upgrade v1 --bundle FILE, or cooperage quarantine v1 --release',
  ]);
});

describe('the summary of a run', () => {
  const summary: RunSummary = {
    config: 'c.json',
    directory: '/d',
    isNew: true,
    order: 'arrival',
    outcome: 'quiescent',
    paused: [],
    bootstrap: { state: 'fulfilled' },
    changes: [],
    milliseconds: 2_000,
    cranks: 1_500,
    cranksPerSecond: 750,
    refused: 0,
    commits: 1,
    vatsAtOnce: { mean: 1.26, most: 3 },
    openCalls: 0,
    vats: [
      {
        vatID: 'v1',
        name: 'bank',
        state: 'alive',
        cranks: 1_500,
        syscalls: 9,
        cranksInAll: 1_501,
        waiting: 0,
      },
    ],
    ended: [],
  };

  test('says what ran, how fast, and that it is durable', () => {
    expect(formatSummary(summary, 100)).toEqual([
      'vat  name  cranks  syscalls  in all  waiting',
      'v1   bank   1,500         9   1,501        0',
      '',
      '1,500 cranks in 2.0 s; 750 cranks/s; vats at once: 1.3 on average, 3 at most; 1 commit',
      'nothing is left to do, and everything is durable',
    ]);
  });

  test('says what was refused, what ended, and what an interruption means', () => {
    const lines = formatSummary(
      {
        ...summary,
        outcome: 'interrupted',
        refused: 2,
        openCalls: 1,
        ended: [{ vatID: 'v2', name: 'x', isFailure: true, reason: 'it broke' }],
      },
      100,
    );
    expect(lines.slice(3)).toEqual([
      'x (v2) failed: it broke',
      '',
      '1,500 cranks in 2.0 s; 750 cranks/s; vats at once: 1.3 on average, 3 at most; 1 commit; 2 refused records; 1 call of services without an answer yet',
      'interrupted: what was retired is durable; the same command continues',
    ]);
    expect(formatSummary({ ...summary, outcome: 'interrupted', directory: null }, 100).at(-1)).toBe(
      'interrupted: the kernel was in memory and is gone',
    );
  });
});

test('a difference between two runs is a diff with what the vat was told', () => {
  const record = (value: string): string =>
    JSON.stringify({
      n: 2,
      status: ['ok'],
      syscalls: [[['vatstoreSet', 'a', 'b']], [['vatstoreSet', 'mood', value]]],
      usage: null,
    });
  const lines = formatDifference(
    {
      crank: 7,
      cause: ['retire', 'v2' as never, 2 as never],
      vat: {
        vatID: 'v2' as never,
        name: 'shop',
        n: 2,
        delivery: JSON.stringify({
          n: 2,
          acked: 1,
          delivery: [
            'message',
            'o+0',
            { methargs: { body: '#["open",[1]]', slots: [] }, result: null },
          ],
        }),
      },
      what: 'it behaved differently',
      records: { expected: record('good'), actual: record('bad') },
      rows: [{ key: 'v2.vs.mood', expected: 'good', actual: null }],
    },
    80,
  );
  expect(lines).toEqual([
    'crank 7: shop (v2), delivery 2',
    'told: message o+0.open(1)',
    'it behaved differently',
    'syscall 2:',
    '- vatstoreSet mood := good',
    '+ vatstoreSet mood := bad',
    '1 row:',
    'v2.vs.mood',
    '- good',
    '+ (no such row)',
  ]);
});
