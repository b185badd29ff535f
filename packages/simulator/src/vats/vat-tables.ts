/**
 * The tables that liveslots keeps for a vat, and the supervisor's table of what
 * it has said that the kernel may not have seen: what a vat was told, what it
 * holds, what it may still say. Throws a {@link Violation} where the kernel
 * tells it what it cannot know or has let go of.
 */
import {
  type CapData,
  formatVRef,
  isPromiseRef,
  isVatAllocated,
  solePromise,
  type NumberedDelivery,
  type VatDeliveryObject,
  type VatID,
  type VatResolution,
  type VatSyscallObject,
  type VRef,
} from '@cooperage/types';
import type { DurableState } from './durable-state.js';
import type { OwnObject } from './own-object.js';
import { makeUnseenNames, namedBy } from './unseen-names.js';
import { ageOf, type Ref, type Token, tokensOf, UNKNOWN } from './payload.js';
import type { VatSideRules } from '../mutations/rules.js';
import { insist } from '../violation.js';

/**
 * An object of another. `loose`: the vat's code has let go and the collector has
 * not noticed; `dropped`: the kernel was told.
 */
export interface Import {
  token: Token;
  hold: 'strong' | 'loose' | 'dropped';
  /** The vat's code will recognize it when it comes back. */
  weak: boolean;
}

export interface VatTables {
  /** Who it is; another one for a fork than for the deliveries that it has from its parent. */
  readonly vatID: VatID;
  /** The vat is a fork from now on: what is its own is another thing than what it is a copy of. */
  become(vatID: VatID): void;
  readonly objects: Map<VRef, OwnObject>;
  readonly imports: Map<VRef, Import>;
  /** Promises that others decide. */
  readonly awaited: Map<VRef, Token>;
  /** Promises that this vat decides. */
  readonly decided: Map<VRef, Token>;
  /** Promises that earlier incarnations decided, of which the vat may still be told. */
  readonly leftover: ReadonlySet<VRef>;
  readonly abandoned: Set<Token>;
  counters: { object: number; promise: number };
  /** Takes a delivery in, as far as it is not withheld; gives what is left of it. */
  receive(numbered: NumberedDelivery): VatDeliveryObject | undefined;
  /** Promises that the last delivery brought and that are to be subscribed to. */
  takeUnsubscribed(): VRef[];
  /** Says a syscall that the tables know nothing of. */
  emit(syscall: VatSyscallObject): void;
  /** Says a syscall, and brings the tables up to date with it. */
  say(syscall: VatSyscallObject): void;
  makeObject(): VRef;
  /** One that outlives the heap. */
  makeDurable(): VRef;
  makePromise(): VRef;
  /** Everything that the vat's code could put into a message now. */
  usable(): Ref<VRef>[];
  refOf(vref: VRef): Ref<VRef>;
}

const isExport = (vref: VRef): boolean => vref.startsWith('o+');

export const makeVatTables = (
  began: VatID,
  rules: VatSideRules,
  emit: (syscall: VatSyscallObject) => void,
  /** What an earlier incarnation left, and its last delivery. */
  durable?: DurableState,
  last = 0,
  /**
   * There are other kernels. Promises that the vat makes have larger numbers than all that it has seen, and a promise that it
   * knows may come by the name of one that it was resolved to.
   */
  isLinked = false,
): VatTables => {
  let vatID = began;
  const objects = new Map<VRef, OwnObject>(durable?.objects);
  const imports = new Map<VRef, Import>();
  for (const [vref, token] of durable?.held ?? []) {
    imports.set(vref, { token, hold: 'strong', weak: false });
  }
  for (const [vref, token] of durable?.recognized ?? []) {
    imports.set(vref, { token, hold: 'dropped', weak: true });
  }
  const awaited = new Map<VRef, Token>(durable?.awaited);
  const decided = new Map<VRef, Token>();
  const leftover = new Set<VRef>(durable?.leftover);
  const abandoned = new Set<Token>(durable?.abandoned);
  const counters = { object: 0, promise: 4, ...durable?.counters };
  const unseen = makeUnseenNames(rules);
  let unsubscribed: VRef[] = [];
  let n = last;

  const own = (vref: VRef): Token => `${vatID}:${vref}`;

  const noteAge = (token: Token): void => {
    if (isLinked) counters.promise = Math.max(counters.promise, ageOf(token) ?? 0);
  };

  const sameThing = (vref: VRef, known: Token, told: Token): void =>
    insist(
      known === told || known === UNKNOWN || told === UNKNOWN || (isLinked && isPromiseRef(vref)),
      () => `${vatID} knows ${vref} as ${known} and is told that it is ${told} (delivery ${n})`,
    );

  const takePromise = (vref: VRef, token: Token): void => {
    noteAge(token);
    const known = awaited.get(vref) ?? decided.get(vref);
    if (known !== undefined) {
      sameThing(vref, known, token);
      return;
    }
    insist(
      rules.importUnknownPromises || !isVatAllocated(vref),
      () => `${vatID} is given ${vref}, which it resolved and forgot (delivery ${n})`,
    );
    awaited.set(vref, token);
    unsubscribed.push(vref);
  };

  const takeObject = (vref: VRef, token: Token): void => {
    if (isVatAllocated(vref)) {
      const object = objects.get(vref);
      insist(
        object !== undefined,
        () => `${vatID} is given ${vref}, which is retired (delivery ${n})`,
      );
      insist(
        (object as OwnObject).reachable,
        () => `${vatID} is given ${vref}, which the kernel has dropped (delivery ${n})`,
      );
      sameThing(vref, own(vref), token);
      return;
    }
    unseen.returned(vref);
    insist(
      !token.startsWith(`${vatID}:`) || abandoned.has(token),
      () => `${vatID} is given its own ${token} as the import ${vref} (delivery ${n})`,
    );
    const known = imports.get(vref);
    if (known === undefined) {
      imports.set(vref, { token, hold: 'strong', weak: false });
      return;
    }
    sameThing(vref, known.token, token);
    if (known.token === UNKNOWN) known.token = token;
    known.hold = 'strong';
  };

  const take = (vref: VRef, token: Token): void =>
    isPromiseRef(vref) ? takePromise(vref, token) : takeObject(vref, token);

  const takeData = (data: CapData<VRef>): void => {
    const tokens = tokensOf(data);
    insist(tokens.length === data.slots.length, () => `slots are lost: ${JSON.stringify(data)}`);
    data.slots.forEach((slot, i) => take(slot, tokens[i] as Token));
  };

  const takeNews = (news: readonly VatResolution[]): void => {
    for (const [vpid, isReject, data] of news) {
      insist(
        isReject || solePromise(data) === undefined,
        () => `${vatID} is told that ${vpid} is a promise (delivery ${n})`,
      );
      insist(!decided.has(vpid), () => `${vatID} is told of ${vpid}, which it decides itself`);
      insist(
        awaited.has(vpid) || leftover.has(vpid),
        () => `${vatID} is told of ${vpid}, which it does not know (delivery ${n})`,
      );
      takeData(data);
    }
    for (const [vpid] of news) {
      awaited.delete(vpid);
      leftover.delete(vpid);
    }
    unsubscribed = unsubscribed.filter((vpid) => awaited.has(vpid)).sort();
  };

  const drop = (vref: VRef): void => {
    const object = objects.get(vref);
    insist(
      object?.reachable === true,
      () => `${vatID} is told to drop ${vref} twice (delivery ${n})`,
    );
    (object as OwnObject).reachable = false;
  };

  const retire = (vref: VRef): void => {
    const object = objects.get(vref);
    insist(
      object !== undefined && object.recognizable && !object.reachable,
      () => `${vatID} is told to retire ${vref}: ${JSON.stringify(object)} (delivery ${n})`,
    );
    (object as OwnObject).recognizable = false;
  };

  const retireImport = (vref: VRef): void => {
    const hold = imports.get(vref)?.hold;
    insist(
      hold === 'dropped',
      () => `${vatID} is told that ${vref} is gone, which is ${hold} (delivery ${n})`,
    );
    imports.delete(vref);
  };

  const takeResult = (result: VRef, token: Token): void => {
    noteAge(token);
    insist(!decided.has(result), () => `${vatID} decides ${result} already (delivery ${n})`);
    const known = awaited.get(result);
    if (known !== undefined) sameThing(result, known, token);
    awaited.delete(result);
    decided.set(result, token);
  };

  const receive = (numbered: NumberedDelivery): VatDeliveryObject | undefined => {
    insist(numbered.n === n + 1, () => `${vatID} is given delivery ${numbered.n} after ${n}`);
    n = numbered.n;
    unseen.seen(numbered.acked);
    const delivery = unseen.withhold(numbered.delivery);
    if (delivery === undefined) return undefined;
    switch (delivery[0]) {
      case 'startVat': {
        if (durable === undefined) {
          objects.set('o+0' as VRef, {
            token: own('o+0' as VRef),
            held: true,
            reachable: true,
            recognizable: true,
          });
        }
        takeData(delivery[1]);
        break;
      }
      case 'stopVat':
        takeData(delivery[1]);
        break;
      case 'message': {
        const [, target, { methargs, result }] = delivery;
        if (isPromiseRef(target)) {
          insist(
            decided.has(target),
            () =>
              `${vatID} is given a message to ${target}, which it does not decide (delivery ${n})`,
          );
        } else takeObject(target, UNKNOWN);
        takeData(methargs);
        if (result !== null) {
          const payload = JSON.parse(methargs.body.slice(1)) as [string, [{ result?: Token }?]];
          takeResult(result, payload[1][0]?.result ?? UNKNOWN);
        }
        break;
      }
      case 'notify':
        takeNews(delivery[1]);
        break;
      case 'dropExports':
        delivery[1].forEach(drop);
        break;
      case 'retireExports':
        delivery[1].forEach(retire);
        break;
      case 'retireImports':
        delivery[1].forEach(retireImport);
        break;
      case 'bringOutYourDead':
      case 'changeVatOptions':
        break;
    }
    return delivery;
  };

  const name = (vrefs: readonly VRef[]): void => {
    const exported = vrefs.filter(isExport);
    unseen.named(exported, n);
    for (const vref of exported) {
      const object = objects.get(vref);
      if (object === undefined) continue;
      object.reachable = true;
      object.recognizable = true;
    }
  };

  const say = (syscall: VatSyscallObject): void => {
    emit(syscall);
    name(namedBy(syscall));
    switch (syscall[0]) {
      case 'send': {
        const { result } = syscall[2];
        if (result !== null) {
          const token = decided.get(result) ?? own(result);
          decided.delete(result);
          awaited.set(result, token);
        }
        break;
      }
      case 'resolve':
        for (const [vpid] of syscall[1]) decided.delete(vpid);
        break;
      case 'retireExports':
      case 'abandonExports':
        unseen.named(syscall[1], n);
        for (const vref of syscall[1]) {
          if (syscall[0] === 'abandonExports') abandoned.add(own(vref));
          objects.delete(vref);
        }
        break;
      case 'dropImports':
        for (const vref of syscall[1]) (imports.get(vref) as Import).hold = 'dropped';
        break;
      case 'retireImports':
        for (const vref of syscall[1]) {
          unseen.retired(vref, n);
          imports.delete(vref);
        }
        break;
      default:
        break;
    }
  };

  const makeOwn = (vref: VRef): VRef => {
    objects.set(vref, { token: own(vref), held: true, reachable: false, recognizable: false });
    return vref;
  };

  const refOf = (vref: VRef): Ref<VRef> => ({
    slot: vref,
    token:
      objects.get(vref)?.token ??
      imports.get(vref)?.token ??
      awaited.get(vref) ??
      decided.get(vref) ??
      UNKNOWN,
  });

  return {
    get vatID() {
      return vatID;
    },
    become: (self) => {
      if (self === vatID) return;
      vatID = self;
      for (const [vref, object] of objects) objects.set(vref, { ...object, token: own(vref) });
      for (const vpid of decided.keys()) decided.set(vpid, own(vpid));
    },
    objects,
    imports,
    awaited,
    leftover,
    decided,
    abandoned,
    counters,
    receive,
    emit,
    say,
    refOf,
    takeUnsubscribed: () => {
      const taken = unsubscribed;
      unsubscribed = [];
      return taken;
    },
    makeObject: () => {
      counters.object += 1;
      return makeOwn(formatVRef('object', true, counters.object));
    },
    makeDurable: () => {
      counters.object += 1;
      return makeOwn(`o+d10/${counters.object}` as VRef);
    },
    makePromise: () => {
      counters.promise += 1;
      const vref = formatVRef('promise', true, counters.promise);
      decided.set(vref, own(vref));
      return vref;
    },
    usable: () => [
      ...[...objects].filter(([, { held }]) => held).map(([slot, { token }]) => ({ slot, token })),
      ...[...imports]
        .filter(([, { hold }]) => hold === 'strong')
        .map(([slot, { token }]) => ({ slot, token })),
      ...[...awaited].map(([slot, token]) => ({ slot, token })),
      ...[...decided].map(([slot, token]) => ({ slot, token })),
    ],
  };
};
