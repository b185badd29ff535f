/** The heap that vats start from: the engine with lockdown, supervisor and liveslots in it, and nothing else. */
import type { Engine, MachinePowers } from './engine/engine.js';
import { differenceOf } from './heap-delta.js';
import { formatWholeImage } from './heap-image.js';

const NO_POWERS: MachinePowers = { host: () => undefined, poll: () => undefined };

/** @param programs compiled: the one of this package, then what replaces its liveslots */
export const bootBaseImage = (engine: Engine, programs: readonly Uint8Array[]): Uint8Array => {
  const machine = engine.boot(programs, NO_POWERS);
  const delta = differenceOf(machine.memory(), new Uint8Array(0));
  return formatWholeImage(delta, { engine: engine.id, state: machine.state(), n: 0 });
};
