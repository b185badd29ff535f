// What the vats of this example know of one another. All of it is called with `E(x)` from outside.

/** Some units of one token. Whoever holds it has them, until somebody claims it. */
export interface Payment {
  getTokenName(): string;
}

/** Tells payments of its token from anything else. Each method uses up the payment that it is given. */
export interface Issuer {
  getName(): string;
  getValue(payment: Payment): bigint;
  /** A new payment that nobody else has. */
  claim(payment: Payment): Payment;
  /** Two new payments, the first of `value` units. */
  split(payment: Payment, value: bigint): readonly [Payment, Payment];
}

/** What a contract gives to whoever started it, and what to everyone. */
export interface Facets<Creator = unknown, Public = unknown> {
  readonly creator: Creator;
  readonly public: Public;
}

/** The root of each contract's vat. */
export interface Contract<Terms = unknown, Creator = unknown, Public = unknown> {
  start(terms: Terms): Facets<Creator, Public> | Promise<Facets<Creator, Public>>;
}

export interface VatAdmin {
  createVat(
    bundle: string,
    options: { readonly name: string; readonly vatParameters?: unknown },
  ): Promise<{ readonly root: Contract; readonly admin: VatControl }>;
}

/** The power over one vat. */
export interface VatControl {
  done(): Promise<unknown>;
  terminateWithFailure(reason: Error): Promise<void>;
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
}

export interface Request {
  readonly contract: string;
  readonly name: string;
  /** Data, for the contract's `buildRootObject`. */
  readonly parameters?: unknown;
  /** May hold references; for the contract's `start`. */
  readonly terms?: unknown;
}

export interface Control {
  stop(reason: string): Promise<void>;
}

export interface Instance<Creator = unknown, Public = unknown> extends Facets<Creator, Public> {
  readonly control: Control;
}

export interface ContractHost {
  start(request: Request): Promise<Instance>;
  list(): readonly InstanceRecord[];
}
