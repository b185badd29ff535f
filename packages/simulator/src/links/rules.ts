/** The rules of links between shards. Each can be switched off, to show that it is needed: then a world must fail. */
export const LINK_RULES = {
  once: 'a message is number taken + 1, or it was taken before and is ignored',
  grantFirst: 'who passes on an object of a third shard tells its home first, in the same crank',
  needs:
    'a message waits until its receiver has taken the messages of other links that it depends on',
  counts: 'each passing counts, each receipt counts, and what is given back is the sum',
  freshResults: 'a result has a name of its own, and a name that was resolved is not used again',
  embargo:
    'where messages went to a promise, its resolution is applied when those have arrived where it leads',
  arrivalOrder: 'what waited is sent on in the order in which it came to wait',
  settledPassed: 'a settled promise is passed as a promise, and its resolution follows',
  hops: 'a message that was sent on too often is rejected, and so is a promise that was passed on too often',
  resolverOnly: 'what a peer says is checked against what it was given',
  fenced: 'a group counts only under the epoch that the database has',
  atomic: 'messages leave with the group that sent them, and are taken with the one that took them',
  caughtUp:
    'who takes a shard over reads the rest of its log before it begins, however old its copy is',
  drained: 'a peer is lost for a shard when all that it had sent is taken',
} as const;

export type LinkRule = keyof typeof LINK_RULES;
export type LinkRules = Readonly<Record<LinkRule, boolean>>;

export const rulesWithout = (...off: readonly LinkRule[]): LinkRules =>
  Object.fromEntries(
    (Object.keys(LINK_RULES) as LinkRule[]).map((rule) => [rule, !off.includes(rule)]),
  ) as Record<LinkRule, boolean>;

/** So often a message is sent on between shards. */
export const MOST_HOPS = 32;
