/**
 * What is measured. Each benchmark has `ours` and `theirs`, and may have variants, which are there to be read and
 * have no target against the peer. Runs alternate between all of them. A variant with `peer` is compared as SwingSet is.
 * One with `cpuElsewhere` computes in other processes, so that its processor time is not known.
 *
 * `better` says which way a value counts; a target is what `ours` is to reach of `theirs` (or of `than`).
 */
import { availableParallelism } from 'node:os';
import { isXsnapBuilt } from '../sides/xsnap.mjs';

const cores = availableParallelism();

const ocapKernel = (sizes) => ({ name: 'ocap-kernel', side: 'ocap-kernel', sizes, peer: true });

/** The same by hand, without all that a kernel is for: how little there could be to pay. */
const floor = (sizes) => ({ name: 'by hand', side: 'floor', sizes, peer: true });

/** @param {boolean} quick small sizes, to see that everything runs */
export const makePlan = ({ quick, loops }) => {
  const size = (usual, small) => (quick ? small : usual);
  /** Vats of SwingSet in processes of their own, where that engine was built. */
  const xsnap = isXsnapBuilt()
    ? [
        {
          name: 'SwingSet, xsnap',
          side: 'theirs',
          options: { worker: 'xs-worker' },
          peer: true,
          cpuElsewhere: true,
        },
      ]
    : [];
  const fanOut = { peers: 8 };
  const instances = size(100, 5);
  const restart = { vats: 10, deliveries: 200 };

  return [
    {
      name: 'ping-pong',
      what: 'one vat awaits the answer of another, over and over',
      unit: 'round trips/s',
      better: 'more',
      program: 'ping-pong',
      target: 3,
      ours: { sizes: { warmUp: size(6000, 50), count: size(6000, 200) } },
      theirs: { sizes: { warmUp: size(500, 20), count: size(1000, 60) } },
      variants: [
        ocapKernel({ warmUp: size(500, 20), count: size(1000, 60) }),
        ...xsnap,
        floor({ warmUp: size(20_000, 50), count: size(40_000, 200) }),
        { name: 'ours, window 1', side: 'ours', options: { window: 1 } },
        { name: 'ours, issue order', side: 'ours', options: { order: 'issue' } },
        { name: 'ours, one thread', side: 'ours', options: { threads: 1 } },
        { name: 'theirs, commit per delivery', side: 'theirs', options: { commitEach: true } },
      ],
    },
    {
      name: 'fan-out',
      what: 'one driver sends empty messages to 8 vats and awaits all answers',
      unit: 'messages/s',
      better: 'more',
      program: 'fan-out',
      target: 10,
      ours: { sizes: { ...fanOut, each: size(50, 10), warmUp: size(60, 1), count: size(60, 2) } },
      theirs: { sizes: { ...fanOut, each: size(50, 10), warmUp: size(2, 1), count: size(4, 1) } },
      variants: [
        ocapKernel({ ...fanOut, each: size(50, 10), warmUp: size(2, 1), count: size(4, 1) }),
        ...xsnap,
        floor({ ...fanOut, each: size(50, 10), warmUp: size(200, 1), count: size(400, 2) }),
        { name: 'ours, window 1', side: 'ours', options: { window: 1 } },
        { name: 'ours, issue order', side: 'ours', options: { order: 'issue' } },
        { name: 'ours, one thread', side: 'ours', options: { threads: 1 } },
      ],
    },
    {
      name: 'pairs',
      what: 'four vats call one partner each, with four calls outstanding: no vat waits for all others',
      unit: 'messages/s',
      better: 'more',
      program: 'pairs',
      ours: { sizes: { outstanding: 4, warmUp: size(1500, 20), count: size(1500, 20) } },
      theirs: { sizes: { outstanding: 4, warmUp: size(60, 5), count: size(60, 5) } },
      variants: [
        ocapKernel({ outstanding: 4, warmUp: size(60, 5), count: size(60, 5) }),
        ...xsnap,
        floor({ outstanding: 4, warmUp: size(5000, 20), count: size(10_000, 20) }),
        { name: 'ours, issue order', side: 'ours', options: { order: 'issue' } },
        { name: 'ours, one thread', side: 'ours', options: { threads: 1 } },
      ],
    },
    {
      name: 'fan-out-1ms',
      what: 'the same with 1 ms of work in each message',
      unit: 'messages/s',
      better: 'more',
      program: 'fan-out-work',
      target: 4.5,
      ours: {
        sizes: { ...fanOut, loops, each: size(50, 5), warmUp: size(12, 1), count: size(8, 1) },
      },
      theirs: {
        sizes: { ...fanOut, loops, each: size(50, 5), warmUp: 1, count: size(2, 1) },
      },
      variants: [
        ocapKernel({ ...fanOut, loops, each: size(50, 5), warmUp: 1, count: size(2, 1) }),
        ...xsnap,
        floor({ ...fanOut, loops, each: size(50, 5), warmUp: size(12, 1), count: size(8, 1) }),
        {
          name: 'ours, one thread',
          side: 'ours',
          options: { threads: 1 },
          // All cores against this one.
          target: { ratio: 0.9 * cores, text: `0.9 × ${cores} cores` },
        },
        { name: 'ours, window 1', side: 'ours', options: { window: 1 } },
        { name: 'ours, issue order', side: 'ours', options: { order: 'issue' } },
      ],
    },
    {
      name: 'create-in-sequence',
      what: 'a vat makes vats through the vat administration, each when the one before has answered',
      unit: 'ms per vat',
      better: 'less',
      program: 'create-in-sequence',
      ours: { sizes: { count: size(20, 3) } },
      theirs: { sizes: { count: size(20, 3) } },
      variants: [...xsnap, { name: 'ours, libraries imported', side: 'ours', imports: true }],
    },
    {
      name: 'create-at-once',
      what: 'the same, all asked for at once',
      unit: 'ms per vat',
      better: 'less',
      program: 'create-at-once',
      ours: { sizes: { count: size(20, 3) } },
      theirs: { sizes: { count: size(20, 3) } },
      variants: [...xsnap, { name: 'ours, libraries imported', side: 'ours', imports: true }],
    },
    {
      name: 'instances',
      what: 'a hundred vats of one kind, each asked for when the one before has answered: forked from a zygote, and cold',
      unit: 'ms per vat',
      better: 'less',
      program: 'instances',
      target: 10,
      ours: {
        imports: true,
        sizes: { count: instances, zygote: true, vatOptions: { engine: 'quickjs' } },
      },
      theirs: { sizes: { count: instances } },
      variants: [
        ...xsnap,
        {
          name: 'ours, cold on QuickJS',
          side: 'ours',
          sizes: { count: instances, vatOptions: { engine: 'quickjs' } },
          target: { ratio: 10, text: '10 ×' },
        },
        {
          name: 'ours, cold on V8',
          side: 'ours',
          sizes: { count: instances, vatOptions: { engine: 'v8' } },
          target: { ratio: 10, text: '10 ×' },
        },
        {
          name: 'ours, forked, libraries as globals',
          side: 'ours',
          imports: false,
        },
      ],
    },
    {
      name: 'restart',
      what: '10 vats that have had 200 deliveries each answer again, from the start of the process',
      unit: 'ms',
      better: 'less',
      prepare: 'prepare-restart',
      program: 'restart',
      target: 6,
      ours: { sizes: restart },
      theirs: { sizes: restart },
      variants: [...xsnap, { name: 'ours, libraries imported', side: 'ours', imports: true }],
    },
  ];
};
