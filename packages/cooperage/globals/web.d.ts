/**
 * Globals of browsers and Node that a vat finds where its code names them, for type-checkers: `"types":
 * ["cooperage/vat", "cooperage/vat/web"]`. Each has what it has in a vat, and no more. The types of Node and the library
 * `dom` of TypeScript declare the same names in another way: leave this out beside them.
 *
 * What throws in a vat whenever it is used, such as `fetch`, is not declared.
 */
export {};

declare global {
  // Texts and bytes
  interface TextEncoder {
    readonly encoding: string;
    encode(text?: string): Uint8Array;
    encodeInto(
      text: string,
      bytes: Uint8Array,
    ): { readonly read: number; readonly written: number };
  }
  var TextEncoder: { readonly prototype: TextEncoder; new (): TextEncoder };

  interface TextDecoder {
    readonly encoding: string;
    readonly fatal: boolean;
    readonly ignoreBOM: boolean;
    decode(bytes?: ArrayBuffer | ArrayBufferView, options?: { readonly stream?: boolean }): string;
  }
  var TextDecoder: {
    readonly prototype: TextDecoder;
    /** UTF-8 and UTF-16LE. */
    new (
      label?: string,
      options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean },
    ): TextDecoder;
  };

  function atob(base64: string): string;
  function btoa(binary: string): string;

  type BlobPart = Blob | ArrayBuffer | ArrayBufferView | string;
  interface Blob {
    readonly size: number;
    readonly type: string;
    slice(start?: number, end?: number, type?: string): Blob;
    bytes(): Promise<Uint8Array>;
    arrayBuffer(): Promise<ArrayBuffer>;
    text(): Promise<string>;
  }
  var Blob: {
    readonly prototype: Blob;
    new (parts?: Iterable<BlobPart>, options?: { readonly type?: string }): Blob;
  };
  interface File extends Blob {
    readonly name: string;
    readonly lastModified: number;
  }
  var File: {
    readonly prototype: File;
    new (
      parts: Iterable<BlobPart>,
      name: string,
      options?: { readonly type?: string; readonly lastModified?: number },
    ): File;
  };

  // URLs
  interface URL {
    hash: string;
    host: string;
    hostname: string;
    href: string;
    readonly origin: string;
    password: string;
    pathname: string;
    port: string;
    protocol: string;
    search: string;
    readonly searchParams: URLSearchParams;
    username: string;
    toJSON(): string;
    toString(): string;
  }
  var URL: {
    readonly prototype: URL;
    new (url: string | URL, base?: string | URL): URL;
    canParse(url: string | URL, base?: string | URL): boolean;
    parse(url: string | URL, base?: string | URL): URL | null;
  };
  interface URLSearchParams extends Iterable<[string, string]> {
    readonly size: number;
    append(name: string, value: string): void;
    delete(name: string, value?: string): void;
    get(name: string): string | null;
    getAll(name: string): string[];
    has(name: string, value?: string): boolean;
    set(name: string, value: string): void;
    sort(): void;
    toString(): string;
    forEach(callback: (value: string, name: string, params: URLSearchParams) => void): void;
    entries(): IterableIterator<[string, string]>;
    keys(): IterableIterator<string>;
    values(): IterableIterator<string>;
  }
  var URLSearchParams: {
    readonly prototype: URLSearchParams;
    new (
      params?: Iterable<readonly [string, string]> | Readonly<Record<string, string>> | string,
    ): URLSearchParams;
  };

  // Events, and signals to stop
  interface Event {
    readonly type: string;
    readonly cancelable: boolean;
    readonly defaultPrevented: boolean;
    readonly target: EventTarget | null;
    readonly currentTarget: EventTarget | null;
    preventDefault(): void;
    stopPropagation(): void;
    stopImmediatePropagation(): void;
  }
  var Event: {
    readonly prototype: Event;
    new (type: string, options?: { readonly cancelable?: boolean }): Event;
  };
  interface CustomEvent<Detail = any> extends Event {
    readonly detail: Detail;
  }
  var CustomEvent: {
    readonly prototype: CustomEvent;
    new <Detail>(
      type: string,
      options?: { readonly cancelable?: boolean; readonly detail?: Detail },
    ): CustomEvent<Detail>;
  };
  type EventListenerOrObject = ((event: any) => void) | { handleEvent(event: any): void };
  interface EventTarget {
    addEventListener(
      type: string,
      listener: EventListenerOrObject | null,
      options?: boolean | { readonly once?: boolean; readonly signal?: AbortSignal },
    ): void;
    removeEventListener(type: string, listener: EventListenerOrObject | null): void;
    dispatchEvent(event: Event): boolean;
  }
  var EventTarget: { readonly prototype: EventTarget; new (): EventTarget };
  interface DOMException extends Error {
    readonly code: number;
  }
  var DOMException: {
    readonly prototype: DOMException;
    new (message?: string, name?: string): DOMException;
  };
  interface AbortSignal extends EventTarget {
    readonly aborted: boolean;
    readonly reason: any;
    onabort: ((event: Event) => void) | null;
    throwIfAborted(): void;
  }
  var AbortSignal: {
    readonly prototype: AbortSignal;
    abort(reason?: unknown): AbortSignal;
    any(signals: Iterable<AbortSignal>): AbortSignal;
  };
  interface AbortController {
    readonly signal: AbortSignal;
    abort(reason?: unknown): void;
  }
  var AbortController: { readonly prototype: AbortController; new (): AbortController };

  // Messages within the vat
  interface MessagePort extends EventTarget {
    onmessage: ((event: Event & { readonly data: any }) => void) | null;
    postMessage(message: unknown): void;
    start(): void;
    close(): void;
  }
  var MessagePort: { readonly prototype: MessagePort; new (): MessagePort };
  interface MessageChannel {
    readonly port1: MessagePort;
    readonly port2: MessagePort;
  }
  var MessageChannel: { readonly prototype: MessageChannel; new (): MessageChannel };
  function structuredClone<Value>(value: Value): Value;

  // In this crank, among the promise jobs: a crank does not wait
  function queueMicrotask(job: () => void): void;
  function setImmediate<Args extends unknown[]>(
    job: (...args: Args) => void,
    ...args: Args
  ): number;
  function clearImmediate(id: number | undefined): void;
  /** A delay of more than a millisecond throws: await `E(timer).delay(milliseconds)` of the timer service. */
  function setTimeout<Args extends unknown[]>(
    job: (...args: Args) => void,
    milliseconds?: 0 | 1,
    ...args: Args
  ): number;
  function clearTimeout(id: number | undefined): void;

  // With the option `ambient`
  interface Crypto {
    getRandomValues<Numbers extends ArrayBufferView>(numbers: Numbers): Numbers;
    randomUUID(): `${string}-${string}-${string}-${string}-${string}`;
  }
  var crypto: Crypto;
  interface Performance {
    readonly timeOrigin: number;
    now(): number;
  }
  var performance: Performance;
}
