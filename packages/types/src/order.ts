/**
 * In which order a kernel retires what vats did.
 *
 * * `arrival`: records are retired as they arrive; the fastest.
 * * `issue`: in the order in which their deliveries were issued, whatever order they arrive in; with
 *   deterministic vats the whole kernel is deterministic.
 * * `sequential`: one delivery at a time, in the order in which they were issued; for debugging.
 * * `adversarial`: one delivery at a time, in any order that the guarantee permits; for testing vats.
 */
export type Order = 'arrival' | 'issue' | 'sequential' | 'adversarial';

export const ORDERS: readonly Order[] = ['arrival', 'issue', 'sequential', 'adversarial'];
