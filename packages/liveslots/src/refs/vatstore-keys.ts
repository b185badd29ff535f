/** Walks over the vatstore's keys, in the order of their code units. */
import type { LiveSlotsSyscall } from '@cooperage/types';

type Walkable = Pick<LiveSlotsSyscall, 'vatstoreGetNextKey'>;

/** All keys that start with `prefix`, but for `prefix` itself. The current key may be deleted meanwhile. */
export function* keysWithPrefix(syscall: Walkable, prefix: string): Generator<string, void> {
  let key = syscall.vatstoreGetNextKey(prefix);
  while (key?.startsWith(prefix)) {
    yield key;
    key = syscall.vatstoreGetNextKey(key);
  }
}

/**
 * The keys from `start` to below `end`.
 *
 * @param check called when the iteration continues after user code ran
 */
export function* keysBetween(
  syscall: Walkable & Pick<LiveSlotsSyscall, 'vatstoreGet'>,
  start: string,
  end: string,
  check: () => void,
): Generator<string, void> {
  let key: string | undefined =
    syscall.vatstoreGet(start) === undefined ? syscall.vatstoreGetNextKey(start) : start;
  while (key !== undefined && key < end) {
    yield key;
    check();
    key = syscall.vatstoreGetNextKey(key);
  }
}
