/**
 * Rules of links that a world of real kernels can do without, to show that it needs them: the kernel as it is built, with
 * some of its text exchanged, or a world that does something too early.
 */
import { makeCore } from '@cooperage/kernel';
import { type Edit, loadEditedKernel } from '../mutations/edited-kernel.js';
import { LINK_RULES, type LinkRule } from '../links/rules.js';

type WorldRule = 'atomic' | 'drained';

export interface ClusterMutation {
  readonly rule: string;
  load(): Promise<typeof makeCore>;
  readonly without: readonly WorldRule[];
}

const kernelSide = (name: LinkRule, ...edits: readonly Edit[]): ClusterMutation => ({
  rule: LINK_RULES[name],
  load: async () => (await loadEditedKernel(edits)).makeCore,
  without: [],
});

const worldSide = (name: WorldRule): ClusterMutation => ({
  rule: LINK_RULES[name],
  load: () => Promise.resolve(makeCore),
  without: [name],
});

/**
 * Not here: `hops`, because the vats of these worlds make no promise wait for one that was made later; `resolverOnly`,
 * because no kernel of these worlds lies; `fenced` and `caughtUp`, which are of the store. The model has all of them.
 */
export const CLUSTER_MUTATIONS: Readonly<Record<string, ClusterMutation>> = {
  once: kernelSide(
    'once',
    { file: 'links/links.js', from: 'n <= row.taken', to: 'false' },
    { file: 'links/links.js', from: 'n !== row.taken + 1', to: 'false' },
  ),
  grantFirst: kernelSide('grantFirst', {
    file: 'links/departing.js',
    from: "const n = outbox.post(home, { op: 'grant', id, peer: to });",
    to: "if (home !== '') return { type: 'object', home, id }; const n = 0;",
  }),
  needs: kernelSide('needs', {
    file: 'links/links.js',
    from: 'other.taken < least',
    to: 'false',
  }),
  counts: kernelSide('counts', {
    file: 'links/arriving.js',
    from: '(far.received[from] ?? 0) + 1',
    to: '1',
  }),
  freshResults: kernelSide('freshResults', {
    file: 'links/departing.js',
    after: 'const resultOut =',
    from: 'outbox.newName()',
    to: 'links.told(kp, to) ?? outbox.newName()',
  }),
  embargo: kernelSide('embargo', { file: 'links/take.js', from: 'sentOn > 0', to: 'false' }),
  arrivalOrder: kernelSide('arrivalOrder', {
    file: 'messages/departures.js',
    from: 'stampOf(at(a)) < stampOf(at(b))',
    to: 'stampOf(at(a)) > stampOf(at(b))',
  }),
  settledPassed: kernelSide('settledPassed', {
    file: 'links/departing.js',
    from: 'messages().later(() => tellUnder(to, kp, name));',
    to: '',
  }),
  atomic: worldSide('atomic'),
  drained: worldSide('drained'),
};
