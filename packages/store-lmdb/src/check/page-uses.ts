import type { CooperageError } from '@cooperage/types';

/** Free pages that the file need not have grown to yet. */
const MOST_UNWRITTEN = 1_000_000;

/** What the pages of a file are used for: each belongs to one place, so that a second use is a cycle or damage. */
export class PageUses {
  readonly #lastPage: number;
  readonly #filePages: number;
  readonly #fail: (pgno: number, detail: string) => CooperageError;
  /** A bit for each page of the file. */
  readonly #seen: Uint8Array;
  /** Free pages behind the end of the file, which is where it will grow. */
  readonly #unwritten = new Set<number>();
  readonly #free: (readonly [pgno: number, count: number])[] = [];

  /**
   * @param lastPage  that the store has given out
   * @param filePages that the file holds
   * @param fail      makes the error
   */
  constructor(
    lastPage: number,
    filePages: number,
    fail: (pgno: number, detail: string) => CooperageError,
  ) {
    this.#lastPage = lastPage;
    this.#filePages = filePages;
    this.#fail = fail;
    this.#seen = new Uint8Array((filePages >> 3) + 1);
  }

  /** @throws {CooperageError} `STORE_CORRUPT` */
  claim(pgno: number, count: number): void {
    if (pgno + count > this.#filePages && pgno + count - 1 <= this.#lastPage) {
      throw this.#fail(pgno, `is behind the end of the file: it has been truncated`);
    }
    this.#claim(pgno, count);
  }

  addFree(pgno: number, count: number): void {
    this.#free.push([pgno, count]);
  }

  /** @throws {CooperageError} `STORE_CORRUPT` */
  claimFree(): void {
    for (const [pgno, count] of this.#free) this.#claim(pgno, count);
  }

  #claim(pgno: number, count: number): void {
    if (pgno < 2 || pgno + count - 1 > this.#lastPage) {
      throw this.#fail(pgno, `is outside the pages in use (2 to ${this.#lastPage})`);
    }
    for (let page = pgno; page < pgno + count; page += 1) {
      if (page >= this.#filePages) {
        if (this.#unwritten.has(page)) throw this.#fail(page, 'is free twice');
        if (this.#unwritten.size > MOST_UNWRITTEN) throw this.#fail(page, 'is far behind the end');
        this.#unwritten.add(page);
        continue;
      }
      const mask = 1 << (page & 7);
      const cell = this.#seen[page >> 3] as number;
      if ((cell & mask) !== 0) throw this.#fail(page, 'is used twice');
      this.#seen[page >> 3] = cell | mask;
    }
  }
}
