/**
 * A vat has no event loop to wait in: what is to happen later is a message of the timer service. What is to happen as
 * soon as the caller is done happens in this crank, among the promise jobs.
 */
const refuse = (name) => {
  throw TypeError(
    `vats have no ${name}() that waits: a crank does not wait. Give the vat the timer service, and await ` +
      'E(timer).delay(milliseconds)',
  );
};

let newest = 0;
const waiting = new Set();

const soon = (job, args) => {
  if (typeof job !== 'function') throw TypeError('a timer calls a function');
  newest += 1;
  const id = newest;
  waiting.add(id);
  Promise.resolve().then(() => {
    if (waiting.delete(id)) job(...args);
  });
  return id;
};
const clear = (id) => {
  waiting.delete(id);
};

export const setTimeout = (job, milliseconds = 0, ...args) =>
  Number(milliseconds) > 1 ? refuse('setTimeout') : soon(job, args);
export const setImmediate = (job, ...args) => soon(job, args);
export const setInterval = () => refuse('setInterval');
export const requestAnimationFrame = () => refuse('requestAnimationFrame');

export const clearTimeout = clear;
export const clearImmediate = clear;
export const clearInterval = clear;
export const cancelAnimationFrame = clear;

export default {
  clearImmediate,
  clearInterval,
  clearTimeout,
  setImmediate,
  setInterval,
  setTimeout,
};
