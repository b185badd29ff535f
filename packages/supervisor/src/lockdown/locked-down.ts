/** Whether this realm is fit for vats: hardened intrinsics, compartments, and eventual sends. */
export const isLockedDown = (): boolean => {
  const global = globalThis as Readonly<Record<string, unknown>>;
  return (
    typeof global['harden'] === 'function' &&
    typeof global['Compartment'] === 'function' &&
    typeof global['HandledPromise'] === 'function' &&
    Object.isFrozen(Object.prototype)
  );
};
