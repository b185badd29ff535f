import type { KernelDump } from './vector.js';

/**
 * What the counts of a kernel must be: every holder that a dump shows, counted. An independent account, which
 * the suite compares with the kernel's own after every step.
 * @returns what is wrong
 */
export const miscounted = (dump: KernelDump): string[] => {
  const counts = new Map<string, [reachable: number, recognizable: number]>();
  const hold = (kref: string, reachable = 1): void => {
    const count = counts.get(kref) ?? [0, 0];
    counts.set(kref, [count[0] + reachable, count[1] + 1]);
  };
  /** Slots of capdata, targets and results, wherever they stand in queued work. */
  const holdAll = (value: unknown): void => {
    if (typeof value === 'string') {
      if (dump.objects[value] !== undefined || dump.promises[value] !== undefined) hold(value);
    } else if (Array.isArray(value)) value.forEach(holdAll);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(holdAll);
  };
  for (const clist of Object.values(dump.clists)) {
    for (const [vref, { kref, reachable }] of Object.entries(clist)) {
      if (!/^o\+/.test(vref)) hold(kref, reachable ? 1 : 0);
    }
  }
  for (const inbox of Object.values(dump.inboxes)) {
    // News and garbage actions speak of what others hold.
    for (const work of inbox) if (['message', 'startVat'].includes(work[0])) holdAll(work.slice(1));
  }
  for (const { queue, data } of Object.values(dump.promises)) {
    queue.forEach(holdAll);
    data?.slots.forEach((slot) => hold(slot));
  }
  dump.held.forEach((kref) => hold(kref));

  const wrong: string[] = [];
  for (const [kref, [, reachable, recognizable]] of Object.entries(dump.objects)) {
    const [really, known] = counts.get(kref) ?? [0, 0];
    if (reachable !== really || recognizable !== known) {
      wrong.push(`${kref} counts ${reachable} ${recognizable}; held ${really} ${known} times`);
    }
  }
  for (const kref of Object.keys(dump.promises)) {
    if (!counts.has(kref)) wrong.push(`${kref} has no holder`);
  }
  for (const kref of counts.keys()) {
    if (dump.objects[kref] === undefined && dump.promises[kref] === undefined) {
      wrong.push(`${kref} is held and does not exist`);
    }
  }
  return wrong;
};
