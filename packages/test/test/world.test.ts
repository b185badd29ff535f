import { afterAll, expect, test } from 'vitest';
import '../src/vitest.js';
import { closePool, E, openWorld } from '../src/index.js';

const YEAR = 365 * 24 * 3600 * 1000;

const keeper = {
  bootstrap: 'keeper',
  vats: { keeper: './vats/keeper.js', bank: './vats/bank.ts' },
};

const withWorld = async (
  act: (world: Awaited<ReturnType<typeof open>>) => Promise<void>,
): Promise<void> => {
  const world = await open();
  try {
    await act(world);
  } finally {
    await world.close();
  }
};
const open = () =>
  openWorld({
    ...keeper,
    services: { mailer: { send: ({ to }: { to: string }) => `sent to ${to}` } },
  });

afterAll(closePool);

test('answers come from real vats, and objects of vats can be passed back to them', () =>
  withWorld(async ({ roots }) => {
    const thing = await E(roots.keeper).make();
    await E(roots.keeper).keep(thing);
    expect(await E(roots.keeper).has()).toBe(true);
    expect(await E(thing).hello()).toBe('hello');
    await expect(E(roots.keeper).fail()).rejects.toThrow('no');
  }));

test('a year of virtual time passes while nothing else is left to do', () =>
  withWorld(async (world) => {
    await world.quiescent();
    const began = world.now();
    expect(await E(world.roots.keeper).wait(YEAR)).toBe(began + YEAR);
    await world.passTime(1000);
    expect(world.now()).toBe(began + YEAR + 1000);
  }));

test('a killed kernel goes on after it is opened again, and answers what was asked before', () =>
  withWorld(async (world) => {
    await world.quiescent();
    const balance = E(world.roots.bank).balance();
    const woken = E(world.roots.keeper).wait(1000);
    await world.kill();
    const later = E(world.roots.bank).balance();
    await world.reopen();
    expect(await balance).toBe(100);
    expect(await later).toBe(100);
    expect(await woken).toBeTypeOf('number');
  }));

test('calls of fake services are recorded', () =>
  withWorld(async (world) => {
    await world.quiescent();
    expect(await E(world.roots.keeper).mail('ann')).toBe('sent to ann');
    expect(world.services.mailer?.callsOf('send')).toEqual([
      { id: expect.any(String), method: 'send', args: [{ to: 'ann', text: 'hi' }] },
    ]);
  }));

test('messages, broken promises and held references can be asserted', () =>
  withWorld(async (world) => {
    const { bank, keeper: root } = world.roots;
    await E(root).keep(bank);
    expect(world).toHaveSent({ from: 'host', to: 'keeper', method: 'keep', args: [bank] });
    expect(world).not.toHaveSent({ to: 'bank', method: 'set' });
    expect(world.vat('keeper')).not.toHoldNoReferenceTo(bank);
    await E(root).drop();
    await world.collectGarbage();
    expect(world.vat('keeper')).toHoldNoReferenceTo(bank);
    const never = E(root).never();
    never.catch(() => undefined);
    await world.upgrade('keeper');
    await expect(never).toBeBroken();
    expect(() => expect(world).toHaveSent({ method: 'nothing' })).toThrow('what was delivered');
  }));

test.each([5, null, 'x', {}, { vats: null }, { vats: { a: 5 } }, { vats: { a: null } }])(
  'a world of %j is refused with a code',
  async (config) => {
    await expect(openWorld(config as never)).rejects.toMatchObject({
      code: expect.stringMatching(/^BAD_(ARGUMENT|CONFIG)$/) as string,
    });
  },
);
