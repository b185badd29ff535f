/**
 * Syscalls work during a crank only. A vat has no timers, so code of its own
 * cannot run between cranks; should it be given some power that lets it, this
 * is what it meets.
 */
import type { LiveSlotsSyscall } from '@cooperage/types';

export interface CrankGate {
  /** The syscalls, which throw while the gate is closed. */
  readonly syscall: LiveSlotsSyscall;
  open(): void;
  close(): void;
  /** Opens for the length of a call, if need be. */
  during<T>(look: () => T): T;
}

export const makeCrankGate = (syscall: LiveSlotsSyscall): CrankGate => {
  let isOpen = false;
  const pass = (): LiveSlotsSyscall => {
    if (!isOpen) throw new Error('a vat can make syscalls during its cranks only');
    return syscall;
  };
  return {
    syscall: {
      send: (target, methargs, result) => pass().send(target, methargs, result),
      callNow: (target, method, args) => pass().callNow(target, method, args),
      subscribe: (vpid) => pass().subscribe(vpid),
      resolve: (resolutions) => pass().resolve(resolutions),
      exit: (isFailure, info) => pass().exit(isFailure, info),
      vatstoreGet: (key) => pass().vatstoreGet(key),
      vatstoreGetNextKey: (priorKey) => pass().vatstoreGetNextKey(priorKey),
      vatstoreSet: (key, value) => pass().vatstoreSet(key, value),
      vatstoreDelete: (key) => pass().vatstoreDelete(key),
      dropImports: (vrefs) => pass().dropImports(vrefs),
      retireImports: (vrefs) => pass().retireImports(vrefs),
      retireExports: (vrefs) => pass().retireExports(vrefs),
      abandonExports: (vrefs) => pass().abandonExports(vrefs),
    },
    open() {
      isOpen = true;
    },
    close() {
      isOpen = false;
    },
    during(look) {
      const before = isOpen;
      isOpen = true;
      try {
        return look();
      } finally {
        isOpen = before;
      }
    },
  };
};
