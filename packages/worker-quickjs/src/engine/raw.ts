/** What the engine's module exports, of which all else is left out. */
import type { FUEL, STARVED } from './instrument.js';

export type Pointer = number;

/** The exports that are used; everything else is left out of the module. */
export interface Raw {
  readonly memory: WebAssembly.Memory;
  readonly __stack_pointer: WebAssembly.Global<'i32'>;
  readonly [FUEL]: WebAssembly.Global<'i64'>;
  readonly [STARVED]: WebAssembly.Global<'i32'>;
  _initialize(): void;
  qjs_init(): number;
  qjs_set_interrupt_handler(on: number): void;
  qjs_set_promise_rejection_handler(on: number): void;
  qjs_set_memory_limit(bytes: number): void;
  qjs_set_max_stack_size(bytes: number): void;
  qjs_run_gc(): void;
  qjs_compile(
    code: Pointer,
    length: number,
    name: Pointer,
    flags: number,
    strip: number,
    outLength: Pointer,
  ): Pointer;
  qjs_eval(code: Pointer, length: number, name: Pointer, flags: number): Pointer;
  qjs_eval_bytecode(code: Pointer, length: number): Pointer;
  qjs_new_string(text: Pointer, length: number): Pointer;
  qjs_get_undefined(): Pointer;
  qjs_get_string_len(value: Pointer, outLength: Pointer): Pointer;
  qjs_free_cstring(text: Pointer): void;
  qjs_is_exception(value: Pointer): number;
  qjs_is_undefined(value: Pointer): number;
  qjs_free_value(value: Pointer): void;
  qjs_get_global(): Pointer;
  qjs_get_prop_string(object: Pointer, name: Pointer): Pointer;
  qjs_set_prop_string(object: Pointer, name: Pointer, value: Pointer): number;
  qjs_call(callee: Pointer, self: Pointer, count: number, values: Pointer): Pointer;
  qjs_new_host_function(name: Pointer, length: number, count: number): Pointer;
  qjs_is_job_pending(): number;
  qjs_execute_pending_job(): number;
  qjs_get_exception(): Pointer;
  qjs_get_value_ptr(value: Pointer): Pointer;
  wasm_malloc(bytes: number): Pointer;
  wasm_free(pointer: Pointer): void;
}

export const EXPORTS: ReadonlySet<string> = new Set([
  'memory',
  '__stack_pointer',
  '_initialize',
  'qjs_init',
  'qjs_set_interrupt_handler',
  'qjs_set_promise_rejection_handler',
  'qjs_set_memory_limit',
  'qjs_set_max_stack_size',
  'qjs_run_gc',
  'qjs_compile',
  'qjs_eval',
  'qjs_eval_bytecode',
  'qjs_new_string',
  'qjs_get_undefined',
  'qjs_get_string_len',
  'qjs_free_cstring',
  'qjs_is_exception',
  'qjs_is_undefined',
  'qjs_free_value',
  'qjs_get_global',
  'qjs_get_prop_string',
  'qjs_set_prop_string',
  'qjs_call',
  'qjs_new_host_function',
  'qjs_is_job_pending',
  'qjs_execute_pending_job',
  'qjs_get_exception',
  'qjs_get_value_ptr',
  'wasm_malloc',
  'wasm_free',
]);
