import { formatTranscriptEntry, type LiveSlotsSyscall, type VRef } from '@cooperage/types';
import { describe, expect, it } from 'vitest';
import { delivery, supervise } from './helpers.js';

const vref = (text: string): VRef => text as VRef;

describe('a supervisor', () => {
  it('answers a delivery with one record of all its syscalls (P5, G8)', async () => {
    const { supervisor, records } = supervise(
      (syscall) => {
        syscall.send(vref('o-1'), { slots: [], body: '#[]' });
        syscall.send(vref('o-1'), { body: '#[]', slots: [] }, vref('p+5'));
        syscall.subscribe(vref('p+5'));
        syscall.vatstoreSet('a', '1');
        syscall.vatstoreGet('a');
        syscall.vatstoreGet('b');
        syscall.vatstoreGetNextKey('');
        syscall.vatstoreDelete('a');
        syscall.vatstoreGetNextKey('');
        syscall.resolve([[vref('p-1'), true, { body: '#1', slots: [] }]]);
        syscall.dropImports([vref('o-1')]);
        syscall.retireImports([vref('o-1')]);
        syscall.retireExports([vref('o+1')]);
        syscall.abandonExports([vref('o+2')]);
        syscall.exit(true, { body: '#2', slots: [] });
        syscall.subscribe(vref('p-9'));
      },
      { c: '3' },
    );
    await supervisor.deliver(delivery(1));
    expect(records).toHaveLength(1);
    expect(JSON.parse(records[0] as string)).toEqual({
      n: 1,
      status: ['ok'],
      syscalls: [
        [['send', 'o-1', { methargs: { body: '#[]', slots: [] }, result: null }]],
        [['send', 'o-1', { methargs: { body: '#[]', slots: [] }, result: 'p+5' }]],
        [['subscribe', 'p+5']],
        [['vatstoreSet', 'a', '1']],
        [['vatstoreGet', 'a'], '1'],
        [['vatstoreGet', 'b'], null],
        [['vatstoreGetNextKey', ''], 'a'],
        [['vatstoreDelete', 'a']],
        [['vatstoreGetNextKey', ''], 'c'],
        [['resolve', [['p-1', true, { body: '#1', slots: [] }]]]],
        [['dropImports', ['o-1']]],
        [['retireImports', ['o-1']]],
        [['retireExports', ['o+1']]],
        [['abandonExports', ['o+2']]],
        [['exit', true, { body: '#2', slots: [] }]],
        [['subscribe', 'p-9']],
      ],
      usage: null,
    });
  });

  it('runs nothing after the crank in which the vat exits', async () => {
    const { supervisor, records } = supervise((syscall) => {
      syscall.exit(false, { body: '#1', slots: [] });
    });
    await supervisor.deliver(delivery(1));
    await supervisor.deliver(delivery(2));
    expect(records).toHaveLength(1);
    expect(supervisor.ended).toBe(true);
  });

  it('makes a delivery that liveslots refuses an error with the syscalls as they are', async () => {
    const { supervisor, records } = supervise((syscall) => {
      syscall.subscribe(vref('p-1'));
      throw Error('not like that');
    });
    await supervisor.deliver(delivery(1));
    expect(JSON.parse(records[0] as string)).toMatchObject({
      status: ['error', 'not like that'],
      syscalls: [[['subscribe', 'p-1']]],
    });
    await supervisor.deliver(delivery(2));
    expect(records).toHaveLength(1);
  });

  it('refuses syscalls before, between and after cranks', async () => {
    let leaked: LiveSlotsSyscall | undefined;
    const { supervisor } = supervise((syscall) => {
      leaked = syscall;
    });
    await supervisor.deliver(delivery(1));
    expect(() => leaked?.subscribe(vref('p-1'))).toThrow(/during a crank/);
    expect(() => leaked?.vatstoreGet('a')).toThrow(/during a crank/);
  });

  it('refuses devices, which there are none of', async () => {
    const { supervisor, records } = supervise((syscall) => {
      syscall.callNow(vref('d-1'), 'method', { body: '#[]', slots: [] });
    });
    await supervisor.deliver(delivery(1));
    expect(records[0]).toMatch(/devices/);
  });

  it.each([
    ['a gap', [delivery(1), delivery(3)]],
    ['a repetition', [delivery(1), delivery(1)]],
    ['an acknowledgment of the future', [delivery(1, 1)]],
    [
      'an acknowledgment that goes back',
      [delivery(1), delivery(2), delivery(3, 2), delivery(4, 1)],
    ],
    ['a number that is none', ['{"n":"1","acked":0,"delivery":["bringOutYourDead"]}']],
  ])('refuses deliveries out of order: %s', async (_what, deliveries) => {
    const { supervisor } = supervise(() => undefined);
    const last = deliveries.pop() as string;
    for (const each of deliveries) await supervisor.deliver(each);
    await expect(supervisor.deliver(last)).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
  });

  it('refuses a delivery before the crank of the last is over', async () => {
    const { supervisor } = supervise(() => undefined);
    const first = supervisor.deliver(delivery(1));
    await expect(supervisor.deliver(delivery(2))).rejects.toMatchObject({ code: 'BAD_ARGUMENT' });
    await first;
  });

  it('reads what it wrote until it hears that it is retired, and from then on what the store has', async () => {
    const seen: (string | undefined)[] = [];
    const { supervisor, store } = supervise((syscall, [tag]) => {
      if (tag === 'stopVat') syscall.vatstoreSet('k', 'mine');
      else seen.push(syscall.vatstoreGet('k'), syscall.vatstoreGetNextKey(''));
    });
    await supervisor.deliver(delivery(1, 0, ['stopVat', { body: '#1', slots: [] }]));
    await supervisor.deliver(delivery(2, 0));
    store.set('k', 'mine');
    await supervisor.deliver(delivery(3, 1));
    expect(seen).toEqual(['mine', 'k', 'mine', 'k']);
  });

  describe('replaying', () => {
    const script = (syscall: LiveSlotsSyscall): void => {
      const count = Number(syscall.vatstoreGet('count') ?? 0) + 1;
      syscall.vatstoreSet('count', String(count));
      syscall.send(vref('o-1'), { body: `#${count}`, slots: [vref('o+7')] });
    };
    const live = async () => {
      const { supervisor, records } = supervise(script);
      const deliveries = [1, 2, 3].map((n) => delivery(n, 0));
      for (const each of deliveries) await supervisor.deliver(each);
      return deliveries.map((each, i) => formatTranscriptEntry(each, records[i] as string));
    };

    it('ends where the vat was, its writes and what it named included', async () => {
      const again = supervise(script, { count: '999' });
      for (const entry of await live()) {
        expect(await again.supervisor.replay(entry)).toBe(undefined);
      }
      expect(again.records).toEqual([]);
      await again.supervisor.deliver(delivery(4, 2, ['dropExports', [vref('o+7')]]));
      expect(JSON.parse(again.records[0] as string)).toMatchObject({ n: 4, syscalls: [] });
      await again.supervisor.deliver(delivery(5, 4));
      expect(again.records[1]).toContain('["vatstoreSet","count","4"]');
    });

    it('stops at the first difference', async () => {
      const entries = await live();
      const again = supervise(script);
      await again.supervisor.replay(entries[0] as string);
      const changed = (entries[1] as string).replaceAll('"count","2"', '"count","7"');
      expect(await again.supervisor.replay(changed)).toEqual({
        n: 2,
        index: 1,
        expected: '["vatstoreSet","count","7"]',
        actual: '["vatstoreSet","count","2"]',
      });
      expect(await again.supervisor.replay(entries[2] as string)).toBe(undefined);
      await again.supervisor.deliver(delivery(3));
      expect(again.records).toEqual([]);
    });

    it('differs where the crank fails now and did not then', async () => {
      const { supervisor } = supervise(() => {
        throw Error('now');
      });
      const record = '{"n":1,"status":["ok"],"syscalls":[],"usage":null}';
      expect(await supervisor.replay(formatTranscriptEntry(delivery(1), record))).toEqual({
        n: 1,
        index: 0,
        expected: '["ok"]',
        actual: '["error","now"]',
      });
    });
  });
});
