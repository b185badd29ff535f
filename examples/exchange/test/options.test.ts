import { describe, expect, it } from 'vitest';
import { defaultDirectory, parseOptions } from '../src/options.js';

describe('the options', () => {
  it('have defaults', () => {
    expect(parseOptions([])).toEqual({
      directory: defaultDirectory,
      fresh: 'never',
      rounds: undefined,
      repeat: undefined,
      order: 'arrival',
      threads: undefined,
      cluster: false,
      json: false,
      help: false,
    });
    expect(defaultDirectory).toMatch(/examples.exchange.\.cooperage.$/);
  });

  it('are read', () => {
    const args = ['--directory', 'd', '--fresh', '--rounds', '12', '--repeat', '3', '--json'];
    expect(parseOptions(args)).toMatchObject({
      directory: 'd',
      fresh: 'always',
      rounds: 12,
      repeat: 3,
      json: true,
    });
    expect(parseOptions(['--fresh-if-finished']).fresh).toBe('if-finished');
    expect(parseOptions(['--order', 'issue', '--threads', '4'])).toMatchObject({
      order: 'issue',
      threads: 4,
    });
    expect(parseOptions(['-h']).help).toBe(true);
  });

  it.each([
    [['--rounds', '0'], '--rounds takes a whole number'],
    [['--repeat', '1.5'], '--repeat takes a whole number'],
    [['--order', 'random'], '--order takes arrival or issue, not "random"'],
    [['--round', '3'], "Unknown option '--round'"],
    [['now'], "Unexpected argument 'now'"],
  ])('refuse %j', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
  });

  it('refuse with --cluster what is for one machine', () => {
    expect(parseOptions(['--cluster', '--rounds', '3']).cluster).toBe(true);
    expect(() => parseOptions(['--cluster', '--threads', '2'])).toThrow(/leave them out/);
  });
});
