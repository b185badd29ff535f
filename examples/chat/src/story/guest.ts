/** A client that speaks without a pause, and records what was acknowledged and what it heard. */
import { type Client, connect, type GatewayError } from '@cooperage/client';
import { WebSocket } from 'ws';
import type { Listener, Message, Seat } from '../vats/types.js';

/** The object that the room calls. */
class Ear implements Listener {
  readonly messages: Message[] = [];
  heard(message: Message): void {
    this.messages.push(message);
  }
  people(): void {
    // The story is about messages.
  }
}

export interface Guest {
  readonly name: string;
  readonly client: Client<Seat>;
  /** The messages of its callbacks, in the order of arrival. */
  readonly heard: readonly Message[];
  /** Acknowledged texts by their numbers. */
  readonly acknowledged: ReadonlyMap<number, string>;
  /** The codes of rejected calls. */
  readonly rejected: readonly string[];
  readonly ended: () => GatewayError | undefined;
  readonly enter: () => Promise<void>;
  /** Begins to speak, with this number of calls open at a time. */
  readonly speak: (open: number) => void;
  /** Stops speaking, and waits for the answers of open calls. */
  readonly stop: () => Promise<void>;
}

export const makeGuest = (name: string, url: string): Guest => {
  const ear = new Ear();
  const acknowledged = new Map<number, string>();
  const rejected: string[] = [];
  let why: GatewayError | undefined;
  let isSpeaking = false;
  let count = 0;
  let speakers: Promise<void>[] = [];
  const client = connect<Seat>(url, {
    gateway: `${new URL(url).origin}/gateway`,
    objects: [ear],
    WebSocket: WebSocket as never,
    onStatus: (status, reason) => {
      if (status === 'ended') why = reason;
    },
  });

  const speakOn = async (): Promise<void> => {
    while (isSpeaking && why === undefined) {
      count += 1;
      const text = `${name} ${count}`;
      try {
        acknowledged.set(await client.root.say(text), text);
      } catch (error) {
        rejected.push(String((error as { readonly code?: unknown }).code));
      }
    }
  };

  return {
    name,
    client,
    heard: ear.messages,
    acknowledged,
    rejected,
    ended: () => why,
    enter: async () => {
      await client.root.enter(name, ear);
    },
    speak: (open) => {
      isSpeaking = true;
      speakers = Array.from({ length: open }, speakOn);
    },
    stop: async () => {
      isSpeaking = false;
      await Promise.all(speakers);
    },
  };
};
