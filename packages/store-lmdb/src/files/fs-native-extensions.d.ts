/** What is used of a package without types of its own: locks of a byte range of an open file, for its descriptor. */
declare module 'fs-native-extensions' {
  /** A shared lock needs no more than a descriptor for reading. */
  interface Sharing {
    readonly shared: boolean;
  }
  const extensions: {
    /** False where another descriptor holds it. */
    readonly tryLock: (fd: number, offset: number, length: number, how?: Sharing) => boolean;
    readonly waitForLock: (
      fd: number,
      offset: number,
      length: number,
      how?: Sharing,
    ) => Promise<void>;
    readonly unlock: (fd: number, offset: number, length: number) => void;
  };
  export default extensions;
}
