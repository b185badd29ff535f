/** What promises were resolved to, as far as an observer knows. */
import type { Token } from '../vats/payload.js';
import { merge, type Sent } from './sent.js';

export interface Outcome {
  readonly isReject: boolean;
  /** The promise or object that it was resolved to, if that was all. */
  readonly sole: Token | undefined;
  readonly tokens: readonly Token[];
  /** For each token: what those who get it from this promise come after. */
  readonly carried: readonly Sent[];
  /** What was sent on the promise, or on one that was resolved to it, when it was resolved. */
  readonly waiting: Sent;
}

export interface Outcomes {
  get(promise: Token): Outcome | undefined;
  set(promise: Token, outcome: Outcome): void;
  /** The promise was resolved to another one. */
  follow(promise: Token, leader: Token): void;
  /** All that was sent on a promise, or on one that was resolved to it. */
  waitingOn(promise: Token): Sent;
  /** The reference itself and what it leads to, one after the other. */
  readonly leadsTo: (token: Token) => Set<Token>;
}

/** @param sentOn all that was sent on a reference, by any vat */
export const makeOutcomes = (sentOn: (token: Token) => Sent): Outcomes => {
  const outcomes = new Map<Token, Outcome>();
  /** By promise: those that were resolved to it. */
  const followers = new Map<Token, Token[]>();

  return {
    get: (promise) => outcomes.get(promise),
    set: (promise, outcome) => void outcomes.set(promise, outcome),
    follow: (promise, leader) =>
      void followers.set(leader, [...(followers.get(leader) ?? []), promise]),
    waitingOn: (promise) => {
      const all: Sent = new Map();
      const visit = [promise];
      const seen = new Set<Token>();
      for (let each = visit.pop(); each !== undefined; each = visit.pop()) {
        if (seen.has(each)) continue;
        seen.add(each);
        merge(all, sentOn(each));
        visit.push(...(followers.get(each) ?? []));
      }
      return all;
    },
    leadsTo: (token) => {
      const passed = new Set<Token>();
      for (let at: Token | undefined = token; at !== undefined && !passed.has(at);) {
        passed.add(at);
        at = outcomes.get(at)?.sole;
      }
      return passed;
    },
  };
};
