/** What the code of a scripted vat does in a crank: drawn at random, from what it knows. */
import {
  type CapData,
  errorCapData,
  isPromiseRef,
  type VatDeliveryObject,
  type VatResolution,
  type VRef,
} from '@cooperage/types';
import type { DurableState } from './durable-state.js';
import { leaveDurableState, putDurableState } from './leave-durable-state.js';
import {
  ageOf,
  decodeCall,
  encodeCall,
  encodeList,
  encodeLone,
  encodeSole,
  type Ref,
} from './payload.js';
import type { Random } from '../random.js';
import type { VatTables } from './vat-tables.js';

/** What kinds of vats there are in a world. */
export interface Profile {
  /** Messages that one message may bring about, in all generations. */
  readonly fuel: number;
  /** Chance that a crank does something that no vat may do. */
  readonly fault: number;
  /** Chance that a crank ends its vat. */
  readonly exit: number;
  /** Chance that a crank creates or ends another vat, or waits for its end, where it can. */
  readonly admin: number;
  /** Chance that what is sent is followed by a message to its answer, and one that carries the answer. */
  readonly pass: number;
  /** Chance that a crank abandons an export. */
  readonly abandon: number;
  /** Chance that a crank collects garbage. */
  readonly collect: number;
  /** Chance that a message of the host carries an object or a promise of its process. */
  readonly hosted: number;
}

export interface CrankContext {
  readonly tables: VatTables;
  readonly random: Random;
  readonly profile: Profile;
  readonly n: number;
  readonly window: number;
  /** What the vat's last incarnation left. */
  readonly durable: DurableState | undefined;
  /** There are other kernels: no promise waits for one that was made later. */
  readonly isLinked: boolean;
  /** From now on the vat lets go of everything. */
  finishing: boolean;
}

/** What became of the crank besides its syscalls. */
export interface CrankOutcome {
  /** The vat did what no vat may do: the kernel will refuse the record. */
  fault?: string;
  exited?: boolean;
  /** In place of the record's text. */
  text?: string;
  error?: string;
}

const NOTHING: CapData<VRef> = { body: '#"#undefined"', slots: [] };

const someRefs = ({ tables, random }: CrankContext): Ref<VRef>[] => {
  const usable = tables.usable();
  const count = random.weighted({ 0: 3, 1: 4, 2: 2, 3: 1 });
  const refs: Ref<VRef>[] = [];
  for (let i = 0; i < Number(count); i += 1) {
    const kind = random.weighted({ known: 6, object: 2, durable: 1, promise: 1 });
    if (kind === 'object') refs.push(tables.refOf(tables.makeObject()));
    else if (kind === 'durable') refs.push(tables.refOf(tables.makeDurable()));
    else if (kind === 'promise') refs.push(tables.refOf(tables.makePromise()));
    else if (usable.length > 0) refs.push(random.pick(usable));
  }
  return refs;
};

/** Whether a promise may wait for another reference. */
const mayAwait = (
  { isLinked, tables }: CrankContext,
  vpid: VRef,
  { slot, token }: Ref<VRef>,
): boolean =>
  !isLinked ||
  !isPromiseRef(slot) ||
  (ageOf(token) ?? Infinity) < (ageOf(tables.refOf(vpid).token) ?? 0);

/** @returns the promise for the answer, where it is a new one */
const send = (
  context: CrankContext,
  target: Ref<VRef>,
  fuel: number,
  i: number | string,
  more: readonly Ref<VRef>[] = [],
): VRef | undefined => {
  const { tables, random, n } = context;
  const refs = [...someRefs(context), ...more];
  let result: VRef | null = null;
  const choice = random.weighted({ fresh: 30, none: 10, own: 1 });
  if (choice === 'fresh') result = tables.makePromise();
  else if (choice === 'own' && tables.decided.size > 0) {
    const own = random.pick([...tables.decided.keys()]);
    if (mayAwait(context, own, target)) result = own;
  }
  const head = {
    id: `${tables.vatID}.${n}.${i}`,
    to: target.token,
    result: result === null ? null : tables.refOf(result).token,
    fuel,
  };
  tables.say(['send', target.slot, { methargs: encodeCall('m', head, refs), result }]);
  if (result !== null) tables.say(['subscribe', result]);
  return choice === 'fresh' ? (result ?? undefined) : undefined;
};

/** Sends to the answer of a message, and then passes the answer to the one that is to give it. */
const passAnswer = (context: CrankContext, target: Ref<VRef>, answer: VRef, i: number): void => {
  const promise = context.tables.refOf(answer);
  send(context, promise, 0, `${i}a`);
  send(context, target, 1, `${i}b`, [promise]);
};

const outcome = (context: CrankContext, vpid: VRef): readonly [boolean, CapData<VRef>] => {
  const { tables, random } = context;
  const kind = random.weighted({ object: 6, list: 5, promise: 4, data: 2, rejection: 2 });
  if (kind === 'rejection') {
    return random.chance(0.5) ? [true, errorCapData('no')] : [true, encodeList(someRefs(context))];
  }
  if (kind === 'data') return [false, NOTHING];
  if (kind === 'list') return [false, encodeList(someRefs(context))];
  if (kind === 'promise') {
    // The promise follows another one: one of another vat, one of the vat's own, or even itself.
    const known = tables
      .usable()
      .filter((ref) => isPromiseRef(ref.slot) && mayAwait(context, vpid, ref));
    if (context.isLinked && known.length === 0) return [false, NOTHING];
    const isKnown = known.length > 0 && (random.chance(0.8) || context.isLinked);
    return [false, encodeLone(isKnown ? random.pick(known) : tables.refOf(tables.makePromise()))];
  }
  const candidates = tables.usable().filter(({ slot }) => !isPromiseRef(slot));
  const ref =
    candidates.length > 0 && random.chance(0.8)
      ? random.pick(candidates)
      : tables.refOf(tables.makeObject());
  return [false, encodeSole(ref)];
};

const resolveSome = (context: CrankContext): void => {
  const { tables, random } = context;
  if (random.chance(0.15)) {
    // A cycle: two promises, some of them known before, each in the other's resolution.
    const known = [...tables.decided.keys()];
    const a = known.length > 0 && random.chance(0.7) ? random.pick(known) : tables.makePromise();
    const rest = known.filter((vpid) => vpid !== a);
    const b = rest.length > 0 && random.chance(0.5) ? random.pick(rest) : tables.makePromise();
    const more = someRefs(context);
    tables.say([
      'resolve',
      [
        [a, false, encodeList([tables.refOf(b), ...more])],
        [b, random.chance(0.3), encodeList([tables.refOf(a)])],
      ],
    ]);
    return;
  }
  if (tables.decided.size === 0) return;
  const count = random.weighted({ 1: 5, 2: 2, 3: 1 });
  const batch: VatResolution[] = [];
  for (let i = 0; i < Number(count); i += 1) {
    const open = [...tables.decided.keys()].filter(
      (vpid) => !batch.some(([each]) => each === vpid),
    );
    if (open.length === 0) break;
    const vpid = random.pick(open);
    batch.push([vpid, ...outcome(context, vpid)]);
  }
  tables.say(['resolve', batch]);
};

/** The vat's code lets go of things and takes an interest in others. */
const drop = ({ tables, random }: CrankContext): void => {
  for (const entry of tables.imports.values()) {
    if (entry.hold === 'strong' && random.chance(0.3)) entry.hold = 'loose';
    if (entry.hold !== 'dropped' && random.chance(0.1)) entry.weak = true;
    if (entry.weak && random.chance(0.15)) entry.weak = false;
  }
  for (const [vref, object] of tables.objects) {
    if (vref !== 'o+0' && object.held && random.chance(0.3)) object.held = false;
  }
};

/** What liveslots does at bringOutYourDead. */
const collectGarbage = ({ tables, random, finishing }: CrankContext): void => {
  const notices = (): boolean => finishing || random.chance(0.7);
  const dropped = [...tables.imports].filter(([, { hold }]) => hold === 'loose' && notices());
  if (dropped.length > 0) tables.say(['dropImports', dropped.map(([vref]) => vref).sort()]);
  const retired = [...tables.imports].filter(
    ([, { hold, weak }]) => hold === 'dropped' && !weak && notices(),
  );
  if (retired.length > 0) tables.say(['retireImports', retired.map(([vref]) => vref).sort()]);
  const gone = [...tables.objects].filter(
    ([vref, { held, reachable }]) => vref !== 'o+0' && !held && !reachable && notices(),
  );
  const known = gone.filter(([, { recognizable }]) => recognizable).map(([vref]) => vref);
  for (const [vref, { recognizable }] of gone) if (!recognizable) tables.objects.delete(vref);
  if (known.length > 0) tables.say(['retireExports', known.sort()]);
};

const abandon = ({ tables, random, window }: CrankContext): void => {
  // Defined for a drained window only: it is part of an upgrade.
  if (window !== 1) return;
  const exported = [...tables.objects].filter(
    ([vref, { recognizable }]) => vref !== 'o+0' && recognizable,
  );
  if (exported.length === 0) return;
  tables.say(['abandonExports', [random.pick(exported)[0]]]);
};

const useAdmin = (context: CrankContext, i: number): void => {
  const { tables, random, n } = context;
  const tools = [...tables.imports].filter(
    ([, { token, hold }]) => token.startsWith('kernel:') && hold === 'strong',
  );
  if (tools.length === 0) return;
  const [slot, { token }] = random.pick(tools);
  const result = tables.makePromise();
  const head = {
    id: `${tables.vatID}.${n}.${i}`,
    to: token,
    result: tables.refOf(result).token,
    fuel: 0,
  };
  const payload = (method: string, args: unknown[], refs: Ref<VRef>[]): CapData<VRef> => ({
    body: `#${JSON.stringify([method, [...args, { ...head, tokens: refs.map((ref) => ref.token) }]])}`,
    slots: refs.map((ref) => ref.slot),
  });
  const withParameters = (method: string, more: object): CapData<VRef> => {
    const refs = someRefs(context);
    const vatParameters = {
      tokens: refs.map((ref) => ref.token),
      list: refs.map((ref, at) => `${isPromiseRef(ref.slot) ? '&' : '$'}${at}`),
    };
    const bundle = random.chance(0.9) ? 'scripted' : 'no such bundle';
    return payload(method, [bundle, { ...more, vatParameters }], refs);
  };
  let methargs: CapData<VRef>;
  if (token === 'kernel:vatAdmin') {
    const reapInterval = random.pick([0, 3, 20]);
    const window = 1 + random.below(context.window);
    const enablePipelining = random.chance(0.5);
    const zygote = random.chance(0.2);
    const more = { window, inboxLimit: window, reapInterval, enablePipelining, zygote };
    methargs = withParameters('createVat', more);
  } else {
    const method = random.weighted({
      done: 6,
      terminateWithFailure: 4,
      upgrade: 8,
      fork: 6,
      changeOptions: 2,
    });
    if (method === 'fork') {
      const refs = someRefs(context);
      const wanted = refs.map(({ slot }, at) => `${isPromiseRef(slot) ? '&' : '$'}${at}`);
      methargs = payload(method, [wanted, random.chance(0.2) ? { zygote: true } : {}], refs);
    } else if (method === 'upgrade') methargs = withParameters('upgrade', {});
    else if (method === 'changeOptions') {
      methargs = payload(method, [{ reapInterval: random.pick([0, 3, 20]), inboxLimit: 2 }], []);
    } else methargs = payload(method, method === 'done' ? [] : ['why'], []);
  }
  tables.say(['send', slot, { methargs, result }]);
  tables.say(['subscribe', result]);
};

const exit = (context: CrankContext): CrankOutcome => {
  const { tables, random } = context;
  tables.say(['exit', random.chance(0.5), encodeList(someRefs(context))]);
  return { exited: true };
};

const commitFault = (context: CrankContext): CrankOutcome => {
  const { tables, random } = context;
  const kind = random.weighted({
    unknownImport: 2,
    undecided: 2,
    dropTwice: 1,
    retireReachable: 1,
    retireReachableExport: 1,
    resolveTwice: 1,
    badResult: 1,
    malformed: 2,
    wrongNumber: 1,
    error: 1,
  });
  const unknown = 'o-99999' as VRef;
  const undecided = 'p-99999' as VRef;
  const fresh = 'p+77777' as VRef;
  switch (kind) {
    case 'unknownImport':
      tables.say(['send', unknown, { methargs: NOTHING, result: null }]);
      return { fault: kind };
    case 'undecided': {
      tables.say(['resolve', [[undecided, false, NOTHING]]]);
      return { fault: kind };
    }
    case 'dropTwice':
      tables.emit(['dropImports', [unknown]]);
      return { fault: kind };
    case 'retireReachable': {
      // With a larger window a delivery on its way may have named it, and the kernel pays no heed.
      const vref =
        context.window === 1
          ? [...tables.imports].find(([, { hold }]) => hold !== 'dropped')?.[0]
          : undefined;
      tables.emit(['retireImports', [vref ?? unknown]]);
      return { fault: kind };
    }
    case 'retireReachableExport': {
      const vref = tables.makeObject();
      tables.say(['send', fresh, { methargs: encodeList([tables.refOf(vref)]), result: null }]);
      tables.say(['retireExports', [vref]]);
      return { fault: kind };
    }
    case 'resolveTwice': {
      const vpid = tables.makePromise();
      tables.say([
        'resolve',
        [
          [vpid, false, NOTHING],
          [vpid, true, NOTHING],
        ],
      ]);
      return { fault: kind };
    }
    case 'badResult': {
      const target = tables.refOf('o+0' as VRef);
      tables.say(['send', target.slot, { methargs: NOTHING, result: tables.makeObject() }]);
      return { fault: kind };
    }
    case 'malformed':
      return {
        fault: kind,
        text: random.pick([
          '',
          '{',
          '[]',
          '{"n":1}',
          'null',
          '{"n":"1","status":["ok"],"syscalls":[],"usage":null}',
        ]),
      };
    case 'wrongNumber':
      return {
        fault: kind,
        text: `{"n":${context.n + 1},"status":["ok"],"syscalls":[],"usage":null}`,
      };
    case 'error':
      return { fault: kind, error: 'the crank could not be run' };
  }
};

/** Lets go of everything, and resolves what others wait for. */
const finish = (context: CrankContext): void => {
  const { tables } = context;
  context.finishing = true;
  const open = [...tables.decided.keys()].sort();
  if (open.length > 0) tables.say(['resolve', open.map((vpid) => [vpid, false, NOTHING] as const)]);
  for (const entry of tables.imports.values()) {
    entry.weak = false;
    if (entry.hold === 'strong') entry.hold = 'loose';
  }
  for (const [vref, object] of tables.objects) if (vref !== 'o+0') object.held = false;
  collectGarbage(context);
};

const act = (context: CrankContext, fuel: number): CrankOutcome => {
  const { tables, random, profile } = context;
  let left = fuel;
  const actions = random.below(5);
  for (let i = 0; i < actions; i += 1) {
    const action = random.weighted({ send: 5, resolve: 4, drop: 2, collect: 1, store: 1 });
    if (action === 'send' && left > 0) {
      const usable = tables.usable();
      // Messages to one's own objects do not go through the kernel, unless a promise hides them.
      const targets = usable.filter(({ slot }) => !tables.objects.has(slot) || random.chance(0.1));
      if (targets.length === 0) continue;
      const share = 1 + random.below(left);
      left -= share;
      const target = random.pick(targets);
      const answer = send(context, target, share - 1, i);
      if (answer !== undefined && profile.pass > 0 && random.chance(profile.pass)) {
        passAnswer(context, target, answer, i);
      }
    } else if (action === 'resolve') resolveSome(context);
    else if (action === 'drop') drop(context);
    else if (action === 'collect') collectGarbage(context);
    else if (action === 'store') {
      const key = `key${random.below(4)}`;
      if (random.chance(0.7)) tables.say(['vatstoreSet', key, String(context.n)]);
      else tables.say(['vatstoreDelete', key]);
    }
  }
  if (random.chance(profile.collect)) {
    drop(context);
    collectGarbage(context);
  }
  if (random.chance(profile.admin)) useAdmin(context, actions);
  if (random.chance(profile.abandon)) abandon(context);
  if (random.chance(profile.exit)) return exit(context);
  if (random.chance(profile.fault)) return commitFault(context);
  return {};
};

/** The code of the vat, run for one delivery that its tables have taken in. */
export const behave = (
  context: CrankContext,
  delivery: VatDeliveryObject | undefined,
): CrankOutcome => {
  const { tables, random } = context;
  for (const vpid of tables.takeUnsubscribed()) tables.say(['subscribe', vpid]);
  if (delivery === undefined) return {};
  if (delivery[0] === 'stopVat') {
    leaveDurableState(context);
    return {};
  }
  if (delivery[0] === 'message' && decodeCall(delivery[2]).method === 'finish') {
    finish(context);
    return {};
  }
  if (context.finishing) {
    finish(context);
    return {};
  }
  switch (delivery[0]) {
    case 'message': {
      const { payload } = decodeCall(delivery[2]);
      return act(context, payload?.fuel ?? 0);
    }
    case 'startVat':
      if (context.durable?.isFound === true) putDurableState(tables, context.durable);
      return act(context, 2);
    case 'notify':
      return act(context, random.chance(0.3) ? 1 : 0);
    case 'dropExports':
    case 'retireExports':
    case 'retireImports':
      if (random.chance(0.5)) return act(context, 0);
      return {};
    case 'bringOutYourDead':
      collectGarbage(context);
      return {};
    case 'changeVatOptions':
      return {};
  }
};
