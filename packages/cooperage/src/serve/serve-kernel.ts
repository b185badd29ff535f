/** A kernel that stays up until its supervisor, an operator or a failure ends it. */
import {
  type Address,
  type Probes,
  type ProbeServer,
  serveProbes,
} from '@cooperage/cluster/probes';
import { type LogEntry, makeLogBook } from '../control/log-book.js';
import { partsOf } from '../control/parts.js';
import { KERNEL_EVENTS, type KernelEventName, type Listener } from '../host/events.js';
import type { CooperageKernel, OpenKernelOptions } from '../kernel-api.js';
import { makeKernelMetrics } from './kernel-metrics.js';

export interface ServePowers {
  readonly open: (on: NonNullable<OpenKernelOptions['on']>) => Promise<CooperageKernel>;
  /** The gateway of the config, where it names one. */
  readonly openGateway: (kernel: CooperageKernel) => Promise<ServedGateway | undefined>;
  /** Where the endpoints are; undefined for none. */
  readonly listen: Address | undefined;
  /** Milliseconds that what waits may take to be delivered when the kernel is asked to end. */
  readonly drain: number;
  readonly version: string;
  readonly write: (entry: LogEntry) => void;
  /** Calls `stop` when the process is asked to end. @returns a function that ends that */
  readonly onStop: (stop: () => void) => () => void;
}

export interface ServedGateway {
  readonly url: string;
  close(): Promise<void>;
}

type Phase = 'starting' | 'serving' | 'draining' | 'failed';

/** What the endpoints say, by the phase. */
const READINESS: Readonly<Record<Phase, string | undefined>> = {
  starting: 'the kernel is being opened',
  serving: undefined,
  draining: 'the kernel is being closed',
  failed: 'the kernel has failed',
};

/** Listens to every event, so that no one of them is written anywhere else. */
const listeningTo = (
  hear: (name: KernelEventName, event: never) => void,
): NonNullable<OpenKernelOptions['on']> =>
  Object.fromEntries(KERNEL_EVENTS.map((name) => [name, (event: never) => hear(name, event)]));

/** What waits is delivered, if that takes no longer than it may; new requests of operators are refused. */
const drainAndClose = async (kernel: CooperageKernel, milliseconds: number): Promise<boolean> => {
  try {
    partsOf(kernel).refuseRequests();
    if (milliseconds === 0) return false;
    const { reason } = await kernel.run({ milliseconds });
    return reason === 'idle';
  } finally {
    await kernel.close();
  }
};

/** Milliseconds: as long as an interval can be. */
const LONG = 2_147_483_647;

interface Ending {
  readonly ended: Promise<void>;
  readonly stop: () => void;
  readonly fail: (error: unknown) => void;
}

const makeEnding = (): Ending => {
  let stop: () => void = () => undefined;
  let fail: (error: unknown) => void = () => undefined;
  const ended = new Promise<void>((resolve, reject) => {
    stop = resolve;
    fail = reject;
  });
  // It may fail while it is being opened: then opening it rejects as well.
  ended.catch(() => undefined);
  return { ended, stop, fail };
};

/** What is seen of a kernel that is served, from before it is opened until after it is closed. */
const makeView = (version: string, write: (entry: LogEntry) => void, ending: Ending) => {
  const book = makeLogBook();
  book.follow(write);
  const metrics = makeKernelMetrics(version);
  let phase: Phase = 'starting';
  const probes: Probes = {
    health: () => (phase === 'failed' ? READINESS.failed : undefined),
    readiness: () => READINESS[phase],
    metrics: () => metrics.text(),
  };
  return {
    probes,
    metrics,
    say: (message: string): void => book.add('log', { level: 'info', message }),
    enter: (next: Phase): void => {
      phase = next;
    },
    on: listeningTo((name, event) => {
      book.add(name, event);
      (metrics.listeners[name] as Listener<never> | undefined)?.(event);
      if (name === 'stop-requested') ending.stop();
      if (name !== 'failed') return;
      phase = 'failed';
      ending.fail(event);
    }),
  };
};

/**
 * Opens a kernel and runs it until the process is asked to end, which resolves, or until it cannot go on.
 * @throws what `openKernel` throws, and what stopped the kernel
 */
export const serveKernel = async (powers: ServePowers): Promise<void> => {
  const { open, openGateway, listen, drain, version, write, onStop } = powers;
  const ending = makeEnding();
  const { probes, metrics, say, enter, on } = makeView(version, write, ending);
  let server: ProbeServer | undefined;
  // A kernel that has nothing to do keeps no process alive, and neither does its control socket.
  const alive = setInterval(() => undefined, LONG);
  const release = onStop(ending.stop);
  try {
    if (listen !== undefined) {
      server = await serveProbes(probes, listen.host, listen.port);
      say(`/healthz, /readyz and /metrics are at ${listen.host}:${server.port}`);
    }
    const kernel = await open(on);
    metrics.follow(kernel);
    let gateway: ServedGateway | undefined;
    try {
      kernel.start();
      gateway = await openGateway(kernel);
      if (gateway !== undefined) say(`the gateway is at ${gateway.url}`);
      enter('serving');
      say(kernel.isNew ? 'a new kernel runs' : 'the kernel runs');
      await ending.ended;
      enter('draining');
      // Clients come back to the next process, and their calls wait until then.
      await gateway?.close();
      say(`the kernel closes when no messages wait, at the latest in ${drain} ms`);
      const isEmpty = await drainAndClose(kernel, drain);
      say(`closed; ${isEmpty ? 'no messages wait' : 'waiting messages are durable'}`);
    } finally {
      await gateway?.close();
      await kernel.close();
    }
  } finally {
    release();
    clearInterval(alive);
    await server?.close();
  }
};
