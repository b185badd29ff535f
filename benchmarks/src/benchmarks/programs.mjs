/**
 * What a child process measures. Both sides run the same program: `open` and the sizes differ.
 *
 * A program gets `open(world)`, which gives a kernel with `sendAll(messages)`, and its sizes; it returns figures: `value`, and
 * `cpu`, the milliseconds of processor time that all threads used for each item.
 */
import { driverAndBundle, driverAndPeers, pairs, peersOnly, timed } from './worlds.mjs';

const drive = (kernel, method, ...args) => kernel.sendAll([['driver', method, args]]);

const perItem = (roles, items) =>
  Object.fromEntries(Object.entries(roles).map(([role, time]) => [role, time / items]));

/** Of one driver that works `count` things off, after it has done `warmUp` of them. */
const rate = async (kernel, method, { warmUp, count }, toArgs, weight = 1) => {
  await drive(kernel, method, ...toArgs(warmUp));
  const before = kernel.stats();
  const { milliseconds, cpu, roles } = await timed(() => drive(kernel, method, ...toArgs(count)));
  const after = kernel.stats();
  return {
    value: (count * weight * 1000) / milliseconds,
    cpu: cpu / (count * weight),
    roles: perItem(roles, count * weight),
    ...(after.commits === undefined ? {} : { commits: after.commits - before.commits }),
  };
};

export const programs = {
  'ping-pong': async (open, sizes) => {
    const kernel = await open(driverAndPeers(1));
    const figures = await rate(kernel, 'pingPong', sizes, (count) => [count]);
    await kernel.close();
    return figures;
  },

  pairs: async (open, { outstanding, warmUp, count }) => {
    const kernel = await open(pairs);
    const callers = Object.keys(pairs.vats).filter((name) => name.startsWith('caller'));
    const callAll = (each) =>
      kernel.sendAll(callers.map((caller) => [caller, 'call', [each, outstanding]]));
    await callAll(warmUp);
    const { milliseconds, cpu, roles } = await timed(() => callAll(count));
    await kernel.close();
    const messages = callers.length * outstanding * count;
    return {
      value: (messages * 1000) / milliseconds,
      cpu: cpu / messages,
      roles: perItem(roles, messages),
    };
  },

  'fan-out': async (open, { peers, each, ...sizes }) => {
    const kernel = await open(driverAndPeers(peers));
    const toArgs = (rounds) => [rounds, each];
    const figures = await rate(kernel, 'fanOut', sizes, toArgs, peers * each);
    await kernel.close();
    return figures;
  },

  'fan-out-work': async (open, { peers, each, loops, ...sizes }) => {
    const kernel = await open(driverAndPeers(peers));
    const toArgs = (rounds) => [rounds, each, loops];
    const figures = await rate(kernel, 'fanOutWork', sizes, toArgs, peers * each);
    await kernel.close();
    return figures;
  },

  'create-in-sequence': async (open, { count }) => {
    const kernel = await open(driverAndBundle);
    const { milliseconds, cpu } = await timed(() => drive(kernel, 'createInSequence', count));
    await kernel.close();
    return { value: milliseconds / count, cpu: cpu / count };
  },

  /**
   * Many vats of one kind, which stay in memory. `memory` is what the process's resident memory grows by for each, in MB;
   * `zygote` the milliseconds until there is one to fork, which the instances do not count.
   */
  instances: async (open, { count, zygote, vatOptions }) => {
    const kernel = await open(driverAndBundle);
    const prepared = zygote && (await timed(() => drive(kernel, 'prepareZygote', vatOptions)));
    const before = process.memoryUsage.rss();
    const { milliseconds, cpu } = await timed(() =>
      zygote
        ? drive(kernel, 'forkInSequence', count)
        : drive(kernel, 'createInSequence', count, vatOptions),
    );
    const memory = (process.memoryUsage.rss() - before) / count / 1e6;
    await kernel.close();
    return {
      value: milliseconds / count,
      cpu: cpu / count,
      memory,
      ...(prepared && { zygote: prepared.milliseconds }),
    };
  },

  'create-at-once': async (open, { count }) => {
    const kernel = await open(driverAndBundle);
    const { milliseconds, cpu } = await timed(() => drive(kernel, 'createAtOnce', count));
    await kernel.close();
    return { value: milliseconds / count, cpu: cpu / count };
  },

  /** Leaves behind what `restart` starts from. */
  'prepare-restart': async (open, { vats, deliveries }) => {
    const world = peersOnly(vats);
    const kernel = await open(world);
    const all = Object.keys(world.vats);
    for (let i = 0; i < deliveries; i += 20) {
      await kernel.sendAll(
        Array.from({ length: Math.min(20, deliveries - i) }, () =>
          all.map((name) => [name, 'ping']),
        ).flat(),
      );
    }
    await kernel.close();
    return { value: 0 };
  },

  restart: async (open, { vats, deliveries }) => {
    const world = peersOnly(vats);
    const began = performance.now();
    const kernel = await open(world);
    const answers = await kernel.sendAll(Object.keys(world.vats).map((name) => [name, 'pings']));
    // The process's own start counts: `performance.now()` is the time since then.
    const value = performance.now();
    const { user, system } = process.cpuUsage();
    const cpu = (user + system) / 1000;
    if (!answers.every((pings) => pings === deliveries)) {
      throw Error(`the vats did not come back as they were: ${answers.join(', ')}`);
    }
    await kernel.close();
    return { value, fromOpen: value - began, cpu };
  },
};
