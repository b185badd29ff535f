import { describe, expect, it } from 'vitest';
import { makeForkTimes } from '../src/fork-times.js';
import { formatMeasurements } from '../src/measure.js';
import { parseOptions } from '../src/options.js';
import { formatForkTimes } from '../src/report.js';

describe('the options', () => {
  it('have defaults, and are read', () => {
    expect(parseOptions([])).toEqual({
      engine: 'quickjs',
      directory: undefined,
      fresh: false,
      port: undefined,
      instances: undefined,
      verbose: false,
      help: false,
    });
    expect(parseOptions(['--serve']).port).toBe(8080);
    expect(parseOptions(['--engine', 'v8', '--serve', '--port', '0'])).toMatchObject({
      engine: 'v8',
      port: 0,
    });
    expect(parseOptions(['--instances', '100']).instances).toBe(100);
    expect(parseOptions(['--directory', 'd', '--fresh'])).toMatchObject({
      directory: 'd',
      fresh: true,
    });
  });

  it.each([
    [['--engine', 'steam'], '--engine takes quickjs or v8, not "steam"'],
    [['--serve', '--port', '65536'], '--port takes a whole number from 0 to 65535, not "65536"'],
    [['--port', '1'], '--port needs --serve'],
    [['--fresh'], '--fresh needs a --directory'],
    [['--instances', '0'], '--instances takes a whole number from 1 to 10000, not "0"'],
    [['--instances', '5', '--serve'], '--instances measures in memory'],
    [['--speed'], "Unknown option '--speed'"],
  ])('refuse %j', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
  });
});

describe('figures', () => {
  it('are of forks until their first work is done', () => {
    let time = 0;
    const { on, milliseconds } = makeForkTimes(() => (time += 5));
    const retired = (vatID: string) => on.retired({ vatID } as Parameters<typeof on.retired>[0]);
    on['vat-forked']({ vatID: 'v3', parent: 'v2' });
    on['vat-ready']({ vatID: 'v3', name: 'coins' });
    retired('v2');
    retired('v3');
    retired('v3');
    expect([...milliseconds]).toEqual([['coins', 5]]);
    expect(formatForkTimes(milliseconds)).toBe(
      '1 forks, each ready after 5.0 ms in the middle, 5.0 ms at most\n',
    );
    expect(formatForkTimes(new Map())).toBe('');
  });

  it('stand side by side', () => {
    const one = { count: 100, cpu: 1, megabytes: 2 };
    expect(
      formatMeasurements([
        { ...one, engine: 'quickjs', cold: false, milliseconds: 5 },
        { ...one, engine: 'v8', cold: true, milliseconds: 60 },
      ]),
    ).toBe(
      'instances              each ready after  processor time  memory for each\n' +
        '100, forked, quickjs   5.0 ms            1.0 ms          2.00 MB\n' +
        '100, from nothing, v8  60.0 ms           1.0 ms          2.00 MB          12.0 times as long\n',
    );
  });
});
