/** A vat has no event loop to wait in: what is to happen later is a message of the timer service. */
const refuse = (name) => {
  throw TypeError(
    `vats have no ${name}(): a crank does not wait. Give the vat the timer service, and await ` +
      'E(timer).delay(milliseconds)',
  );
};

export const setTimeout = () => refuse('setTimeout');
export const setInterval = () => refuse('setInterval');
export const setImmediate = () => refuse('setImmediate');
export const requestAnimationFrame = () => refuse('requestAnimationFrame');

/** Nothing was set. */
export const clearTimeout = () => undefined;
export const clearInterval = () => undefined;
export const clearImmediate = () => undefined;
export const cancelAnimationFrame = () => undefined;
