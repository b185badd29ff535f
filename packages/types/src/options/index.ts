export * from './insist-arguments.js';
export * from './insist-options.js';
export * from './suggestion.js';
export * from './value-rules.js';
export * from './vat-options.js';
