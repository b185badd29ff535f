/**
 * Two vats that get the same deliveries, one on each liveslots, and what a
 * kernel knows of them: generates deliveries that a kernel could make, and
 * compares what comes out.
 */
import harden from '@endo/harden';
import { makeMarshal } from '@endo/marshal';
import {
  type MakeLiveSlots,
  reachedByDataKey,
  recognizedByDataPrefix,
  type VatDeliveryObject,
  type VatSyscallObject,
  type VRef,
} from '@cooperage/types';
import { cap, FakeVatstore, garbage, notify } from './fake-kernel.js';
import { makeProgram, type Expr, type Op, type Program } from './fuzz-program.js';
import { makeFakeGc } from './gc-tools.js';
import { normalise, withoutVrefNames } from './normalise.js';
import { makeRandom, type Random } from './random.js';
import { makeVat, type VatUnderTest } from './vat.js';

interface Side {
  program: Program;
  vat: VatUnderTest;
}

const OBJECTS = [
  'virtual',
  'virtualShaped',
  'virtualKit',
  'durable',
  'durableShaped',
  'durableKit',
  'watcher',
  'remotable',
] as const;
const STORES = [
  'map',
  'weakMap',
  'set',
  'weakSet',
  'durableMap',
  'durableWeakMap',
  'durableSet',
  'durableWeakSet',
  'shapedMap',
] as const;
const isKit = (what: string) => what.endsWith('Kit');
const isSet = (what: string) => what.endsWith('et');

const nameOf = (key: Expr): string =>
  'lit' in key ? `${typeof key.lit} ${String(key.lit)}` : JSON.stringify(key);

export interface Failure {
  readonly step: number;
  readonly delivery: unknown;
  readonly op: unknown;
  readonly difference: unknown;
}

export class FuzzWorld {
  readonly #random: Random;
  readonly #makers: readonly MakeLiveSlots[];
  readonly #ours: MakeLiveSlots;
  readonly ops: Op[] = [];
  sides: Side[] = [];
  /** What each label holds. */
  #labels = new Map<string, string>();
  /** Entries that were put into the collection of a label, and what their values are. */
  #entries = new Map<string, { key: Expr; what: string | undefined }[]>();
  #nextLabel = 1;
  #nextImport = 1;
  #nextPromise = 1;
  /** Imports by what the kernel thinks that the vat has of them. */
  #reachable = new Set<string>();
  #recognizable = new Set<string>();
  /** Exports likewise. */
  #exported = new Set<string>();
  #seen = new Set<string>();
  /** Promises that the vat waits for. */
  #subscribed = new Set<string>();
  /** Promises that the kernel and the vat know. */
  #unresolved = new Set<string>();
  step = 0;
  #upgraded = false;
  #isRunning = false;
  /** The published liveslots failed: there is nothing more to compare. */
  isOver = false;
  syscalls = 0;
  /** Messages to other vats that wanted no answer. */
  told = 0;
  /** Hears of each crank of each side: everything that was seen of it. */
  tell: (
    side: number,
    delivery: VatDeliveryObject,
    syscalls: readonly VatSyscallObject[],
    outcomes: readonly string[],
  ) => void = () => {};

  /** @param isReplay the second vat collects nothing, and learns of deaths from what the first one did */
  constructor(
    seed: number,
    ours: MakeLiveSlots,
    theirs: MakeLiveSlots,
    private readonly isReplay = false,
  ) {
    this.#random = makeRandom(seed);
    this.#makers = [ours, theirs];
    this.#ours = ours;
  }

  async start(stores?: readonly FakeVatstore[]): Promise<void> {
    this.#labels = new Map([['baggage', 'durableMap']]);
    this.#entries = new Map([['baggage', this.#entries.get('baggage') ?? []]]);
    this.sides = [];
    for (const [index, make] of this.#makers.entries()) {
      const program = makeProgram(this.ops, make !== this.#ours);
      const vat = await makeVat(program.buildRootObject as never, {
        make,
        gc: makeFakeGc(),
        start: false,
        ...(stores === undefined ? {} : { store: stores[index] as FakeVatstore }),
      });
      this.sides.push({ program, vat });
    }
    await this.deliver(['startVat', cap('#"#undefined"')]);
    this.#exported.add('o+0');
  }

  #fresh(): string {
    return `x${this.#nextLabel++}`;
  }

  async deliver(delivery: VatDeliveryObject): Promise<void> {
    this.step += 1;
    const logs: VatSyscallObject[][] = [];
    if (this.isReplay && delivery[0] === 'bringOutYourDead') {
      const [first, second] = this.sides as [Side, Side];
      const past = await first.vat.record(delivery);
      second.vat.replayDeaths(past);
      for (const { vat } of this.sides) vat.store.takeBefore();
      this.#learn(past.map(([syscall]) => syscall));
      return;
    }
    for (const [index, { vat, program }] of this.sides.entries()) {
      try {
        const log = await vat.deliver(delivery);
        logs.push(log);
        this.tell(index, delivery, log, [...program.outcomes]);
      } catch (error) {
        // The published one does not survive rows of an earlier incarnation that name what was in its heap;
        // and no vat survives an upgrade after it cleared its baggage.
        const isCleared = (error as Error).message.includes('defineDurableKind not called');
        const isTheirs = this.#makers[index] !== this.#ours;
        if (!this.#upgraded || !(isCleared || isTheirs)) throw error;
        this.isOver = true;
        return;
      }
    }
    if (this.#tells && !this.isReplay) this.#takeTell(logs[0] as VatSyscallObject[]);
    const [ours, theirs] = logs.map((log, index) => ({
      syscalls: normalise(log, (this.sides[index] as Side).vat.store),
      outcomes: this.sides[index]?.program.outcomes
        .splice(0)
        .map((words) => (this.isReplay ? words : withoutVrefNames(words))),
    }));
    const [a, b] = [JSON.stringify(ours), JSON.stringify(theirs)];
    if (a !== b) this.#fail(delivery, ours, theirs);
    if (this.isReplay && JSON.stringify(logs[0]) !== JSON.stringify(logs[1])) {
      this.#fail(delivery, logs[0], logs[1]);
    }
    this.#learn(logs[0] as VatSyscallObject[]);
  }

  /**
   * The published liveslots loses a message to another vat that wants no answer: it takes a number for the answer that
   * is not wanted, and fails over it. So ours is held against what `@endo/marshal` makes of the message.
   */
  #takeTell(log: VatSyscallObject[]): void {
    const { program, vat } = this.sides[0] as Side;
    const op = this.ops.at(-1);
    if (op?.do !== 'tell') throw Error('no message was sent');
    const { valToSlot } = vat.testHooks;
    const marshal = makeMarshal<string>((value: any) => valToSlot.get(value), undefined, {
      serializeBodyFormat: 'smallcaps',
    });
    const args = op.args.map((each) => program.evaluate(each));
    const { body, slots } = marshal.toCapData(harden([op.method, args]));
    const target = valToSlot.get(program.held.get(op.on));
    const expected = ['send', target, { methargs: { body, slots }, result: null }];
    this.told += 1;
    const at = log.findIndex(([tag]) => tag === 'send');
    const [sent] = log.splice(at, 1);
    if (JSON.stringify(sent) !== JSON.stringify(expected)) this.#fail(op, sent, expected);
  }

  #fail(delivery: unknown, ours: unknown, theirs: unknown): never {
    const differs = (x: unknown, y: unknown): unknown => {
      if (typeof x !== 'object' || typeof y !== 'object' || x === null || y === null) {
        return x === y ? undefined : { ours: x, theirs: y };
      }
      const out: Record<string, unknown> = {};
      for (const key of new Set([...Object.keys(x), ...Object.keys(y)])) {
        const d = differs((x as any)[key], (y as any)[key]);
        if (d !== undefined) out[key] = d;
      }
      return Object.keys(out).length > 0 ? out : undefined;
    };
    const difference = differs(ours, theirs);
    const failure: Failure = {
      step: this.step,
      delivery,
      op: this.ops.at(-1),
      difference,
    };
    const text = JSON.stringify(
      failure,
      (_key, x: unknown) => (typeof x === 'bigint' ? `${x}n` : x),
      1,
    );
    throw new Error(`step ${this.step} differs: ${text}`);
  }

  /** What the kernel learns by a crank. */
  #learn(log: readonly VatSyscallObject[]): void {
    const name = (vref: string) => {
      if (vref.startsWith('o+')) {
        this.#exported.add(vref);
        this.#seen.add(vref);
      }
    };
    for (const syscall of log) {
      this.syscalls += 1;
      switch (syscall[0]) {
        case 'send':
          syscall[2].methargs.slots.forEach(name);
          break;
        case 'subscribe':
          this.#subscribed.add(syscall[1]);
          break;
        case 'resolve':
          for (const [vpid, , data] of syscall[1]) {
            data.slots.forEach(name);
            this.#unresolved.delete(vpid);
            this.#subscribed.delete(vpid);
          }
          break;
        case 'dropImports':
          for (const vref of syscall[1]) {
            if (!this.#reachable.delete(vref)) throw Error(`dropped twice: ${vref}`);
          }
          break;
        case 'retireImports':
          for (const vref of syscall[1]) {
            if (this.#reachable.has(vref) || !this.#recognizable.delete(vref)) {
              throw Error(`retired without cause: ${vref}`);
            }
          }
          break;
        case 'retireExports':
          for (const vref of syscall[1]) {
            if (this.#exported.has(vref)) throw Error(`retired but reachable: ${vref}`);
            this.#seen.delete(vref);
          }
          break;
        default:
      }
    }
  }

  /** Whether the message under way goes to another vat and wants no answer. */
  get #tells(): boolean {
    const op = this.ops.at(-1);
    return this.#isRunning && op?.do === 'tell' && op.isFar;
  }

  /** Something that the kernel knows: to send it tells it nothing else. */
  #known(): Expr {
    if (this.#random.chance(0.3)) return this.#literal();
    const { testHooks } = (this.sides[0] as Side).vat;
    const { held } = (this.sides[0] as Side).program;
    const label = this.#some(
      (what) => what === 'presence' || what === 'remotable' || /^(virtual|durable)/.test(what),
    );
    if (label === undefined) return this.#literal();
    const vref: string | undefined = testHooks.valToSlot.get(held.get(label));
    const isKnown = vref !== undefined && (this.#reachable.has(vref) || this.#exported.has(vref));
    return isKnown ? { ref: label } : this.#literal();
  }

  async #tell(): Promise<void> {
    const on = this.#some((what) => what === 'presence' || what === 'remotable');
    if (on === undefined) return;
    const isFar = this.#labels.get(on) === 'presence';
    const method = isFar ? this.#random.pick(['foo', 'bar', '#x', '!']) : 'get';
    const args: Expr[] = [this.#known(), { list: [this.#known(), this.#known()] }];
    await this.#run({ do: 'tell', on, method, args, isFar });
  }

  async #run(op: Op, slots: readonly string[] = []): Promise<void> {
    this.ops.push(op);
    this.#isRunning = true;
    const args = slots.map((vref, i) => (vref.startsWith('p') ? `"&${i}"` : `"$${i}.Alleged: i"`));
    const body = `#["run",[${[this.ops.length - 1, ...args].join(',')}]]`;
    // A vat may be asked to decide a promise that it has been given, even with the same message.
    const given = slots.find((vref) => vref.startsWith('p'));
    const isGiven = given !== undefined && this.#random.chance(0.4);
    const result = isGiven ? given : `p-${this.#nextPromise++}`;
    await this.deliver([
      'message',
      'o+0' as VRef,
      { methargs: cap(body, slots), result: result as VRef },
    ]);
    this.#isRunning = false;
  }

  #some(test: (what: string) => boolean): string | undefined {
    const labels = [...this.#labels].filter(([, what]) => test(what)).map(([label]) => label);
    return labels.length === 0 ? undefined : this.#random.pick(labels);
  }

  #literal(): Expr {
    return {
      lit: this.#random.pick([
        1,
        2,
        -3.5,
        'a',
        'b',
        '',
        '#x',
        true,
        null,
        undefined,
        7n,
        -12n,
        'é',
        1e21,
        -0,
      ]),
    };
  }

  #expr(depth = 0): Expr {
    const random = this.#random;
    if (random.chance(0.35)) return this.#literal();
    if (depth < 2 && random.chance(0.2)) {
      return { list: [this.#expr(depth + 1), this.#expr(depth + 1)] };
    }
    if (depth < 2 && random.chance(0.15)) {
      return { record: { b: this.#expr(depth + 1), a: this.#expr(depth + 1) } };
    }
    const label = this.#some(
      (what) => !what.startsWith('vatWeak') && (depth > 0 || what !== 'promise'),
    );
    return label === undefined ? this.#literal() : { ref: label };
  }

  /** A key for `on`: most often one that is there. */
  #keyOf(on: string): { key: Expr; what: string | undefined } {
    const known = (this.#entries.get(on) ?? []).filter(
      ({ key }) => !('ref' in key) || this.#labels.has(key.ref),
    );
    if (known.length > 0 && this.#random.chance(0.75)) return this.#random.pick(known);
    if (on === 'baggage' && this.#random.chance(0.9)) {
      return { key: { lit: `k${this.#random.below(30)}` }, what: undefined };
    }
    return { key: this.#key(), what: undefined };
  }

  #remember(on: string, key: Expr, value: Expr): void {
    const entries = this.#entries.get(on) ?? [];
    const same = nameOf(key);
    this.#entries.set(on, [
      ...entries.filter((entry) => nameOf(entry.key) !== same),
      { key, what: 'ref' in value ? this.#labels.get(value.ref) : undefined },
    ]);
  }

  /** A value for `on`: in the baggage, most often something that survives. */
  #valueFor(on: string): Expr {
    const isDurable = on === 'baggage' || /^durable/.test(this.#labels.get(on) ?? '');
    if (isDurable && this.#random.chance(0.8)) {
      const label = this.#some((what) => /^(durable|watcher|presence)/.test(what));
      if (label !== undefined) return { ref: label };
    }
    return this.#expr();
  }

  #key(): Expr {
    if (this.#random.chance(0.5)) {
      return { lit: this.#random.pick(['a', 'b', 'c', 1, 2, -1, 10n, -5n, true, null, undefined]) };
    }
    const label = this.#some((what) => !what.startsWith('vatWeak') && what !== 'promise');
    return label === undefined ? { lit: 'z' } : { ref: label };
  }

  /** The base reference of what a label holds, as our side has it. */
  #vrefOf(label: string): string | undefined {
    const side = this.sides[0] as Side;
    const value = side.program.held.get(label);
    return typeof value === 'object' && value !== null
      ? side.vat.testHooks.valToSlot.get(value)
      : undefined;
  }

  async #forget(): Promise<void> {
    const label = this.#some((what) => what !== 'promise');
    if (label === undefined || label === 'baggage') return;
    const base = this.#vrefOf(label)?.split(':')[0];
    // All labels of the same object, or cohort.
    const labels = [...this.#labels.keys()].filter(
      (other) =>
        other === label || (base !== undefined && this.#vrefOf(other)?.split(':')[0] === base),
    );
    await this.#run({ do: 'forget', labels });
    for (const gone of labels) this.#labels.delete(gone);
    if (base !== undefined) {
      for (const { vat } of this.isReplay ? this.sides.slice(0, 1) : this.sides) {
        const value = vat.testHooks.slotToVal.get(base)?.deref();
        if (value === undefined) continue;
        // Tables of liveslots hold heap objects.
        if (/^o\+\d+$/.test(base)) {
          if (vat.testHooks.exportedRemotables.has(value)) continue;
          if (vat.testHooks.remotableRefCounts.has(value)) continue;
        }
        vat.gc.kill(value);
      }
    }
  }

  /** One step: something that a kernel or a vat could do now. */
  async go(): Promise<void> {
    if (this.isOver) return;
    const random = this.#random;
    const kind = random.below(108);
    if (kind < 10) {
      const labels: string[] = [];
      const slots: string[] = [];
      for (let i = random.below(2); i >= 0; i -= 1) {
        const label = this.#fresh();
        if (random.chance(0.2)) {
          const vpid = `p-${this.#nextPromise++}`;
          this.#unresolved.add(vpid);
          slots.push(vpid);
          this.#labels.set(label, 'promise');
        } else {
          const known = [...this.#recognizable];
          const vref =
            known.length > 0 && random.chance(0.5) ? random.pick(known) : `o-${this.#nextImport++}`;
          if (slots.includes(vref)) continue;
          slots.push(vref);
          this.#reachable.add(vref);
          this.#recognizable.add(vref);
          this.#labels.set(label, 'presence');
        }
        labels.push(label);
      }
      await this.#run({ do: 'hold', labels }, slots);
    } else if (kind < 24) {
      const what = random.pick(OBJECTS);
      const label = this.#fresh();
      const value = () =>
        /^(durable|watcher)/.test(what) ? this.#valueFor('baggage') : this.#expr();
      const init = { list: what === 'remotable' ? [{ lit: 'r' }] : [value(), value()] };
      await this.#run({ do: 'make', what, label, init });
      this.#adopt(label, what);
    } else if (kind < 32) {
      const what = random.pick(STORES);
      const label = this.#fresh();
      await this.#run({ do: 'make', what, label, init: { list: [this.#expr(1)] } });
      this.#adopt(label, what);
    } else if (kind < 35) {
      const what = random.pick(['vatWeakMap', 'vatWeakSet', 'promise']);
      const label = this.#fresh();
      await this.#run({ do: 'make', what, label, init: { list: [] } });
      this.#adopt(label, what);
    } else if (kind < 60) {
      await this.#useStore();
    } else if (kind < 70) {
      await this.#useObject();
    } else if (kind < 74) {
      await this.#useWeak();
    } else if (kind < 79) {
      const on = this.#some((what) => what === 'presence' || what === 'promise');
      if (on === undefined) return;
      const as = this.#fresh();
      await this.#run({
        do: 'send',
        on,
        method: random.pick(['foo', 'bar']),
        args: [this.#expr(), this.#expr()],
        as,
      });
      this.#labels.set(as, 'promise');
    } else if (kind < 81) {
      await this.#run({ do: 'give', value: this.#expr() });
    } else if (kind < 83) {
      const label = this.#some((what) => what === 'promise');
      if (label === undefined) return;
      const remotable = this.#some((what) => what === 'remotable');
      const value: Expr =
        remotable !== undefined && random.chance(0.5) ? { ref: remotable } : this.#literal();
      await this.#run({ do: 'settle', label, reject: random.chance(0.3), value });
    } else if (kind < 85) {
      const promise = this.#some((what) => what === 'promise');
      const watcher = this.#some((what) => what === 'watcher');
      if (promise === undefined || watcher === undefined) return;
      await this.#run({ do: 'watch', promise, watcher, args: [this.#literal()] });
    } else if (kind < 86) {
      await this.#run({ do: 'durable?', value: this.#expr() });
    } else if (kind < 91) {
      await this.#forget();
    } else if (kind < 93) {
      await this.#notify();
    } else if (kind < 96) {
      await this.#kernelGarbage();
    } else if (kind < 99) {
      await this.deliver(['bringOutYourDead']);
      if (!this.isOver) this.checkCounts();
    } else if (kind < 100) {
      await this.#upgrade();
    } else if (kind < 103) {
      await this.#tell();
    } else {
      await this.#forget();
    }
  }

  #adopt(label: string, what: string): void {
    const value = this.sides[0]?.program.held.get(label);
    if (value === undefined) return;
    if (!isKit(what)) {
      this.#labels.set(label, what);
      return;
    }
    for (const { program } of this.sides) {
      const cohort = program.held.get(label);
      program.held.delete(label);
      program.held.set(`${label}a`, cohort.alpha);
      program.held.set(`${label}b`, cohort.beta);
    }
    this.#labels.set(`${label}a`, `${what}.alpha`);
    this.#labels.set(`${label}b`, `${what}.beta`);
  }

  async #useStore(): Promise<void> {
    const random = this.#random;
    const on = this.#some((what) => (STORES as readonly string[]).includes(what));
    if (on === undefined) return;
    const what = this.#labels.get(on) as string;
    const isWeak = /weak/i.test(what);
    const { key, what: valueIs } = this.#keyOf(on);
    const some = (): Expr => ({ lit: random.pick([...patterns]) });
    const call = (method: string, ...args: Expr[]) => this.#run({ do: 'call', on, method, args });
    const list = (method: string, ...args: Expr[]) => this.#run({ do: 'list', on, method, args });

    if (isSet(what)) {
      const choices = ['add', 'add', 'add', 'has', 'delete', 'addAll'];
      if (!isWeak) choices.push('keys', 'values', 'somekeys', 'getSize', 'snapshot', 'clear');
      switch (random.pick(choices)) {
        case 'add': {
          const fresh = this.#key();
          this.#remember(on, fresh, { lit: null });
          return call('add', fresh);
        }
        case 'addAll':
          return call('addAll', { list: [key, this.#key()] });
        case 'keys':
          return list('keys');
        case 'values':
          return list('values', some());
        case 'somekeys':
          return list('keys', some());
        case 'getSize':
          return call('getSize', some());
        case 'snapshot':
          return call('snapshot');
        case 'clear':
          return random.chance(0.4) ? call('clear', some()) : undefined;
        case 'has':
          return call('has', key);
        default:
          return call('delete', key);
      }
    }

    const choices = ['init', 'init', 'init', 'set', 'get', 'get', 'has', 'delete', 'addAll'];
    if (!isWeak) choices.push('keys', 'entries', 'some', 'some', 'getSize', 'snapshot', 'clear');
    switch (random.pick(choices)) {
      case 'init': {
        const fresh = on === 'baggage' ? key : this.#key();
        const value = this.#valueFor(on);
        this.#remember(on, fresh, value);
        return call('init', fresh, value);
      }
      case 'set': {
        const value = this.#valueFor(on);
        this.#remember(on, key, value);
        return call('set', key, value);
      }
      case 'get': {
        if (valueIs === undefined) return call('get', key);
        const as = this.#fresh();
        await this.#run({ do: 'call', on, method: 'get', args: [key], as });
        if (this.sides[0]?.program.held.has(as)) this.#labels.set(as, valueIs);
        return undefined;
      }
      case 'has':
        return call('has', key);
      case 'delete':
        return on === 'baggage' && random.chance(0.8) ? undefined : call('delete', key);
      case 'addAll':
        return call('addAll', {
          list: [{ list: [key, this.#valueFor(on)] }, { list: [this.#key(), this.#valueFor(on)] }],
        });
      case 'keys':
        return list('keys');
      case 'entries':
        return list('entries');
      case 'some':
        return list(random.pick(['keys', 'values', 'entries']), some(), some());
      case 'getSize':
        return call('getSize', some(), some());
      case 'snapshot':
        return call('snapshot', some());
      default:
        return on !== 'baggage' && random.chance(0.4) ? call('clear', some(), some()) : undefined;
    }
  }

  async #useObject(): Promise<void> {
    const random = this.#random;
    const on = this.#some(
      (what) =>
        (OBJECTS as readonly string[]).includes(what.split('.')[0] as string) &&
        what !== 'watcher' &&
        what !== 'remotable',
    );
    if (on === undefined) return;
    const what = this.#labels.get(on) as string;
    const name: Expr = { lit: random.pick(['a', 'b']) };
    if (what.endsWith('.beta')) {
      await this.#run({ do: 'call', on, method: random.pick(['get', 'alpha']), args: [name] });
    } else if (random.chance(0.6)) {
      const value = what.startsWith('durable') ? this.#valueFor('baggage') : this.#expr();
      await this.#run({ do: 'call', on, method: 'set', args: [name, value] });
    } else {
      const method = what.endsWith('.alpha')
        ? random.pick(['get', 'beta'])
        : random.pick(['get', 'self', 'swap']);
      await this.#run({ do: 'call', on, method, args: [name] });
    }
  }

  async #useWeak(): Promise<void> {
    const random = this.#random;
    const on = this.#some((what) => what.startsWith('vatWeak'));
    const key = this.#some((what) => what !== 'promise');
    if (on === undefined || key === undefined) return;
    const isMap = this.#labels.get(on) === 'vatWeakMap';
    const method = random.pick(
      isMap ? ['set', 'set', 'get', 'has', 'delete'] : ['add', 'add', 'has', 'delete'],
    );
    await this.#run({ do: 'call', on, method, args: [{ ref: key }, { lit: 'v' }] });
  }

  async #notify(): Promise<void> {
    const random = this.#random;
    const open = [...this.#subscribed];
    if (open.length === 0) return;
    const vpid = random.pick(open);
    this.#subscribed.delete(vpid);
    this.#unresolved.delete(vpid);
    const known = [...this.#reachable];
    // What a settled promise holds is not dead, whatever becomes of its label.
    const isEmpty = known.length === 0 || this.isReplay || random.chance(0.5);
    const slots = isEmpty ? [] : [random.pick(known)];
    const body = slots.length > 0 ? '#{"x":["$0.Alleged: i"]}' : '#"news"';
    await this.deliver(notify([vpid, random.chance(0.3), body, slots]));
  }

  async #kernelGarbage(): Promise<void> {
    const random = this.#random;
    const exported = [...this.#exported].filter((vref) => vref !== 'o+0');
    const seen = [...this.#seen].filter((vref) => !this.#exported.has(vref));
    // Where the vat is about to retire an import itself, the published one does so after the kernel did.
    const unreachable = [...this.#recognizable].filter(
      (vref) =>
        !this.#reachable.has(vref) &&
        !this.sides.some(({ vat }) => vat.testHooks.possiblyRetiredSet.has(vref)),
    );
    const choice = random.below(3);
    if (choice === 0 && exported.length > 0) {
      const vref = random.pick(exported);
      this.#exported.delete(vref);
      await this.deliver(garbage('dropExports', vref));
    } else if (choice === 1 && seen.length > 0) {
      const vref = random.pick(seen);
      this.#seen.delete(vref);
      await this.deliver(garbage('retireExports', vref));
    } else if (choice === 2 && unreachable.length > 0) {
      const vref = random.pick(unreachable);
      this.#recognizable.delete(vref);
      await this.deliver(garbage('retireImports', vref));
    }
  }

  /** A new incarnation of both over the rows of the old ones; or each over the other's. */
  async #upgrade(): Promise<void> {
    await this.deliver(['bringOutYourDead']);
    if (this.isOver) return;
    this.checkRows();
    const stores = this.sides.map(({ vat }) => new FakeVatstore(vat.store.rows));
    if (this.#random.chance(0.5)) stores.reverse();
    // What is not durable is abandoned.
    for (const refs of [this.#exported, this.#seen]) {
      for (const vref of [...refs]) if (!vref.startsWith('o+d')) refs.delete(vref);
    }
    // What only the old heap held is dropped: the new incarnation does not know of it.
    const rows = [...(stores[0] as FakeVatstore).rows.keys()];
    for (const vref of [...this.#recognizable]) {
      if (rows.includes(reachedByDataKey(vref as VRef))) continue;
      this.#reachable.delete(vref);
      const recognized = recognizedByDataPrefix(vref as VRef);
      if (!rows.some((key) => key.startsWith(recognized))) this.#recognizable.delete(vref);
    }
    this.#subscribed.clear();
    this.#upgraded = true;
    await this.start(stores);
  }

  async finish(): Promise<void> {
    await this.deliver(['bringOutYourDead']);
    if (this.isOver) return;
    this.checkRows();
    this.checkCounts();
  }

  checkRows(): void {
    const [ours, theirs] = this.sides.map(({ vat }) =>
      Object.fromEntries(
        [...vat.store.rows]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, value]) => [key, this.isReplay ? value : withoutVrefNames(value)]),
      ),
    );
    if (JSON.stringify(ours) !== JSON.stringify(theirs))
      this.#fail('the rows at the end', ours, theirs);
  }

  /** The counts in the vatstore are what a walk over all rows counts. */
  checkCounts(): void {
    const rows = (this.sides[0] as Side).vat.store.rows;
    const expected = new Map<string, number>();
    const count = (vref: string) => {
      const base = vref.split(':')[0] as string;
      if (/^o-|^o\+[vd]/.test(base)) expected.set(base, (expected.get(base) ?? 0) + 1);
    };
    const data = (text: string) => (JSON.parse(text) as { slots: string[] }).slots.forEach(count);
    const weak = new Set<string>();
    for (const [key, value] of rows) {
      if (/^vc\.\d+\.\|schemata$/.test(key) || /^vc\.\d+\.[^|]/.test(key)) data(value);
      const ordinal = /^vc\.(\d+)\.\|([opd].*)$/.exec(key);
      if (ordinal && !rows.has(`vc.${ordinal[1]}.|entryCount`)) weak.add(ordinal[1] as string);
      else if (ordinal) count(ordinal[2] as string);
      if (/^vom\.o/.test(key)) {
        for (const { slots } of Object.values(
          JSON.parse(value) as Record<string, { slots: string[] }>,
        )) {
          slots.forEach(count);
        }
      }
      if (/^vom\.dkind\.\d+\.descriptor$/.test(key)) {
        (
          JSON.parse(value) as { stateShapeCapData?: { slots: string[] } }
        ).stateShapeCapData?.slots.forEach(count);
      }
      if (/^(baggageID|watcherTableID|watchedPromiseTableID)$/.test(key)) count(value);
    }
    for (const [key, value] of rows) {
      const rc = /^vom\.rc\.(.*)$/.exec(key);
      if (!rc) continue;
      if (expected.get(rc[1] as string) !== Number(value)) {
        throw Error(
          `${rc[1]} is counted ${value} times and named ${expected.get(rc[1] as string)} times`,
        );
      }
      expected.delete(rc[1] as string);
    }
    if (expected.size > 0) throw Error(`not counted: ${JSON.stringify([...expected])}`);
  }
}

import { M } from '@endo/patterns';
const patterns = [undefined, M.any(), M.string(), M.number(), 'a', M.gte(1), M.remotable()];
