/**
 * A kernel's core over a durable store, and vats that follow a script: what is measured is the kernel's thread and
 * nothing else. A driver sends messages to objects that it knows, in an order that a seed says, and each is answered.
 */
import { makeCore } from '../../../packages/kernel/dist/index.js';
import { openLmdbBackend } from '../../../packages/store-lmdb/dist/index.js';
import { makeKernelStore } from '../../../packages/store/dist/index.js';

const NOTHING = { body: '#"#undefined"', slots: [] };
const BUNDLE = `b1-${'0'.repeat(128)}`;

/** References in one message or record. */
const AT_ONCE = 500;

const call = (method, slots) => ({
  body: `#${JSON.stringify([method, slots.map((_, i) => `$${i}`)])}`,
  slots,
});

/** Numbers from 0 to below `below`, the same in each run. */
const makeRandom = (seed = 1) => {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
};

export const openWorld = async (directory) => {
  const store = makeKernelStore(await openLmdbBackend(directory));
  const core = makeCore({ tables: store.tables, transcripts: store.transcripts, order: 'arrival' });
  const random = makeRandom();
  /** What each vat does in a crank: from a method and its arguments to syscalls. */
  const scripts = new Map();
  /** Deliveries that are out. */
  const out = [];
  /** Vats that do not answer for the time being. */
  const silent = new Set();
  const held = [];
  let cranks = 0;

  const gather = () => {
    for (const effect of core.takeEffects()) {
      if (effect.type === 'deliver') out.push(effect);
    }
  };
  const syscallsOf = (vatID, [tag, target, message]) => {
    if (tag !== 'message') return [];
    const { methargs, result } = message;
    const [method] = JSON.parse(methargs.body.slice(1));
    const answer = result === null ? [] : [['resolve', [[result, false, NOTHING]]]];
    return [...answer, ...(scripts.get(vatID)?.[method]?.(methargs.slots, target) ?? [])];
  };
  const answer = ({ vatID, text }) => {
    const { n, delivery } = JSON.parse(text);
    const syscalls = syscallsOf(vatID, delivery).map((syscall) => [syscall]);
    core.arrived(vatID, JSON.stringify({ n, status: ['ok'], syscalls, usage: null }));
    const retired = core.retireNext();
    if (retired?.refused !== undefined) throw Error(retired.refused.message);
    cranks += 1;
    gather();
  };
  const drain = () => {
    gather();
    for (let next = out.shift(); next !== undefined; next = out.shift()) {
      if (silent.has(next.vatID)) held.push(next);
      else answer(next);
    }
  };

  return {
    random,
    /** @returns the vat with its root, pinned */
    createVat: (name, script = {}, options = {}) => {
      const made = core.input((host) => {
        const vat = host.createVat(
          {
            ...{ name, bundleID: BUNDLE, window: 8, ownThread: false, crankTimeLimit: 1 },
            ...{ liveslots: 'x', ...options },
          },
          NOTHING,
        );
        host.pin(vat.root);
        return vat;
      });
      scripts.set(made.vatID, script);
      drain();
      return made;
    },
    /** Sends to each of these and runs until nothing is left to do; a group is committed now and then. */
    sendAll: async (messages) => {
      for (let i = 0; i < messages.length; i += AT_ONCE) {
        core.input((host) => {
          for (const [target, method, slots = []] of messages.slice(i, i + AT_ONCE)) {
            host.send(target, call(method, slots));
          }
        });
        drain();
        await store.flush();
      }
    },
    /** From now on the vat answers nothing. */
    silence: (vatID) => silent.add(vatID),
    /** A silent vat answers its oldest deliveries, so many. */
    hear: async (vatID, answers) => {
      for (let i = 0; i < answers; i += 1) {
        const index = held.findIndex((each) => each.vatID === vatID);
        if (index < 0) return;
        answer(...held.splice(index, 1));
        drain();
        if (i % 16 === 15) await store.flush();
      }
    },
    get cranks() {
      return cranks;
    },
    flush: () => store.flush(),
    close: () => store.close(),
  };
};
