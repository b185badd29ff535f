export { makeKernelStore } from './kernel-store.js';
export { makeMemoryBackend, type MemoryBackend, type MemoryFaults } from './memory-backend.js';
export { makeMemoryCluster, type MemoryCluster } from './memory-cluster.js';
export { hashState, hashTables, makeRowsHash, type RowsHash } from './state-hash.js';
