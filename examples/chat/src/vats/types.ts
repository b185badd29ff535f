// The interfaces between vat, host and page. They are called with `E(x)` or over the gateway.

export interface Message {
  /** 1, 2, 3, … in each room: no number is left out. */
  readonly n: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly kind: 'said' | 'came' | 'left';
  /** The seat, and the name that it had. */
  readonly seat: string;
  readonly name: string;
  readonly text: string;
}

export interface Person {
  readonly seat: string;
  readonly name: string;
  /** False while a call of the person's listener has had no answer for ten seconds. */
  readonly isHere: boolean;
}

/** An object of the client, which the room calls. Its answers show that the client is connected. */
export interface Listener {
  heard(message: Message): void;
  people(people: readonly Person[]): void;
}

export interface Invitation {
  readonly seat: string;
  /** A name for the guest, chosen by the host. */
  readonly label: string;
  /** The name that the guest chose; empty until they enter. */
  readonly name: string;
}

export interface Room {
  readonly title: string;
  /** One's own seat. */
  readonly seat: string;
  readonly label: string;
  /** One's last name in this room; empty before the first visit. */
  readonly name: string;
  /** The number of the newest message. */
  readonly newest: number;
}

/** A place in a room. Its holder can read, speak and invite. Each person has one, so that it can be revoked alone. */
export interface Seat {
  welcome(): Room & { readonly kind: 'seat' };
  /** Subscribes the listener to the room. The answer has the newest messages. */
  enter(name: string, listener: Listener): Room & { readonly messages: readonly Message[] };
  /** Ends the subscription. */
  stepOut(): void;
  /** @returns the number of the message, which is durable */
  say(text: string): number;
  /** Messages before this one, the oldest first. */
  history(before: number, most: number): readonly Message[];
  /** Makes a seat for another person. Its URL cannot be read again. */
  invite(label: string): Promise<Invitation & { readonly url: string }>;
  /** The seats that this seat invited, directly or through its guests. */
  invitations(): readonly Invitation[];
  /** Revokes one of these seats, and the seats that it invited. */
  revoke(seat: string): Promise<void>;
}

/** The root of the vat: its holder can open rooms. */
export interface Door {
  welcome(): { readonly kind: 'door'; readonly rooms: number };
  /** Opens a room. The URL is that of its first seat. */
  open(title: string): Promise<{ readonly title: string; readonly url: string }>;
}

/** A service of the host, which uses the gateway. */
export interface Urls {
  issue(object: Seat, label: string): Promise<{ readonly id: string; readonly url: string }>;
  revoke(id: string): Promise<boolean>;
}
