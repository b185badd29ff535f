/** What is used of a package without types of its own: locks of a byte range of an open file, for its descriptor. */
declare module 'fs-native-extensions' {
  const extensions: {
    /** False where another descriptor holds it. */
    readonly tryLock: (fd: number, offset: number, length: number) => boolean;
    readonly waitForLock: (fd: number, offset: number, length: number) => Promise<void>;
    readonly unlock: (fd: number, offset: number, length: number) => void;
  };
  export default extensions;
}
