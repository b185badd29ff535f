// What a contract sees of the framework. A contract is a module that exports `start`; around it are `E`, `Far` and
// `harden`, and nothing else.
import type { Amounts, Proposal } from './law.js';
import type { Facets, Invitation } from './types.js';

/** A place at the table: goods in escrow. Whatever becomes of them, it is lawful for the one they belong to. */
export interface Seat {
  readonly proposal: Proposal;
  /** What it has at the moment. */
  getAllocation(): Amounts;
  hasExited(): boolean;
  /** Its owner is paid what it has. */
  exit(): void;
}

export interface Transfer {
  readonly from: Seat;
  readonly to: Seat;
  readonly amounts: Amounts;
}

export interface ContractPowers {
  /**
   * The handler is called with the seat of an offer that is made with the invitation, and what it returns is the offer's
   * result. When it throws, the offer is refused: its owner has all back, and the invitation stays good.
   */
  makeInvitation<Result>(handler: (seat: Seat) => Result, description: string): Invitation;
  /**
   * All of it at once.
   * @throws {Error} where a seat has exited or would have neither what it wants nor what it gave; nothing has happened then
   */
  transfer(transfers: readonly Transfer[]): void;
  /** New units for a seat, where the instance was started with the right to make them. */
  mint(seat: Seat, amounts: Amounts): void;
  /** A line about the state of things, for people who look at the instance. */
  report(status: string): void;
}

export interface Contract<Terms = unknown, Creator = unknown, Public = unknown> {
  start(
    powers: ContractPowers,
    terms: Terms,
  ): Facets<Creator, Public> | Promise<Facets<Creator, Public>>;
}
