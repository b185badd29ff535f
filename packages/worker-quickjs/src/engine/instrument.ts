/**
 * Counts instructions: rewrites a WebAssembly module so that it takes what it runs from a counter, and calls
 * the host when the counter is below zero. Built-in functions of the engine are instructions like any others,
 * so nothing that a vat can ask for escapes.
 *
 * The engine itself asks the host now and then while it interprets the code of a vat. Where nothing is to be
 * counted, its built-in functions are all that is left to be guarded.
 *
 * The module's own functions keep their numbers, so that memory (with its function pointers) can be exchanged
 * between differently instrumented modules.
 */
import { nameBytes, positive, u32, WasmReader, WasmWriter } from './wasm-bytes.js';
import { endsStraightCode, EXTENDED, OP, skipOperands } from './wasm-instructions.js';

export interface Instrumentation {
  /**
   * `instructions`: every one counts; the same work takes the same number, on every machine.
   * `loops`: only turns of loops outside of the interpreter count, as one each: enough to be stopped.
   * `nothing`: what runs is the engine's own code.
   */
  readonly count: 'instructions' | 'loops' | 'nothing';
  /** An import without parameters that gives an `i32`. Called when the counter is below zero. */
  readonly interrupt: string;
  /** An exported function that the engine calls when there is no memory; the host is called first. */
  readonly outOfMemory: string;
  /** Exports that are kept. Fewer make an instance sooner. */
  readonly exports: ReadonlySet<string>;
}

/** What is exported beside the module's own. */
export const FUEL = 'fuel';
/** 1 while the engine has no memory. */
export const STARVED = 'starved';

const SECTION = { types: 1, imports: 2, functions: 3, globals: 6, exports: 7, code: 10 } as const;
const KIND = { function: 0, table: 1, memory: 2, global: 3 } as const;
const I32 = 0x7f;
const I64 = 0x7e;
/** Bytes that `memory.copy` moves for what one instruction costs. */
const COPY_SHIFT = 3;

interface Section {
  readonly id: number;
  readonly body: Uint8Array;
}

const sectionsOf = (wasm: Uint8Array): Section[] => {
  const reader = new WasmReader(wasm, 8);
  const sections: Section[] = [];
  while (reader.at < wasm.length) {
    const id = reader.byte();
    const length = reader.u32();
    sections.push({ id, body: wasm.subarray(reader.at, reader.at + length) });
    reader.at += length;
  }
  return sections;
};

const bodyOf = (sections: readonly Section[], id: number): Uint8Array => {
  const section = sections.find((each) => each.id === id);
  if (section === undefined) throw Error(`the module has no section ${id}`);
  return section.body;
};

/** Functions that are imported, and the number of the one named. */
const importedFunctions = (body: Uint8Array, wanted: string) => {
  const reader = new WasmReader(body);
  let count = 0;
  let found: number | undefined;
  for (let left = reader.u32(); left > 0; left -= 1) {
    reader.name();
    const name = reader.name();
    const kind = reader.byte();
    if (kind !== KIND.function) throw Error(`the module imports ${name}, which is not a function`);
    if (name === wanted) found = count;
    reader.skipNumber();
    count += 1;
  }
  if (found === undefined) throw Error(`the module does not import ${wanted}`);
  return { count, found };
};

interface Export {
  readonly name: string;
  readonly kind: number;
  readonly index: number;
}

const exportsOf = (body: Uint8Array): Export[] => {
  const reader = new WasmReader(body);
  return Array.from({ length: reader.u32() }, () => ({
    name: reader.name(),
    kind: reader.byte(),
    index: reader.u32(),
  }));
};

const countOf = (body: Uint8Array): number => new WasmReader(body).u32();

/** A vector with more at its end. */
const extended = (body: Uint8Array, ...more: readonly (readonly number[])[]): Uint8Array => {
  const reader = new WasmReader(body);
  const count = reader.u32();
  const writer = new WasmWriter();
  writer.append(u32(count + more.length));
  writer.append(body.subarray(reader.at));
  for (const each of more) writer.append(each);
  return writer.done();
};

interface Numbers {
  readonly fuel: number;
  readonly interrupt: number;
  /** Functions that were added, which copy and fill memory for a price. */
  readonly copy: number;
  readonly fill: number;
}

const take = ({ fuel }: Numbers, count: number): number[] => [
  ...[OP.globalGet, ...u32(fuel), OP.i64Const, ...positive(count)],
  ...[OP.i64Sub, OP.globalSet, ...u32(fuel)],
];
const check = ({ fuel, interrupt }: Numbers): number[] => [
  ...[OP.globalGet, ...u32(fuel), OP.i64Const, 0, OP.i64LtS],
  ...[OP.if, OP.empty, OP.call, ...u32(interrupt), OP.drop, OP.end],
];

/** `(to, from-or-value, length)`: takes for its length, and does it. */
const pricedFunction = (numbers: Numbers, instruction: readonly number[]): number[] => {
  const { fuel } = numbers;
  const code = [
    0,
    ...[OP.globalGet, ...u32(fuel), OP.localGet, 2, OP.i64ExtendUnsigned],
    ...[OP.i64Const, COPY_SHIFT, OP.i64ShrU, OP.i64Sub, OP.globalSet, ...u32(fuel)],
    ...check(numbers),
    ...[OP.localGet, 0, OP.localGet, 1, OP.localGet, 2],
    ...instruction,
    OP.end,
  ];
  return [...u32(code.length), ...code];
};

/** The code of a function, without its locals, and with them all that precedes it. */
const codeOf = (body: Uint8Array): WasmReader => {
  const reader = new WasmReader(body);
  for (let groups = reader.u32(); groups > 0; groups -= 1) {
    reader.u32();
    reader.byte();
  }
  return reader;
};

/** The instruction before `reader.at`, or what takes its place. */
const priced = (
  reader: WasmReader,
  start: number,
  op: number,
  second: number | undefined,
  { copy, fill }: Numbers,
): ArrayLike<number> => {
  if (op === OP.extended && second === EXTENDED.memoryCopy) return [OP.call, ...u32(copy)];
  if (op === OP.extended && second === EXTENDED.memoryFill) return [OP.call, ...u32(fill)];
  return reader.slice(start);
};

const countInstructions = (reader: WasmReader, end: number, numbers: Numbers): Uint8Array => {
  const writer = new WasmWriter();
  /** Straight code that was read and not written, its beginnings and how much it is. */
  const pending = new WasmWriter();
  let cost = 1;
  let checked = true;

  const flush = (): void => {
    if (cost > 0) writer.append(take(numbers, cost));
    if (checked) writer.append(check(numbers));
    writer.append(pending.written);
    pending.clear();
    cost = 0;
    checked = false;
  };
  while (reader.at < end) {
    const start = reader.at;
    const op = reader.byte();
    const second = skipOperands(reader, op);
    pending.append(priced(reader, start, op, second, numbers));
    cost += 1;
    if (!endsStraightCode(op)) continue;
    flush();
    checked = op === OP.loop;
  }
  flush();
  return writer.done();
};

const countLoops = (reader: WasmReader, end: number, numbers: Numbers): Uint8Array => {
  const writer = new WasmWriter();
  while (reader.at < end) {
    const start = reader.at;
    const op = reader.byte();
    const second = skipOperands(reader, op);
    writer.append(priced(reader, start, op, second, numbers));
    if (op === OP.loop) writer.append([...take(numbers, 1), ...check(numbers)]);
  }
  return writer.done();
};

export const instrument = (
  wasm: Uint8Array,
  { count, interrupt, outOfMemory, exports }: Instrumentation,
): Uint8Array<ArrayBuffer> => {
  const sections = sectionsOf(wasm);
  const imported = importedFunctions(bodyOf(sections, SECTION.imports), interrupt);
  const defined = countOf(bodyOf(sections, SECTION.functions));
  const globals = countOf(bodyOf(sections, SECTION.globals));
  const types = countOf(bodyOf(sections, SECTION.types));
  const own = exportsOf(bodyOf(sections, SECTION.exports));
  const starving = own.find(({ name }) => name === outOfMemory);
  if (starving === undefined) throw Error(`the module does not export ${outOfMemory}`);

  const fuel = globals;
  const starved = globals + 1;
  const numbers: Numbers = {
    fuel,
    interrupt: imported.found,
    copy: imported.count + defined,
    fill: imported.count + defined + 1,
  };

  const rewriteFunction = (body: Uint8Array, index: number, isInterpreter: boolean): Uint8Array => {
    const reader = codeOf(body);
    const writer = new WasmWriter();
    writer.append(reader.slice(0));
    if (index === starving.index) {
      writer.append([OP.i32Const, 1, OP.globalSet, ...u32(starved)]);
      writer.append([OP.call, ...u32(imported.found), OP.drop]);
    }
    if (count === 'instructions') writer.append(countInstructions(reader, body.length, numbers));
    else if (count === 'loops' && !isInterpreter) {
      writer.append(countLoops(reader, body.length, numbers));
    } else writer.append(body.subarray(reader.at));
    return writer.done();
  };

  const rewriteCode = (body: Uint8Array): Uint8Array => {
    const reader = new WasmReader(body);
    const functions = Array.from({ length: reader.u32() }, () => {
      const length = reader.u32();
      const from = reader.at;
      reader.at += length;
      return reader.slice(from);
    });
    // No other function is nearly as large.
    const largest = Math.max(...functions.map(({ length }) => length));
    const writer = new WasmWriter();
    writer.append(u32(functions.length + 2));
    functions.forEach((each, i) => {
      const rewritten = rewriteFunction(each, imported.count + i, each.length === largest);
      writer.append(u32(rewritten.length));
      writer.append(rewritten);
    });
    writer.append(pricedFunction(numbers, [OP.extended, EXTENDED.memoryCopy, 0, 0]));
    writer.append(pricedFunction(numbers, [OP.extended, EXTENDED.memoryFill, 0]));
    return writer.done();
  };

  const rewriteExports = (): Uint8Array => {
    const kept = own.filter(({ name }) => exports.has(name));
    const all: Export[] = [
      ...kept,
      { name: FUEL, kind: KIND.global, index: fuel },
      { name: STARVED, kind: KIND.global, index: starved },
    ];
    const writer = new WasmWriter();
    writer.append(u32(all.length));
    for (const { name, kind, index } of all) {
      writer.append([...nameBytes(name), kind, ...u32(index)]);
    }
    return writer.done();
  };

  const rewrite = ({ id, body }: Section): Uint8Array => {
    switch (id) {
      case SECTION.types:
        return extended(body, [0x60, 3, I32, I32, I32, 0]);
      case SECTION.functions:
        return extended(body, u32(types), u32(types));
      case SECTION.globals:
        return extended(body, [I64, 1, OP.i64Const, 0, OP.end], [I32, 1, OP.i32Const, 0, OP.end]);
      case SECTION.exports:
        return rewriteExports();
      case SECTION.code:
        return rewriteCode(body);
      default:
        return body;
    }
  };

  const writer = new WasmWriter();
  writer.append(wasm.subarray(0, 8));
  for (const section of sections) {
    // Names and notes for tools would no longer fit.
    if (section.id === 0) continue;
    const body = rewrite(section);
    writer.append([section.id, ...u32(body.length)]);
    writer.append(body);
  }
  return writer.done();
};
