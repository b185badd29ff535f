/** Each way in which a promise that the host has can be rejected, and what its error says. */
import { readFileSync } from 'node:fs';
import { ERROR_CODES } from '@cooperage/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CooperageError,
  type CooperageKernel,
  isRejection,
  type KernelRef,
  makeService,
  openKernel,
  RejectionError,
} from '../src/index.js';
import { fixture, onPublished, onTestedLiveslots } from './helpers.js';

type Facets = { readonly root: KernelRef; readonly admin: KernelRef };
type Rejected = RejectionError & { readonly reason?: unknown };

const source = fixture('rejecting-vat.js');
const FROM_CONSOLE = /^error:liveSlots:v\d+#\d+$/;

class LimitError extends Error {
  override name = 'LimitError';
  readonly code = 'KERNEL_PANIC';
}

let kernel: CooperageKernel;
let service: KernelRef;
const ended = new Map<string, string>();
/** What an operator can search: the consoles of the vats, and what the kernel tells of rejections and ends. */
const log: string[] = [];

const failureOf = async (work: Promise<unknown>): Promise<Rejected> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Error);
  expect(isRejection(error)).toBe(true);
  expect(Object.isFrozen(error)).toBe(true);
  const { code, errorId } = error as Rejected;
  expect(ERROR_CODES).toContain(code);
  expect(log.filter((line) => line.includes(errorId))).not.toEqual([]);
  return error as Rejected;
};

beforeAll(async () => {
  kernel = await openKernel({
    ...onTestedLiveslots({
      config: {
        bootstrap: 'creator',
        bundles: { rejecting: { source } },
        heapLimit: 128,
        vats: { creator: { source: fixture('creator-vat.js') } },
      },
    }),
    services: {
      failing: makeService(() => {
        throw new LimitError('too much');
      }),
    },
    log: () => undefined,
    on: {
      console: ({ text }) => void log.push(text),
      rejected: ({ errorId, code, message }) => void log.push(`${errorId} ${code} ${message}`),
      'vat-ended': ({ name, errorId }) => {
        ended.set(name, errorId);
        log.push(errorId);
      },
    },
  });
  await kernel.run();
  // Promises in data are settled while nothing waits for them.
  kernel.start();
  service = (await kernel.send('creator', 'service', ['failing'])) as KernelRef;
});

afterAll(() => kernel.close());

it('the README lists what a rejection can say', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const start = ERROR_CODES.indexOf('VAT_REJECTED');
  const codes = ERROR_CODES.slice(start, ERROR_CODES.indexOf('PROMISE_BROKEN') + 1);
  expect(codes.length).toBeGreaterThan(8);
  for (const code of [...codes, 'VAT_TERMINATED', 'VAT_START_FAILED', 'BAD_CAPDATA']) {
    expect(readme).toContain(`\n| \`${code}\` |`);
  }
});

// The published liveslots run on V8.
describe.each(onPublished ? (['v8'] as const) : (['v8', 'quickjs'] as const))('on %s', (engine) => {
  let count = 0;
  const make = async (
    options: Record<string, unknown> = {},
  ): Promise<Facets & { name: string }> => {
    const name = `${engine}-${(count += 1)}`;
    const facets = await kernel.createVat(name, { bundle: 'rejecting', engine, ...options });
    return { ...facets, name };
  };
  let vat: Facets & { name: string };

  beforeAll(async () => {
    vat = await make();
  });

  describe('a reason of the vat’s own', () => {
    it('that is an error keeps its class, name, message and id', async () => {
      const error = await failureOf(vat.root.send('throwError'));
      expect(error).toBeInstanceOf(RangeError);
      expect(error).toMatchObject({
        name: 'RangeError',
        message: 'out of range',
        code: 'VAT_REJECTED',
        vat: vat.name,
        vatID: expect.stringMatching(/^v\d+$/) as string,
        errorId: expect.stringMatching(FROM_CONSOLE) as string,
      });
      expect('allegedCode' in error).toBe(false);
    });

    it('cannot claim a code, a vat or an id', async () => {
      const error = await failureOf(vat.root.send('throwForged'));
      expect(error).toMatchObject({ code: 'VAT_REJECTED', vat: vat.name });
      expect(error.errorId).toMatch(FROM_CONSOLE);
      const record = await failureOf(vat.root.send('throwRecord'));
      expect(record).toMatchObject({ code: 'VAT_REJECTED', vat: vat.name });
    });

    it.each([
      ['throwText', 'just text', /rejected with just text$/],
      [
        'throwRecord',
        { code: 'KERNEL_PANIC', by: { code: 'KERNEL_PANIC' }, name: 'mine' },
        /rejected with a value that is not an error/,
      ],
      ['throwNothing', undefined, /rejected with undefined$/],
    ])('%s: one that is no error is the `reason` of one', async (method, reason, message) => {
      const error = await failureOf(vat.root.send(method));
      expect(error).toBeInstanceOf(RejectionError);
      expect(error).toMatchObject({ code: 'VAT_REJECTED', vat: vat.name });
      expect(error.message).toMatch(message);
      expect(error.reason).toEqual(reason);
      expect(error.errorId).toMatch(/^error:kernel#kp\d+$/);
    });

    it('may be that there is no such method', async () => {
      expect(await failureOf(vat.root.send('missing'))).toMatchObject({
        code: 'VAT_REJECTED',
        allegedCode: 'METHOD_NOT_FOUND',
        vat: vat.name,
        errorId: expect.stringMatching(FROM_CONSOLE) as string,
      });
    });
  });

  describe('a vat that ended', () => {
    it.each([
      ['loop', { crankTimeLimit: 2_000 }, 'CRANK_TIME_LIMIT'],
      ['exit', {}, undefined],
      ['fail', {}, undefined],
      // Under the published liveslots it is an answer that is refused, and the vat goes on.
      ...(onPublished ? [] : [['tooLarge', {}, undefined] as const]),
      // QuickJS counts what a vat uses; a thread of V8 is as large as its `heapLimit`.
      [
        'hog',
        engine === 'quickjs' ? { memoryLimit: 12_000_000 } : { ownThread: true },
        'WORKER_OUT_OF_MEMORY',
      ],
      ...(engine === 'quickjs'
        ? [['loop', { computronLimit: 400_000_000 }, 'METER_EXHAUSTED'] as const]
        : []),
    ] as const)(
      '%s: rejects what it was asked, and what it is asked later',
      async (how, options, why) => {
        const one = await make(options);
        const waiting = one.root.send('wait');
        waiting.catch(() => undefined);
        // `exit` resolves what it answers.
        await one.root.send(how).catch(() => undefined);
        for (const call of [waiting, one.root.send('hello')]) {
          const error = await failureOf(call);
          expect(error).toBeInstanceOf(CooperageError);
          expect(error).toMatchObject({ code: 'VAT_TERMINATED', vat: one.name });
          expect(error.reasonCode).toBe(why);
          expect(error.errorId).toBe(`error:kernel#${error.vatID}`);
          expect(ended.get(one.name)).toBe(error.errorId);
          expect(error.message).toMatch(new RegExp(`^vat ${one.name} terminated: `));
        }
        if (how === 'fail') {
          const done = await failureOf(one.admin.send('done'));
          expect(done).toMatchObject({ code: 'VAT_TERMINATED', message: 'broken inside' });
          expect(done.cause).toBeInstanceOf(TypeError);
        }
      },
    );

    it('by its administrator: says so', async () => {
      const one = await make();
      await one.admin.send('terminateWithFailure', ['enough']);
      expect(await failureOf(one.root.send('hello'))).toMatchObject({
        code: 'VAT_TERMINATED',
        vat: one.name,
      });
      expect(await failureOf(one.admin.send('done'))).toMatchObject({
        code: 'VAT_TERMINATED',
        vat: one.name,
        reason: 'enough',
      });
      expect(await failureOf(one.admin.send('takeOffline'))).toMatchObject({
        code: 'VAT_TERMINATED',
        vat: one.name,
      });
    });
  });

  it('a vat that does not start', async () => {
    const failed = make({ parameters: { fails: true } });
    const error = await failureOf(failed);
    expect(error).toMatchObject({ code: 'VAT_START_FAILED', vat: `${engine}-${count}` });
    expect(error.message).toContain('it does not start');
    expect(error.errorId).toBe(`error:kernel#${error.vatID}`);
  });

  it('an upgrade that fails, and what waited for a vat that was upgraded', async () => {
    const one = await make();
    const { vatID } = await failureOf(one.root.send('throwText'));
    const upgrade = { bundle: 'rejecting', parameters: { fails: true } };
    expect(await failureOf(kernel.upgradeVat(vatID as string, upgrade))).toMatchObject({
      code: 'UPGRADE_FAILED',
      vat: one.name,
      errorId: expect.stringMatching(/^error:kernel#kp\d+$/) as string,
    });
    const waiting = one.root.send('wait');
    waiting.catch(() => undefined);
    await kernel.upgradeVat(vatID as string, { bundle: 'rejecting', upgradeMessage: 'better' });
    const error = await failureOf(waiting);
    expect(error).toMatchObject({
      code: 'VAT_UPGRADED',
      vat: one.name,
      reason: { name: 'vatUpgraded', upgradeMessage: 'better', incarnationNumber: 0 },
    });
    expect(error.message).toContain('better');
  });

  it('a zygote that is sent what only its creator may', async () => {
    const egg = await make({ zygote: true });
    const [promise] = (await vat.root.send('direct', [egg.root, 'hello'])) as [Promise<unknown>];
    expect(await failureOf(promise)).toMatchObject({ code: 'VAT_IS_ZYGOTE', vat: egg.name });
  });

  it('a message to data', async () => {
    const other = await make();
    const [promise] = (await vat.root.send('pipelined', [other.root])) as [Promise<unknown>];
    expect(await failureOf(promise)).toMatchObject({ code: 'NOT_AN_OBJECT' });
  });

  it('an object of the kernel that does not know a method, or is given the wrong arguments', async () => {
    expect(await failureOf(vat.admin.send('missing'))).toMatchObject({
      code: 'METHOD_NOT_FOUND',
      vat: vat.name,
    });
    expect(await failureOf(vat.admin.send('fork', [7]))).toMatchObject({
      code: 'BAD_ARGUMENT',
      vat: vat.name,
    });
  });

  describe('a rejection that a vat passes on', () => {
    it('is its own, and claims to be what it was', async () => {
      const one = await make();
      await one.root.send('exit').catch(() => undefined);
      const error = await failureOf(vat.root.send('relay', [one.root, 'hello']));
      expect(error).toMatchObject({
        code: 'VAT_REJECTED',
        allegedCode: 'VAT_TERMINATED',
        vat: vat.name,
      });
      expect(error.message).toMatch(`vat ${one.name} terminated`);
      expect(error.errorId).toMatch(FROM_CONSOLE);
      const [promise] = (await vat.root.send('direct', [one.root, 'hello'])) as [Promise<unknown>];
      expect(await failureOf(promise)).toMatchObject({ code: 'VAT_TERMINATED', vat: one.name });
    });
  });

  it('an error of a rejection that is passed to a vat arrives there as an error, and comes back as one', async () => {
    const one = await make();
    await one.root.send('exit').catch(() => undefined);
    const error = await failureOf(one.root.send('hello'));
    expect(await vat.root.send('describe', [error])).toEqual({
      isError: true,
      message: error.message,
    });
    const thrown = await failureOf(vat.root.send('throwGiven', [error]));
    expect(thrown).toMatchObject({
      message: error.message,
      code: 'VAT_REJECTED',
      allegedCode: 'VAT_TERMINATED',
      vat: vat.name,
    });
    const again = await failureOf(vat.root.send('throwGiven', [thrown]));
    expect(again).toMatchObject({ message: error.message, allegedCode: 'VAT_TERMINATED' });
    const plain = await failureOf(vat.root.send('throwText'));
    expect(await vat.root.send('describe', [plain])).toMatchObject({ message: plain.message });
  });

  it('a vat that does not start because it uses too much', async () => {
    const [options, reasonCode] =
      engine === 'quickjs'
        ? [{ computronLimit: 1_000 }, 'METER_EXHAUSTED']
        : [{ crankTimeLimit: 300, parameters: { loops: true } }, 'CRANK_TIME_LIMIT'];
    expect(await failureOf(make(options))).toMatchObject({ code: 'VAT_START_FAILED', reasonCode });
  });

  it('a service that throws, directly and through a vat', async () => {
    const error = await failureOf(service.send('anything'));
    expect(error).toMatchObject({
      name: 'LimitError',
      message: 'too much',
      code: 'SERVICE_FAILED',
      service: 'failing',
      errorId: expect.stringMatching(/^error:kernel#kp\d+$/) as string,
    });
    expect(await failureOf(vat.root.send('relay', [service, 'anything']))).toMatchObject({
      code: 'VAT_REJECTED',
      vat: vat.name,
    });
  });
});
