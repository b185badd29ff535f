export { type Client, connect, type ConnectOptions, type Status } from './connect.js';
export type { WebSocketConstructor } from './connection.js';
export { GatewayError } from './gateway-error.js';
export { referenceName } from './references.js';
export type { Received, Remote, RemotePromise, Sendable } from './types.js';
