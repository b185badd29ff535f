import { closeSync, openSync, readSync } from 'node:fs';

/** Nanoseconds that this thread has been on a processor; undefined where the system does not say. */
const openProcessorClock = () => {
  try {
    // The thread that JavaScript begins on has the number of its process.
    const file = openSync(`/proc/self/task/${process.pid}/schedstat`, 'r');
    const bytes = Buffer.alloc(80);
    return {
      read: () => Number.parseInt(bytes.latin1Slice(0, readSync(file, bytes, 0, 80, 0)), 10),
      close: () => closeSync(file),
    };
  } catch {
    return undefined;
  }
};

/**
 * How long this thread lets a timer wait, in milliseconds: by the clock, and on the processor. On a machine with other
 * work the clock counts that work, too; the processor's time is what this thread itself took.
 */
export const watchStalls = () => {
  const processor = openProcessorClock();
  let last = performance.now();
  let lastOn = processor?.read() ?? 0;
  const none = () => ({ clock: 0, processor: 0, began: 0, ended: 0 });
  /** The longest by the clock, and the longest on the processor. */
  let byClock = none();
  let byProcessor = none();
  const timer = setInterval(() => {
    const now = performance.now();
    const on = processor?.read() ?? 0;
    const stall = { clock: now - last, processor: (on - lastOn) / 1e6, began: last, ended: now };
    if (stall.clock > byClock.clock) byClock = stall;
    if (stall.processor > byProcessor.processor) byProcessor = stall;
    last = now;
    lastOn = on;
  }, 1);
  timer.unref();
  return {
    begin: () => {
      byClock = none();
      byProcessor = none();
      last = performance.now();
      lastOn = processor?.read() ?? 0;
    },
    longest: () => byClock.clock,
    /** The longest time on the processor; by the clock where the system does not say. */
    longestOnProcessor: () => (processor === undefined ? byClock.clock : byProcessor.processor),
    /** When that began and ended, by `performance.now()`. */
    longestSpan: () => (processor === undefined ? byClock : byProcessor),
    stop: () => {
      clearInterval(timer);
      processor?.close();
    },
  };
};
