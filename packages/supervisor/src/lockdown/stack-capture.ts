/**
 * `Error.captureStackTrace` and `Error.prepareStackTrace`, which SES gives to vats on V8 only, without their power. Packages
 * call the first one without looking for it, and vats find the same on each engine.
 */

const capture = {
  captureStackTrace(target: object): void {
    // Errors have one that they inherit.
    if ('stack' in target) return;
    Object.defineProperty(target, 'stack', { value: '', writable: true, configurable: true });
  },
  get prepareStackTrace(): () => string {
    return () => '';
  },
  set prepareStackTrace(_) {
    // As on V8, an assignment is allowed and has no effect.
  },
};

/** After SES has repaired the intrinsics, and before it hardens them. */
export const provideStackCapture = (): void => {
  // The one that vats share: that of the realm itself has its power still.
  const shared = Error.prototype.constructor;
  if (Object.hasOwn(shared, 'captureStackTrace')) return;
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(capture))) {
    Object.defineProperty(shared, name, { ...descriptor, enumerable: false });
  }
};
