// What the vats of this example know of one another. All of it is called with `E(x)` from outside.

export interface Audit {
  readonly sum: bigint;
  readonly accounts: number;
  readonly transfers: number;
}

/** Accounts by name. The house has the rest of the money. */
export interface Ledger {
  /** Moves `amount` from the house to a new account. */
  open(name: string, amount: bigint): void;
  transfer(from: string, to: string, amount: bigint): void;
  /** Moves what is left to the house. */
  close(name: string): bigint;
  audit(): Audit;
}

export type Temper = 'leaves' | 'is dismissed' | 'runs wild';

/** What became of a customer: it ended after its temper, or could not be started in time. */
export type Ending = Temper | 'never came';

export interface CustomerParameters {
  readonly name: string;
  readonly temper: Temper;
}

export interface Customer {
  /** Deals with its neighbours; the answer says how often. */
  trade(ledger: Ledger, neighbours: readonly string[], times: number): Promise<number>;
}

export interface VatControl {
  done(): Promise<unknown>;
  terminateWithFailure(reason: Error): Promise<void>;
}

export interface VatAdmin {
  createVat(
    bundle: string,
    options: {
      readonly name: string;
      readonly vatParameters: CustomerParameters;
      readonly crankTimeLimit?: number;
    },
  ): Promise<{ readonly root: Customer; readonly admin: VatControl }>;
}

export interface RoundReport {
  readonly round: number;
  /** How many of this round's customers ended in which way. */
  readonly ended: Readonly<Record<Ending, number>>;
}

export interface Clearing {
  /** Plays the round, unless it was played: asked for twice it is played once. */
  play(round: number, customers: number): Promise<RoundReport>;
  /** The last round that is over. */
  played(): number;
}
