/**
 * Every interleaving of a small world: two vats with one object each, one
 * promise, and in each crank every one of a few things that a vat can do. States
 * that were seen before are not gone through again. A state is reached by doing
 * again what led to it: the core has no way back, and needs none.
 */
import { hashTables, makeKernelStore, makeMemoryBackend } from '@cooperage/store';
import {
  type CapData,
  formatCompletionRecord,
  type NumberedDelivery,
  type SyscallEntry,
  type VatID,
  type VRef,
  messageOf,
} from '@cooperage/types';
import { checkTables, makeCore } from '@cooperage/kernel';
import type { Order } from '@cooperage/types';
import { encodeCall, encodeList, encodeSole, type Ref } from '../vats/payload.js';
import { BUNDLE } from '../host/vat-acts.js';
import { VAT_SIDE_RULES } from '../mutations/rules.js';
import { takeSnapshot } from '../world/snapshot.js';
import { makeVatTables, type VatTables } from '../vats/vat-tables.js';
import { insist, Violation } from '../violation.js';

export interface Exploration {
  readonly states: number;
  readonly transitions: number;
  /** States in which nothing can happen any more. */
  readonly ends: number;
  /** No branch was cut off. */
  readonly complete: boolean;
}

export interface ExploreOptions {
  readonly window: number;
  readonly order: Order;
  /** Steps after which a branch is cut off. */
  readonly depth: number;
  readonly makeCore?: typeof makeCore;
  /** States after which the exploration is cut off. */
  readonly states?: number;
}

/** What a vat does in a crank. */
const DEEDS = ['nothing', 'give', 'pipeline', 'resolve', 'drop', 'echo'] as const;
type Deed = (typeof DEEDS)[number];

/**
 * The record of `vatID` that is retired next. When it was made and when it came in makes no difference to
 * it: what is in a delivery is settled when it is handed out, so that all schedules are orders of these.
 */
interface Choice {
  readonly vatID: VatID;
  readonly deed: Deed;
}

/** Deeds of a vat that leave traces; it does nothing afterwards. */
const BUDGET = 2;
const OBJECT = 'o+1' as VRef;
const PROMISE = 'p+5' as VRef;
const NOTHING: CapData<never> = { body: '#"#undefined"', slots: [] };

interface SmallVat {
  readonly tables: VatTables;
  readonly todo: string[];
  readonly past: string[];
  syscalls: SyscallEntry[];
  budget: number;
}

const doDeed = ({ tables }: SmallVat, deed: Deed, n: number): boolean => {
  const peer = [...tables.imports].find(
    ([, { hold, token }]) => hold === 'strong' && token.endsWith('o+0'),
  );
  const gift = [...tables.imports].find(
    ([, { hold, token }]) => hold === 'strong' && token.endsWith('o+1'),
  );
  const send = (target: VRef, refs: Ref<VRef>[], result: VRef | null): boolean => {
    const head = {
      id: `${tables.vatID}.${n}`,
      to: tables.refOf(target).token,
      result: result === null ? null : tables.refOf(result).token,
      fuel: 0,
    };
    tables.say(['send', target, { methargs: encodeCall('m', head, refs), result }]);
    if (result !== null) tables.say(['subscribe', result]);
    return true;
  };
  const own = (): Ref<VRef> => {
    if (!tables.objects.has(OBJECT)) tables.makeObject();
    return tables.refOf(OBJECT);
  };
  switch (deed) {
    case 'nothing':
      return false;
    case 'give': {
      if (peer === undefined) return false;
      // The first vat has the one promise of the world.
      const fresh = tables.vatID === 'v1' && tables.counters.promise === 4;
      const refs = tables.counters.object === 0 || tables.objects.has(OBJECT) ? [own()] : [];
      return send(peer[0], refs, fresh ? tables.makePromise() : null);
    }
    case 'pipeline':
      return tables.awaited.has(PROMISE) && send(PROMISE, [], null);
    case 'resolve': {
      const [vpid] = tables.decided.keys();
      if (vpid === undefined) return false;
      const ref = gift === undefined ? undefined : tables.refOf(gift[0]);
      tables.say(['resolve', [[vpid, false, ref === undefined ? NOTHING : encodeSole(ref)]]]);
      return true;
    }
    case 'drop': {
      if (gift === undefined) return false;
      tables.say(['dropImports', [gift[0]]]);
      tables.say(['retireImports', [gift[0]]]);
      return true;
    }
    case 'echo':
      return (
        peer !== undefined && gift !== undefined && send(peer[0], [tables.refOf(gift[0])], null)
      );
  }
};

const makeSmallWorld = ({ window, order, makeCore: make = makeCore }: ExploreOptions) => {
  const store = makeKernelStore(makeMemoryBackend());
  const core = make({ tables: store.tables, transcripts: store.transcripts, order });
  const vats = new Map<VatID, SmallVat>();

  const gather = (): void => {
    for (const effect of core.takeEffects()) {
      if (effect.type === 'deliver') vats.get(effect.vatID)?.todo.push(effect.text);
      insist(effect.type !== 'vat-ended', () => `a vat ended: ${JSON.stringify(effect)}`);
    }
  };

  const check = (): void => {
    const [finding] = checkTables(takeSnapshot(store.tables));
    insist(finding === undefined, () => `${finding?.key}: ${finding?.problem}`);
  };

  const execute = (vat: SmallVat, deed: Deed): string => {
    const text = vat.todo.shift() as string;
    const numbered = JSON.parse(text) as NumberedDelivery;
    vat.syscalls = [];
    vat.tables.receive(numbered);
    for (const vpid of vat.tables.takeUnsubscribed()) vat.tables.say(['subscribe', vpid]);
    for (const [vref, { reachable, recognizable }] of vat.tables.objects) {
      if (vref === OBJECT && !reachable && !recognizable) vat.tables.objects.delete(vref);
    }
    if (vat.budget > 0 && doDeed(vat, deed, numbered.n)) vat.budget -= 1;
    const record = formatCompletionRecord({
      n: numbered.n,
      status: ['ok'],
      syscalls: vat.syscalls,
      usage: null,
    });
    vat.past.push(text, record);
    return record;
  };

  const create = (name: string, refs: Ref<never>[]): Ref<never> => {
    const { vatID, root } = core.input((host) => {
      const made = host.createVat(
        {
          name,
          bundleID: BUNDLE,
          window,
          inboxLimit: 1,
          ownThread: false,
          crankTimeLimit: 1,
          liveslots: 'scripted',
        },
        encodeList(refs),
      );
      host.pin(made.root);
      return made;
    });
    const vat: SmallVat = {
      tables: makeVatTables(vatID, VAT_SIDE_RULES, (syscall) => vat.syscalls.push([syscall])),
      todo: [],
      past: [],
      syscalls: [],
      budget: BUDGET,
    };
    vats.set(vatID, vat);
    gather();
    core.arrived(vatID, execute(vat, 'nothing'));
    core.retireNext();
    gather();
    return { slot: root as never, token: `${vatID}:o+0` };
  };

  const second = create('second', []);
  const first = create('first', [second]);
  core.input((host) => {
    // Each gets two messages to act upon, and the second one knows the first.
    const head = { id: 'go', to: '?', result: null, fuel: 0 };
    for (const [target, refs] of [
      [first, []],
      [second, [first]],
      [first, []],
      [second, []],
    ] as const) {
      host.send(target.slot, encodeCall('go', head, refs));
    }
  });
  gather();

  return {
    check,
    choices: (): Choice[] => {
      const list: Choice[] = [];
      const next = order === 'issue' ? core.kernel.tables.inboxes.oldest()?.vatID : undefined;
      for (const [vatID, { todo, budget }] of vats) {
        if (todo.length === 0 || (next !== undefined && next !== vatID)) continue;
        for (const deed of budget > 0 ? DEEDS : DEEDS.slice(0, 1)) list.push({ vatID, deed });
      }
      return list;
    },
    take: ({ vatID, deed }: Choice): void => {
      core.arrived(vatID, execute(vats.get(vatID) as SmallVat, deed));
      const retired = core.retireNext();
      insist(retired?.vatID === vatID, () => `the record of ${vatID} is not retired`);
      insist(retired?.refused === undefined, () => `refused: ${retired?.refused?.message}`);
      gather();
    },
    /** Equal for states with one future. */
    fingerprint: (): string =>
      JSON.stringify([
        hashTables(store.tables),
        [...vats.values()].map(({ todo, past }) => [todo.length, past]),
      ]),
    isIdle: () => core.isIdle(),
  };
};

/** @throws {Violation} with the path that leads to it */
export const explore = (options: ExploreOptions): Exploration => {
  const seen = new Set<string>();
  const paths: Choice[][] = [[]];
  let transitions = 0;
  let ends = 0;
  let complete = true;
  for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
    if (seen.size >= (options.states ?? Infinity)) {
      complete = false;
      break;
    }
    const world = makeSmallWorld(options);
    try {
      for (const choice of path) world.take(choice);
      // What came before the last choice was checked when it was the last.
      world.check();
    } catch (error) {
      throw new Violation(`${messageOf(error)} after ${JSON.stringify(path)}`);
    }
    transitions += 1;
    const state = world.fingerprint();
    if (seen.has(state)) continue;
    seen.add(state);
    const choices = world.choices();
    if (choices.length === 0) {
      insist(world.isIdle(), () => `stuck after ${JSON.stringify(path)}`);
      ends += 1;
    } else if (path.length >= options.depth) complete = false;
    else for (const choice of choices) paths.push([...path, choice]);
  }
  return { states: seen.size, transitions, ends, complete };
};
