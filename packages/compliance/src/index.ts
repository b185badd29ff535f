export { storeBackendCompliance } from './store-backend.js';
export type {
  KernelStoreFixture,
  KernelStoreSuite,
  StoreBackendFixture,
  StoreBackendSuite,
} from './store-fixture.js';
export { kernelStoreCompliance } from './store-kernel.js';
