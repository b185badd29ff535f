/** Which instruction stands where: enough of the encoding to walk through a function's body. */
import type { WasmReader } from './wasm-bytes.js';

export const OP = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  return: 0x0f,
  unreachable: 0x00,
  call: 0x10,
  callIndirect: 0x11,
  drop: 0x1a,
  localGet: 0x20,
  globalGet: 0x23,
  globalSet: 0x24,
  i32Const: 0x41,
  i64Const: 0x42,
  i64LtS: 0x53,
  i64Sub: 0x7d,
  i64ExtendUnsigned: 0xad,
  i64ShrU: 0x88,
  extended: 0xfc,
  empty: 0x40,
} as const;

/** Second bytes of instructions that begin with `0xfc`. */
export const EXTENDED = { memoryCopy: 10, memoryFill: 11 } as const;

const extendedOperands = (reader: WasmReader, code: number): void => {
  if (code <= 7) return;
  if (code > 17) throw Error(`unknown instruction 0xfc ${code}`);
  reader.skipNumber();
  // `memory.init`, `memory.copy`, `table.init` and `table.copy` name two things.
  if (code === 8 || code === 10 || code === 12 || code === 14) reader.skipNumber();
};

/**
 * Steps over the operands of the instruction `op`, which was just read.
 * @returns the second byte of an extended instruction
 */
export const skipOperands = (reader: WasmReader, op: number): number | undefined => {
  if (op === OP.extended) {
    const code = reader.u32();
    extendedOperands(reader, code);
    return code;
  }
  if (op === OP.brTable) {
    for (let count = reader.u32() + 1; count > 0; count -= 1) reader.skipNumber();
  } else if (op === 0x1c) {
    for (let count = reader.u32(); count > 0; count -= 1) reader.byte();
  } else if (op === 0x43) reader.at += 4;
  else if (op === 0x44) reader.at += 8;
  else if (op === OP.callIndirect || op === 0x13 || (op >= 0x28 && op <= 0x3e)) {
    reader.skipNumber();
    reader.skipNumber();
  } else if (
    (op >= OP.block && op <= OP.if) ||
    op === OP.br ||
    op === OP.brIf ||
    op === OP.call ||
    op === 0x12 ||
    (op >= 0x20 && op <= 0x26) ||
    (op >= 0x3f && op <= 0x42) ||
    op === 0xd0 ||
    op === 0xd2
  ) {
    reader.skipNumber();
  } else if (!isPlain(op)) throw Error(`unknown instruction 0x${op.toString(16)}`);
  return undefined;
};

const isPlain = (op: number): boolean =>
  op <= 0x01 ||
  op === OP.else ||
  op === OP.end ||
  op === OP.return ||
  op === 0x1a ||
  op === 0x1b ||
  op === 0xd1 ||
  (op >= 0x45 && op <= 0xc4);

/** Control passes here or comes back from elsewhere: what follows may run another number of times. */
export const endsStraightCode = (op: number): boolean =>
  (op >= OP.loop && op <= OP.else) ||
  op === OP.end ||
  (op >= OP.br && op <= OP.return) ||
  op === OP.unreachable;
