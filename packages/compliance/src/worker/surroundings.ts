/** Of the host nothing shows: the same is seen on every host, whatever its time zone and its language. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { driveVat } from './driver.js';
import type { WorkerWorld } from './world.js';

/** Half of what a vat must not see, from the moment at which this is called. */
export const inAnotherTimeZone = (): void => {
  const before = process.env['TZ'];
  beforeAll(() => {
    process.env['TZ'] = 'America/New_York';
  });
  afterAll(() => {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  });
};

const refusals = <T extends string>(count: number, name: T): T[] => Array<T>(count).fill(name);

const SEEN = {
  zone: [
    '0',
    '0',
    '1590976984005',
    '1999-01-01T00:00:00.000Z',
    'Thu Jan 01 1970 00:00:00 GMT+0000',
    'Thu Feb 15 -1199',
    '00:00:00 GMT+0000',
    'Invalid Date NaN NaN',
    '71',
    '1577836800000',
    '1577836800000',
    '7',
    '1590969600000',
    '1590969600000',
    '1591048800000',
    '1590962400000',
    '1591023600000',
    'NaN',
    '3723004',
    '1614816000000',
    '915148800000',
    '70',
    '100',
    'true',
    ...refusals(4, '0'),
    ...refusals(3, 'TypeError'),
    'Date 7 setHours',
    ...refusals(3, 'TypeError'),
  ],
  language: [
    'undefined',
    'Thu Jan 01 1970 00:00:00 GMT+0000',
    'Thu Jan 01 1970',
    '00:00:00 GMT+0000',
    '1234567.891',
    '12345678',
    '1234.5,Thu Jan 01 1970 00:00:00 GMT+0000',
    '200,1',
    '1,1,0',
    'Z,z,ä',
    'Ii',
    '1',
  ],
  machine: [
    ...refusals(11, 'undefined'),
    'TypeError',
    'TypeError',
    `${0x7ff8_0000_0000_0000n}`,
    'undefined',
    '1,2,b,a',
    'true',
  ],
  text: [
    'hé',
    '1',
    '\ufffd(\ufffd',
    'TypeError',
    'RangeError',
    'RangeError',
    '["","","😀A","","\ufffd","B"]',
    'TypeError',
    '104,195,169,240,159,152,128,239,191,189',
    '[2,3,[97,195,169,0,0,0]]',
  ],
} as const;

export const workerSurroundings = (world: () => WorkerWorld, liveslots: string): void => {
  describe('of the host', () => {
    for (const [what, seen] of Object.entries(SEEN)) {
      it(`a vat sees nothing: ${what}`, async () => {
        const vat = driveVat(world().host, { bundle: world().observer, liveslots });
        await vat.start();
        expect((await vat.call(what)).value).toEqual(seen);
        await vat.worker.stop();
      });
    }

    it('the time zone stays as it is', () => {
      expect([new Date(0).getHours(), new Date(2020, 0).getTimezoneOffset()]).toEqual([19, 300]);
    });
  });
};
