/** The engine at hand: QuickJS-ng as `quickjs-wasi` builds it, driven over its raw exports. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type Build,
  type Engine,
  type Machine,
  type MachinePowers,
  MachineStopped,
  type MachineState,
} from './engine.js';
import { builtEngine } from '../built-files.js';
import { extentsOf } from '../heap-delta.js';
import { FUEL, instrument, STARVED } from './instrument.js';
import { EXPORTS, type Pointer, type Raw } from './raw.js';
import { decodeText, encodeText } from './wtf8.js';

/**
 * Bytes of the engine's own stack that recursion may use. More, and how deep a vat gets would depend on the
 * stack of the thread that runs it.
 */
const MAX_STACK = 256 * 1024;
/** Scripts are strict code. */
const STRICT = 1 << 3;
/** Strips texts and line numbers from compiled scripts: every heap holds a copy of these, and they are not debugged. */
const STRIP = (1 << 4) | (1 << 5);
/**
 * What is counted between two questions whether the machine may go on: a millisecond, and a tenth of a second where
 * each turn of a loop is much work and counts as one.
 */
const SLICE = 250_000n;
/** Interrupts that telling a stack may take: a heap that is in a bad state could loop without end. */
const PATIENCE = 1_000;

const PAGE = 65_536;
/** Bytes of the free blocks that are cleared, largest first. */
const FREE_BLOCKS = [65_536, 16_384, 4_096, 1_024];

/** An instance of the module, and who has it at the time. */
interface Holder {
  raw: Raw | undefined;
  powers: MachinePowers;
  machine: QuickJSMachine | undefined;
}

const view = (raw: Raw): DataView => new DataView(raw.memory.buffer);
const bytesOf = (raw: Raw): Uint8Array => new Uint8Array(raw.memory.buffer);

const write = (raw: Raw, bytes: Uint8Array): Pointer => {
  const pointer = raw.wasm_malloc(bytes.length + 1);
  if (pointer === 0) {
    throw new MachineStopped('out-of-memory', 'the heap has no room for the text that it is given');
  }
  const memory = bytesOf(raw);
  memory.set(bytes, pointer);
  memory[pointer + bytes.length] = 0;
  return pointer;
};

const withText = <T>(raw: Raw, text: string, use: (at: Pointer, length: number) => T): T => {
  const bytes = encodeText(text);
  const pointer = write(raw, bytes);
  const result = use(pointer, bytes.length);
  raw.wasm_free(pointer);
  return result;
};

const readText = (raw: Raw, value: Pointer): string => {
  const out = raw.wasm_malloc(4);
  if (out === 0) throw new MachineStopped('out-of-memory', 'the heap has no room for a number');
  const start = raw.qjs_get_string_len(value, out);
  const length = view(raw).getUint32(out, true);
  raw.wasm_free(out);
  if (start === 0) return '';
  const text = decodeText(bytesOf(raw).slice(start, start + length));
  raw.qjs_free_cstring(start);
  return text;
};

const readMember = (raw: Raw, object: Pointer, name: string): string => {
  const value = withText(raw, name, (at) => raw.qjs_get_prop_string(object, at));
  const text = raw.qjs_is_undefined(value) === 1 ? '' : readText(raw, value);
  raw.qjs_free_value(value);
  return text;
};

const throwException = (raw: Raw): never => {
  const exception = raw.qjs_get_exception();
  const error = new Error(readMember(raw, exception, 'message') || readText(raw, exception));
  error.stack = readMember(raw, exception, 'stack');
  raw.qjs_free_value(exception);
  throw error;
};

const importsFor = (holder: Holder) => {
  const rawOf = (): Raw => holder.raw as Raw;
  return {
    env: {
      host_get_timezone_offset: () => 0,
      host_interrupt: () => {
        holder.machine?.interrupted();
        return 0;
      },
      host_promise_rejection: (promise: Pointer, reason: Pointer, isHandled: number) => {
        holder.machine?.rejected(promise, reason, isHandled !== 0);
      },
      host_module_normalize: () => 0,
      host_module_load: () => 0,
      host_call: (_name: Pointer, _length: number, _self: Pointer, count: number, at: Pointer) => {
        const raw = rawOf();
        const argument = (i: number) => readText(raw, view(raw).getUint32(at + 4 * i, true));
        if (count < 2) return raw.qjs_get_undefined();
        const operation = argument(0);
        if (operation === 'collect') {
          raw.qjs_run_gc();
          return raw.qjs_get_undefined();
        }
        const answer = holder.powers.host(operation, argument(1));
        if (answer === undefined) return raw.qjs_get_undefined();
        return withText(raw, answer, (start, length) => raw.qjs_new_string(start, length));
      },
    },
    // Neither time nor chance: two boots make the same memory.
    wasi_snapshot_preview1: {
      clock_time_get: (_clock: number, _precision: bigint, result: Pointer) => {
        view(rawOf()).setBigUint64(result, 0n, true);
        return 0;
      },
      fd_close: () => 52,
      fd_fdstat_get: () => 8,
      fd_seek: () => 52,
      fd_write: () => 8,
      random_get: (at: Pointer, length: number) => {
        bytesOf(rawOf()).fill(7, at, at + length);
        return 0;
      },
    },
  };
};

class QuickJSMachine implements Machine {
  readonly #raw: Raw;
  readonly #powers: MachinePowers;
  /** The program's `receive`. */
  readonly #receive: Pointer;
  /** Unhandled rejections, by the address of the promise, with their reasons. */
  readonly #unhandled = new Map<Pointer, readonly [promise: Pointer, reason: Pointer]>();
  #granted = 0n;
  /** How often it may ask whether to go on while it tells its stack. */
  #asking = 0;
  #limit: bigint | undefined;

  constructor(raw: Raw, powers: MachinePowers, receive: Pointer) {
    this.#raw = raw;
    this.#powers = powers;
    this.#receive = receive;
  }

  interrupted(): void {
    const raw = this.#raw;
    if (this.#asking > 0) {
      this.#asking -= 1;
      return;
    }
    if (raw[STARVED].value !== 0) {
      throw new MachineStopped(
        'out-of-memory',
        'the heap is larger than the memoryLimit of the vat',
      );
    }
    // The engine asks as well, every so many jumps and calls of the vat's code.
    const isSpent = raw[FUEL].value < 0n;
    if (isSpent && this.#granted === this.#limit) {
      throw new MachineStopped('exhausted', `more than ${this.#limit} computrons in one crank`);
    }
    const stop = this.#powers.poll();
    if (stop !== undefined) {
      const [reason, message] = stop;
      const stack = reason === 'time-limit' ? this.#lastStack() : '';
      throw new MachineStopped(reason, message, stack);
    }
    if (isSpent) this.#grant();
  }

  /**
   * What is running, from a machine that will not go on: it was interrupted anywhere, perhaps in the middle of its own
   * bookkeeping, so that the question may fail, too.
   */
  #lastStack(): string {
    this.#asking = PATIENCE;
    this.#raw[FUEL].value = SLICE;
    try {
      return this.#callWith('stack', '') ?? '';
    } catch {
      return '';
    } finally {
      this.#asking = 0;
    }
  }

  /** More to run with, up to the limit. A balance below zero then means that the limit is exceeded. */
  #grant(): void {
    const left = this.#limit === undefined ? SLICE : this.#limit - this.#granted;
    const slice = left < SLICE ? left : SLICE;
    this.#granted += slice;
    this.#raw[FUEL].value += slice;
  }

  startMeter(limit: number | undefined): void {
    this.#limit = limit === undefined ? undefined : BigInt(limit);
    this.#raw[FUEL].value = 0n;
    this.#granted = 0n;
    this.#grant();
  }

  get used(): number {
    return Number(this.#granted - this.#raw[FUEL].value);
  }

  rejected(promise: Pointer, reason: Pointer, isHandled: boolean): void {
    const raw = this.#raw;
    const address = raw.qjs_get_value_ptr(promise);
    if (!isHandled) {
      this.#unhandled.set(address, [promise, reason]);
      return;
    }
    const known = this.#unhandled.get(address);
    this.#unhandled.delete(address);
    for (const value of [...(known ?? []), promise, reason]) raw.qjs_free_value(value);
  }

  call(operation: string, text: string): string | undefined {
    const result = this.#callWith(operation, text);
    this.#runJobs();
    while (this.#unhandled.size > 0) {
      const all = [...this.#unhandled.values()];
      this.#unhandled.clear();
      for (const [promise, reason] of all) {
        this.#callWith('unhandled', '', reason);
        this.#raw.qjs_free_value(promise);
        this.#raw.qjs_free_value(reason);
      }
      this.#runJobs();
    }
    return result;
  }

  /** Calls `receive(operation, text, value?)`. */
  #callWith(operation: string, text: string, value?: Pointer): string | undefined {
    const raw = this.#raw;
    const toString = (at: Pointer, length: number) => raw.qjs_new_string(at, length);
    const strings = [withText(raw, operation, toString), withText(raw, text, toString)];
    const values = value === undefined ? strings : [...strings, value];
    const list = raw.wasm_malloc(4 * values.length);
    values.forEach((each, i) => view(raw).setUint32(list + 4 * i, each, true));
    const self = raw.qjs_get_undefined();
    const result = raw.qjs_call(this.#receive, self, values.length, list);
    raw.wasm_free(list);
    raw.qjs_free_value(self);
    for (const each of strings) raw.qjs_free_value(each);
    if (raw.qjs_is_exception(result) === 1) {
      raw.qjs_free_value(result);
      return throwException(raw);
    }
    const answer = raw.qjs_is_undefined(result) === 1 ? undefined : readText(raw, result);
    raw.qjs_free_value(result);
    return answer;
  }

  /** Promise jobs, then what waits for there being none, until nothing is left to do. */
  #runJobs(): void {
    const raw = this.#raw;
    do {
      while (raw.qjs_is_job_pending() === 1) {
        if (raw.qjs_execute_pending_job() < 0) throwException(raw);
      }
    } while (this.#callWith('idle', '') !== undefined);
  }

  memory(): Uint8Array {
    this.#zeroDeadStack();
    return bytesOf(this.#raw);
  }

  state(): MachineState {
    const raw = this.#raw;
    return {
      size: this.size,
      registers: [raw.__stack_pointer.value, this.#receive],
    };
  }

  get size(): number {
    return this.#raw.memory.buffer.byteLength;
  }

  /** The stack is at the bottom of the memory and grows down; nothing is on it between two calls. */
  #zeroDeadStack(): void {
    const end = this.#raw.__stack_pointer.value;
    const from = Math.max(0, end - 2 * MAX_STACK);
    // Pages that were never touched take no memory, and reading does not touch them.
    for (const [start, stop] of extentsOf(bytesOf(this.#raw).subarray(from, end))) {
      bytesOf(this.#raw).fill(0, from + start, from + stop);
    }
  }

  tidy(): void {
    const raw = this.#raw;
    // Once is not enough: what a collection frees leaves marks that the next one takes away.
    raw.qjs_run_gc();
    raw.qjs_run_gc();
    const free: Pointer[] = [];
    for (const size of FREE_BLOCKS) {
      const before = raw.memory.buffer.byteLength;
      // Until the memory would have to grow.
      while (raw.memory.buffer.byteLength === before) {
        const block = raw.wasm_malloc(size);
        bytesOf(raw).fill(0, block, block + size);
        free.push(block);
      }
    }
    for (const block of free) raw.wasm_free(block);
  }
}

const COUNT = { metered: 'instructions', guarded: 'loops', plain: 'nothing' } as const;

const wasmFile = fileURLToPath(import.meta.resolve('quickjs-wasi/quickjs.wasm'));

/** The build, and the number of the way in which the programs of heaps and their hosts talk. */
const nameOf = (wasm: Uint8Array): string =>
  `quickjs-ng-${createHash('sha256').update(wasm).digest('hex').slice(0, 32)}-1`;

let id: string | undefined;

/** The `id` of the engine, without the engine. */
export const quickJSEngineID = (): string => (id ??= nameOf(readFileSync(wasmFile)));

/** The module of a build; made when this package is built, as it takes a while. */
export const instrumentFor = (build: Build): Uint8Array<ArrayBuffer> =>
  instrument(readFileSync(wasmFile), {
    count: COUNT[build],
    interrupt: 'host_interrupt',
    outOfMemory: 'JS_ThrowOutOfMemory',
    exports: EXPORTS,
  });

export const makeQuickJSEngine = (): Engine => {
  const compiled = new Map<Build, WebAssembly.Module>();
  /** Built when it is first wanted: most threads run vats of one kind. */
  const moduleFor = (build: Build): WebAssembly.Module => {
    const known = compiled.get(build);
    if (known !== undefined) return known;
    // Threads that compile the same bytes share what comes of it.
    const made = new WebAssembly.Module(builtEngine(build));
    compiled.set(build, made);
    return made;
  };

  interface Made {
    readonly raw: Raw;
    readonly run: (powers: MachinePowers, receive: Pointer) => QuickJSMachine;
  }
  const madeOf = new WeakMap<Machine, Made>();
  const instantiate = (build: Build, powers: MachinePowers): Made => {
    const holder: Holder = { raw: undefined, powers, machine: undefined };
    const instance = new WebAssembly.Instance(moduleFor(build), importsFor(holder));
    const raw = instance.exports as unknown as Raw;
    holder.raw = raw;
    const made: Made = {
      raw,
      run: (own, receive) => {
        const machine = new QuickJSMachine(raw, own, receive);
        holder.powers = own;
        holder.machine = machine;
        madeOf.set(machine, made);
        return machine;
      },
    };
    return made;
  };
  /** An instance whose memory is zeros: what the module writes at its start is part of the image. */
  const blank = (build: Build, powers: MachinePowers): Made => {
    const made = instantiate(build, powers);
    bytesOf(made.raw).fill(0, made.raw.__stack_pointer.value);
    return made;
  };

  const initialise = (powers: MachinePowers) => {
    const made = instantiate('plain', powers);
    made.raw._initialize();
    if (made.raw.qjs_init() !== 0) throw Error('the engine does not start');
    made.raw.qjs_set_max_stack_size(MAX_STACK);
    made.raw.qjs_set_interrupt_handler(1);
    return made;
  };

  return {
    id: quickJSEngineID(),
    compile: (script, name) => {
      const { raw } = initialise({ host: () => undefined, poll: () => undefined });
      const out = raw.wasm_malloc(4);
      const code = withText(raw, script, (at, length) =>
        withText(raw, name, (nameAt) => raw.qjs_compile(at, length, nameAt, STRICT, STRIP, out)),
      );
      if (code === 0) return throwException(raw);
      return bytesOf(raw).slice(code, code + view(raw).getUint32(out, true));
    },
    boot: (programs, powers) => {
      const { raw, run } = initialise(powers);
      const global = raw.qjs_get_global();
      withText(raw, 'host', (at, length) => {
        const host = raw.qjs_new_host_function(at, length, 2);
        raw.qjs_set_prop_string(global, at, host);
        raw.qjs_free_value(host);
      });
      for (const program of programs) {
        const code = write(raw, program);
        const result = raw.qjs_eval_bytecode(code, program.length);
        raw.wasm_free(code);
        if (raw.qjs_is_exception(result) === 1) throwException(raw);
        raw.qjs_free_value(result);
      }
      const receive = withText(raw, 'receive', (at) => raw.qjs_get_prop_string(global, at));
      raw.qjs_free_value(global);
      raw.qjs_set_promise_rejection_handler(1);
      const machine = run(powers, receive);
      machine.startMeter(undefined);
      machine.call('ready', '');
      machine.tidy();
      return machine;
    },
    restore: (state, fill, powers, limits, build, predecessor) => {
      const used = predecessor === undefined ? undefined : madeOf.get(predecessor);
      const { raw, run } = used ?? blank(build, powers);
      const missing = Math.ceil((state.size - raw.memory.buffer.byteLength) / PAGE);
      if (missing > 0) raw.memory.grow(missing);
      fill(bytesOf(raw));
      const [stackPointer = 0, receive = 0] = state.registers;
      raw.__stack_pointer.value = stackPointer;
      raw[STARVED].value = 0;
      raw.qjs_set_memory_limit(limits.memoryLimit);
      return run(powers, receive);
    },
  };
};
