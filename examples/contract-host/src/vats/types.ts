// What the vats of this example know of one another. What one vat holds of another's is called with `E(x)`.
import type { Amounts, Proposal } from './law.js';

/** Some units of one token. Its holder has them, until it is deposited. */
export interface Payment {
  getTokenName(): string;
}

export interface Purse {
  getBalance(): bigint;
  deposit(payment: Payment): bigint;
  withdraw(value: bigint): Payment;
}

/** May be shown to everyone: it tells live payments of its token from anything else, and makes empty purses. */
export interface Issuer {
  getName(): string;
  getValue(payment: Payment): bigint;
  makeEmptyPurse(): Purse;
}

/** The right to make one offer to a contract. It is handed on by handing on the reference. */
export interface Invitation {
  getDescription(): string;
  /** A new one in its place: the user who claims it knows that no other user can use it any more. */
  claim(): Invitation;
}

/** What comes of an offer that was taken into escrow. */
export interface Offer<Result = unknown> {
  /** Each keyword's payment: what was wanted (and change), or all that was given. */
  readonly payouts: Promise<Readonly<Record<string, Payment>>>;
  /** What the contract says to it; rejected if it refuses, and then the payouts are what was given. */
  readonly result: Promise<Result>;
}

/** Where offers to one instance are made. It is the host's, and not the contract's. */
export interface Desk {
  /** Rejected, with nothing touched, unless the payments are live and just what the proposal gives. */
  offer(
    invitation: Invitation,
    proposal: Proposal,
    payments: Readonly<Record<string, Payment>>,
  ): Offer;
}

/** What the host keeps of an instance's seats, as the framework in the instance's vat tells it. */
export interface Books {
  /** All of it or nothing: what the seats of these numbers have from now on. */
  reallocate(changes: readonly (readonly [seat: number, allocation: Amounts])[]): void;
  /** New units, where the instance was started with the right to make them. */
  mint(seat: number, amounts: Amounts): void;
  /** The seat's owner is paid what it has. */
  exit(seat: number): void;
  /** A line about the state of things, for people who look at the instance. */
  report(status: string): void;
}

/** What a contract gives to the user who started it, and what to everyone. */
export interface Facets<Creator = unknown, Public = unknown> {
  readonly creator: Creator;
  readonly public: Public;
}

/** What an instance's vat is told when it starts. */
export interface Start {
  readonly terms: unknown;
  readonly keywords: readonly string[];
  /** Those of which it may make new units. */
  readonly mints: readonly string[];
  readonly books: Books;
}

/** The root of the framework's vat: a zygote at first, then one with a contract, then an instance. */
export interface Framework {
  install(bundle: string): void;
  start(start: Start): Promise<Facets>;
  offer(invitation: Invitation, seat: number, proposal: Proposal): Promise<unknown>;
}

export interface VatFacets {
  readonly root: Framework;
  readonly admin: VatControl;
}

export interface VatAdmin {
  createVat(
    bundle: string,
    options: { readonly name: string; readonly zygote?: boolean },
  ): Promise<VatFacets>;
}

/** The power over one vat. */
export interface VatControl {
  done(): Promise<unknown>;
  terminateWithFailure(reason: Error): Promise<void>;
  takeOffline(): Promise<void>;
  fork(
    refs: readonly unknown[],
    options: { readonly name: string; readonly zygote?: boolean },
  ): Promise<VatFacets>;
}

export interface Timer {
  delay(milliseconds: number): Promise<unknown>;
}

/** What the host says about an instance. */
export interface InstanceRecord {
  readonly name: string;
  readonly contract: string;
  readonly state: 'starting' | 'running' | 'failed to start' | 'ended';
  readonly reason?: string;
  /** What the contract says of itself. */
  readonly status?: string;
  /** What is in escrow for its seats, by keyword. */
  readonly escrow: Amounts;
}

export interface InstallationRecord {
  readonly contract: string;
  /** How many instances were forked from it. */
  readonly forks: number;
}

export interface Request {
  readonly contract: string;
  readonly name: string;
  /** May hold references; for the contract's `start`. */
  readonly terms?: unknown;
  /** What the contract deals in, by its own keywords. */
  readonly issuers?: Readonly<Record<string, Issuer>>;
  /** New tokens that it may make, by its own keywords; each value is the token's name. */
  readonly mints?: Readonly<Record<string, string>>;
  /** A vat from nothing, instead of a fork of the contract's zygote: to compare. */
  readonly cold?: boolean;
}

export interface Control {
  /** Ends the instance. Users with something in escrow there are paid. */
  stop(reason: string): Promise<void>;
}

export interface Instance<Creator = unknown, Public = unknown> extends Facets<Creator, Public> {
  readonly control: Control;
  readonly desk: Desk;
  /** Those of the request, and those of the new tokens. */
  readonly issuers: Readonly<Record<string, Issuer>>;
}

/** The books of one token, added up from two sides. */
export interface TokenAudit {
  readonly token: string;
  readonly minted: bigint;
  readonly inPurses: bigint;
  readonly inPayments: bigint;
  /** Of what is in purses: the escrow's, by its purses, and by what the seats have. */
  readonly inEscrow: bigint;
  readonly allocated: bigint;
  readonly conserved: boolean;
}

export interface ContractHost {
  /** A zygote of the framework's zygote, in which the contract is evaluated. */
  install(contract: string, bundle: string): Promise<void>;
  start(request: Request): Promise<Instance>;
  list(): readonly InstanceRecord[];
  installations(): readonly InstallationRecord[];
  audit(): readonly TokenAudit[];
  /** Tells it, in a later turn, whenever one of the answers above would be another. */
  observe(observer: { changed(): void }): void;
}
