/**
 * How far messages were sent: for each sender and reference the number of the last one. A sender and a
 * reference are a channel, `v1 v2:o+5`.
 */
export type Sent = Map<string, number>;

export const merge = (into: Sent, from: Sent): void => {
  for (const [channel, number] of from) {
    if (number > (into.get(channel) ?? 0)) into.set(channel, number);
  }
};

/** The entry of a map of these, made if it is missing. */
export const sentIn = <K>(map: Map<K, Sent>, key: K): Sent => {
  let sent = map.get(key);
  if (sent === undefined) {
    sent = new Map();
    map.set(key, sent);
  }
  return sent;
};
