/** The heap that vats start from: the engine with lockdown, supervisor and liveslots in it, and nothing else. */
import type { Engine, MachinePowers } from './engine/engine.js';
import { formatImage } from './heap-image.js';

const NOBODY: MachinePowers = { host: () => undefined, poll: () => undefined };

/** @param programs compiled: the one of this package, then what replaces its liveslots */
export const bootBaseImage = (engine: Engine, programs: readonly Uint8Array[]): Uint8Array => {
  const machine = engine.boot(programs, NOBODY);
  return formatImage(machine.memory(), { engine: engine.id, state: machine.state(), n: 0 });
};
