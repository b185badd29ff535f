import { endOf, keys } from '../../tables/schema.js';
import {
  isPromiseRef,
  isVatAllocated,
  type KObject,
  type VatID,
  type VRef,
} from '@cooperage/types';
import { type Check, type OnItsWay, wayTo } from '../context.js';
import { isNamedInParked } from '../vats/upgrades.js';

const namesInNotify = (way: OnItsWay, vref: string): boolean =>
  [...way.out.values()].some(
    ({ delivery }) => delivery[0] === 'notify' && delivery[1].some(([each]) => each === vref),
  );

/** Whether the delivery that a c-list entry names is in the window and does what the entry says. */
const isUnderWay = (way: OnItsWay, n: number, tag: string, vref: string): boolean => {
  const delivery = way.out.get(n)?.delivery;
  return (
    delivery !== undefined &&
    delivery[0] === tag &&
    (delivery[1] as readonly string[]).includes(vref)
  );
};

/** Both directions of a c-list agree, and deliveries that its entries name are in the window. */
export const checkCList = (check: Check, vatID: VatID): void => {
  const { tables, rows, counted, report } = check;
  const way = wayTo(check, vatID);
  const delivered = tables.windows.delivered(vatID);
  const prefix = `${vatID}.k.`;
  for (const key of rows.keys(prefix, endOf(prefix))) {
    const vref = rows.get(key) as VRef;
    const back = tables.cLists.toKernel(vatID, vref);
    if (back?.kref !== key.slice(prefix.length)) report(key, `${vref} leads elsewhere`);
  }
  for (const [vref, entry] of tables.cLists.list(vatID)) {
    const { kref, reachable, named, dropping, retiring } = entry;
    const key = keys.toKernel(vatID, vref);
    if (!rows.has(kref)) report(key, `${kref} does not exist`);
    const isLed = tables.cLists.toVat(vatID, kref) === vref || namesInNotify(way, vref);
    if (!isLed && !isNamedInParked(tables, vatID, vref)) {
      report(key, `${kref} has another vref, and no notify is on its way`);
    }
    if (named > delivered) report(key, `delivery ${named} names it, and was not handed out`);
    if (isPromiseRef(kref) !== isPromiseRef(vref)) report(key, 'of two types');
    if (isPromiseRef(kref)) {
      counted.retain(kref);
      if (!reachable || dropping !== 0 || retiring !== 0) report(key, 'promises are not collected');
      continue;
    }
    const owner = tables.objects.find(kref as KObject)?.owner;
    if (isVatAllocated(vref)) {
      if (owner !== vatID) report(key, `it is an export, and its owner is ${owner}`);
      if (dropping !== 0 && !isUnderWay(way, dropping, 'dropExports', vref)) {
        report(key, `delivery ${dropping} does not drop it`);
      }
      if (retiring !== 0 && !isUnderWay(way, retiring, 'retireExports', vref)) {
        report(key, `delivery ${retiring} does not retire it`);
      }
      continue;
    }
    if (owner === vatID) report(key, 'it is an import, and the vat itself exports it');
    if (dropping !== 0) report(key, 'it is an import, and only the vat may drop it');
    if (retiring !== 0 && !isUnderWay(way, retiring, 'retireImports', vref)) {
      report(key, `delivery ${retiring} does not retire it`);
    }
    if (reachable) counted.retain(kref);
    else counted.recognize(kref);
  }
};
