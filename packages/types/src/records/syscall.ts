/**
 * Syscalls: vat to kernel, pure data, tuples headed by their tag. A vat makes
 * them with vrefs; the vat manager turns them into the same tuples with krefs.
 */
import type { CapData } from '../data/capdata.js';
import type { Message } from './delivery.js';
import type { KObject, KPromise, KRef, VRef } from '../refs.js';

type VatstoreSyscall =
  | readonly [tag: 'vatstoreGet', key: string]
  | readonly [tag: 'vatstoreGetNextKey', priorKey: string]
  | readonly [tag: 'vatstoreSet', key: string, value: string]
  | readonly [tag: 'vatstoreDelete', key: string];

type ReferenceSyscall<ObjectRef extends string> = readonly [
  tag: 'dropImports' | 'retireImports' | 'retireExports' | 'abandonExports',
  refs: readonly ObjectRef[],
];

type Syscall<Ref extends string, ObjectRef extends Ref, PromiseRef extends Ref> =
  | readonly [tag: 'send', target: ObjectRef | PromiseRef, message: Message<Ref>]
  | readonly [tag: 'callNow', target: Ref, method: string, args: CapData<Ref>]
  | readonly [tag: 'subscribe', promise: PromiseRef]
  | readonly [
      tag: 'resolve',
      resolutions: readonly (readonly [
        promise: PromiseRef,
        isReject: boolean,
        data: CapData<Ref>,
      ])[],
    ]
  | readonly [tag: 'exit', isFailure: boolean, info: CapData<Ref>]
  | ReferenceSyscall<ObjectRef>
  | VatstoreSyscall;

export type VatSyscallObject = Syscall<VRef, VRef, VRef>;
export type KernelSyscallObject = Syscall<KRef, KObject, KPromise>;
export type SyscallTag = VatSyscallObject[0];

/** What a syscall gives back to the vat within its crank. */
export type VatSyscallResult =
  | readonly [tag: 'ok', data: CapData<VRef> | string | readonly string[] | null]
  | readonly [tag: 'error', message: string];

/** Tags whose result the vat sees: a replay needs what was answered then. */
export const READING_SYSCALLS: ReadonlySet<SyscallTag> = new Set([
  'vatstoreGet',
  'vatstoreGetNextKey',
  'callNow',
] as const);
