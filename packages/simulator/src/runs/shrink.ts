/** Makes a failing world smaller, and says how to run it again. */
import { simulate } from './simulate.js';
import { Violation } from '../violation.js';
import type { WorldOptions } from '../world/world-options.js';
import type { WorldPowers } from '../world/world.js';

/** The message of the violation; undefined where the world is sound. */
export const failureOf = async (powers: WorldPowers): Promise<string | undefined> => {
  try {
    await simulate(powers);
    return undefined;
  } catch (error) {
    if (error instanceof Violation) return error.message;
    throw error;
  }
};

const smaller = function* (options: WorldOptions): Generator<WorldOptions> {
  const { inputs, vats, window, crashes, losses, profile } = options;
  if (crashes > 0) yield { ...options, crashes: crashes - 1 };
  if (losses > 0) yield { ...options, losses: losses - 1 };
  if (vats > 1) yield { ...options, vats: vats - 1 };
  for (const fewer of [inputs >> 1, inputs - 1]) {
    if (fewer > 0 && fewer < inputs) yield { ...options, inputs: fewer };
  }
  if (window > 1) yield { ...options, window: window - 1 };
  if (profile.fuel > 1) yield { ...options, profile: { ...profile, fuel: profile.fuel - 1 } };
};

/** Takes away what can be taken away so that something still fails. */
export const shrink = async (
  powers: WorldPowers,
  milliseconds: number,
): Promise<{ readonly options: WorldOptions; readonly message: string }> => {
  const end = Date.now() + milliseconds;
  let options: WorldOptions = { ...powers.options, checkEvery: 1 };
  let message = await failureOf({ ...powers, options });
  if (message === undefined) ({ options } = powers);
  message ??= (await failureOf({ ...powers, options })) ?? 'it does not fail any more';
  for (let found = true; found && Date.now() < end;) {
    found = false;
    for (const candidate of smaller(options)) {
      const failure = await failureOf({ ...powers, options: candidate });
      if (failure === undefined) continue;
      options = candidate;
      message = failure;
      found = true;
      break;
    }
  }
  return { options, message };
};

export const reproduction = (options: WorldOptions): string => {
  const { seed, schedule, order, window, vats, inputs, crashes, losses } = options;
  const { checkEvery, sliceWork, sweptRows } = options;
  const flags = { seed, schedule, order, window, vats, inputs, crashes, losses };
  const text = Object.entries({
    ...flags,
    'swept-rows': sweptRows,
    'slice-work': sliceWork,
    'check-every': checkEvery,
    fuel: options.profile.fuel,
  })
    .map(([name, value]) => `--${name} ${value}`)
    .join(' ');
  return `npm run simulate -w @cooperage/simulator -- ${text}`;
};
