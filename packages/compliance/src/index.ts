export type {
  ExpectedPromise,
  ExpectedState,
  ExpectedWork,
  KernelDump,
  Step,
  VectorCase,
  VectorFile,
  VectorKernel,
  VectorVat,
} from './kernel/vector.js';
export { kernelVectors, readKernelVectors } from './kernel/vectors.js';
export type {
  LinkArrival,
  LinkCall,
  LinkKernel,
  LinkRef,
  LinkStep,
  LinkVectorCase,
  LinkVectorFile,
} from './links/link-vector.js';
export {
  linkCompliance,
  type LinkedStore,
  type LinkFixture,
  type LinkSuite,
} from './links/link-source.js';
export { linkVectors, readLinkVectors } from './links/link-vectors.js';
export { liveSlotsCompliance, type LiveSlotsSuite, type VatTools } from './liveslots/liveslots.js';
export { driveLiveSlots, type LiveSlotsVat } from './liveslots/driver.js';
export { storeBackendCompliance } from './store/backend.js';
export type {
  KernelStoreFixture,
  KernelStoreSuite,
  StoreBackendFixture,
  StoreBackendSuite,
} from './store/fixture.js';
export { kernelStoreCompliance } from './store/kernel.js';
export {
  vatWorkerCompliance,
  type WorkerComplianceOptions,
  type WorkerSupport,
} from './worker/worker.js';
export {
  type Answer,
  capdata,
  type DrivenVat,
  type DriveOptions,
  driveVat,
  type FakeVatstore,
  makeFakeVatstore,
  syscallsOf,
  valueOf,
} from './worker/driver.js';
export { inlineBundles, scriptedLiveSlots, workerVats } from './worker/fixtures.js';
