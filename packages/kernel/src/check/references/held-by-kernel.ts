import { endOf, keys } from '../../tables/schema.js';
import type { CapData, KPromise, KRef, Message } from '@cooperage/types';
import { type Check, countData, countMessage, krefsWithPrefix } from '../context.js';
import { countHeldByDevices } from './devices.js';
import { checkHosted } from './hosted.js';

/** Counts the references of promises, outputs, requested vats, devices, names and pins. */
export const countHeldByKernel = (check: Check): void => {
  const { tables, rows, counted, report } = check;
  const { creations, hostNames, outputs, promises } = tables;
  for (const kp of krefsWithPrefix(rows, 'kp')) {
    const row = promises.get(kp as KPromise);
    if (row.follows !== undefined) counted.retain(row.follows, kp);
    else if (row.state !== 'unresolved') {
      const text = rows.get(keys.promiseData(kp as KPromise));
      if (text === undefined) report(kp, 'it is resolved, and has no data');
      else countData(check, JSON.parse(text) as CapData<KRef>, kp);
    }
    const prefix = `${kp}.q.`;
    let waiting = 0;
    for (const key of rows.keys(prefix, endOf(prefix))) {
      const place = keys.promiseMessage(kp as KPromise, row.taken + waiting++);
      if (key !== place) report(key, 'it is out of order');
      countMessage(check, JSON.parse(rows.get(key) as string) as Message<KRef>, kp);
    }
    const isWrong = waiting !== row.queued || (row.queued === 0 && row.taken > 0);
    if (isWrong) report(kp, `it counts ${row.queued} queued messages, and has ${waiting}`);
    for (const each of row.subscribers) if (each === 'host') counted.retain(kp);
  }
  for (const [, output] of outputs.list()) {
    counted.retain(output[1]);
    if (output[0] === 'call') countMessage(check, output[2]);
  }
  for (const [place, { vatID, root, result, state }] of creations.list()) {
    const key = keys.creation(place);
    counted.retain(root);
    counted.retain(result);
    const first = creations.first()?.[0] === place;
    const alive = tables.vats.isAlive(vatID);
    if (alive !== (state !== 'failed'))
      report(key, `${state}, but the vat is${alive ? '' : ' not'} alive`);
    if (first && state !== 'booting')
      report(key, 'it is first in the order of announcements, and is not announced');
    if (state === 'booting' && tables.windows.acked(vatID) > 0) report(key, 'it has started');
  }
  countHeldByDevices(tables, counted);
  for (const [, service] of hostNames.list('service')) counted.retain(service as KRef);
  checkHosted(tables, report, counted);
  for (const key of rows.keys('pin.', 'pin/')) {
    for (let i = tables.pins.read(key); i > 0; i -= 1) counted.retain(key.slice(4) as KRef);
  }
};

/** Counts the promises whose notify to a vat is queued. */
export const countDone = ({ tables, rows, counted }: Check): void => {
  for (const vatID of tables.vats.list()) {
    const waiting = rows.get(keys.done(vatID));
    for (const kp of waiting === undefined ? [] : waiting.split(' ')) counted.retain(kp as KRef);
  }
};
