import { describe, expect, it } from 'vitest';
import { hostileValues } from '../../types/test/hostile-values.js';
import { makeService } from '../src/index.js';
import { fixture, openForTest } from './helpers.js';

const values = hostileValues();
const titles = values.map(([title]) => title);
const find = (title: unknown): unknown => values.find(([each]) => each === title)?.[1];

/** Does with a hostile value what the method says. */
const hostile = makeService(({ method, args }) => {
  const value = find(args[0]);
  switch (method) {
    case 'throws':
      throw value;
    case 'rejects':
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- this is what is tested
      return Promise.reject(value);
    case 'rejects later':
      return Promise.resolve().then(() => {
        throw value;
      });
    case 'returns':
      return value;
    case 'returns within an array':
      return [value];
    case 'answers later':
      return Promise.resolve([value]);
    default:
      throw Error(method);
  }
});

const openWithServices = async () => {
  const kernel = await openForTest({
    config: {
      bootstrap: 'creator',
      vats: {
        creator: { source: fixture('creator-vat.js') },
        a: { source: fixture('worker-vat.js') },
      },
    },
    services: { hostile },
  });
  await kernel.run();
  const callAll = (method: string): Promise<PromiseSettledResult<unknown>[]> =>
    Promise.allSettled(
      titles.map((each) => kernel.send('creator', 'callService', ['hostile', method, [each]])),
    );
  return { kernel, callAll };
};

describe('a service', () => {
  it.each(['throws', 'rejects', 'rejects later'])(
    'that %s any value rejects that call only, with a text',
    async (method) => {
      const { kernel, callAll } = await openWithServices();
      for (const [i, outcome] of (await callAll(method)).entries()) {
        expect(outcome.status, titles[i]).toBe('rejected');
        const { reason } = outcome as PromiseRejectedResult;
        expect(reason, titles[i]).toBeInstanceOf(Error);
        expect((reason as Error).message, titles[i]).not.toBe('');
      }
      expect(await kernel.send('a', 'increment')).toBe(1);
      expect(kernel.stats().openOutputs).toBe(0);
    },
  );

  it.each(['returns', 'returns within an array', 'answers later'])(
    'that %s any value answers that call, or rejects it with a text',
    async (method) => {
      const { kernel, callAll } = await openWithServices();
      const outcomes = await callAll(method);
      for (const [i, outcome] of outcomes.entries()) {
        if (outcome.status === 'fulfilled') continue;
        expect(outcome.reason, titles[i]).toBeInstanceOf(Error);
        expect((outcome.reason as Error).message, titles[i]).not.toBe('');
      }
      expect(outcomes[titles.indexOf('undefined')]).toMatchObject({ status: 'fulfilled' });
      expect(await kernel.send('a', 'increment')).toBe(1);
      expect(kernel.stats().openOutputs).toBe(0);
    },
  );
});

describe('the host', () => {
  it('is refused what cannot be passed, with a code', async () => {
    const { kernel } = await openWithServices();
    for (const [title, value] of values) {
      await kernel.send('a', 'echo', [value]).catch((error: unknown) => {
        expect(error, title).toMatchObject({ code: 'BAD_ARGUMENT' });
        expect((error as Error).message, title).not.toBe('');
      });
    }
    expect(await kernel.send('a', 'increment')).toBe(1);
  });
});
