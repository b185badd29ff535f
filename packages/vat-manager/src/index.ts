export { type Core, type CoreOptions, makeCore, type Retired } from './core/core.js';
export type { Order } from './core/retirement-order.js';
