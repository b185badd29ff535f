import { describe, expect, it } from 'vitest';
import { CONSOLE_CHARACTERS, makeVatConsole } from '../../src/console/vat-console.js';

const listen = () => {
  const heard: [string, string][] = [];
  const vat = makeVatConsole((level, text) => heard.push([level, text]));
  return { ...vat, heard };
};

describe('the console of a vat', () => {
  it('writes text by level', () => {
    const { console, heard } = listen();
    console.log('%s is %d', 'x', 1);
    console.error({ a: 1 });
    expect(heard).toEqual([
      ['log', 'x is 1'],
      ['error', '{ a: 1 }'],
    ]);
  });

  it('survives what cannot be shown', () => {
    const heard: string[] = [];
    const { console } = makeVatConsole((_, text) => heard.push(text));
    const trap = () => {
      throw Error('a trap');
    };
    console.log(new Proxy({}, { getPrototypeOf: trap, ownKeys: trap }));
    console.log('and then');
    expect(heard).toEqual(['[cannot be shown]', 'and then']);
  });

  it('says once in a crank that it is too much', () => {
    const { console, renew, heard } = listen();
    const line = 'x'.repeat(CONSOLE_CHARACTERS / 2);
    for (let i = 0; i < 5; i += 1) console.log(line);
    expect(heard).toHaveLength(2);
    expect(heard[1]?.[1]).toMatch(/the rest of the console output/);
    renew(false);
    console.log('again');
    expect(heard).toHaveLength(3);
  });

  it('formats what a crank says that is run again, and shows it to nobody', () => {
    const { console, renew, heard } = listen();
    let looked = 0;
    const seen = {
      toString: () => {
        looked += 1;
        return '';
      },
    };
    renew(true);
    console.log(`${String(seen)}once more`);
    expect([heard, looked]).toEqual([[], 1]);
    renew(false);
    console.log('live');
    expect(heard).toEqual([['log', 'live']]);
  });
});
