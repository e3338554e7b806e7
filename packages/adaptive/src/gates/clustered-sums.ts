/**
 * Sums of columns over rows, with the outer products of the sums of clusters of rows, from which variances are estimated. Rows of one
 * cluster, such as a session, may depend on each other.
 */
export class ClusteredSums {
  readonly #columns: number;
  /** `[columns]`: sums over all rows. */
  sums: Float64Array;
  /** `[columns, columns]`: sum over closed clusters of the outer products of their sums. */
  products: Float64Array;
  /** `[slots, columns]`: sums of the open clusters. */
  open: Float64Array = new Float64Array(0);
  /** `[slots]`: rows of the open clusters. */
  openRows: Int32Array = new Int32Array(0);

  constructor(columns: number) {
    this.#columns = columns;
    this.sums = new Float64Array(columns);
    this.products = new Float64Array(columns * columns);
  }

  /** Adds a row, `[columns]`, to the open cluster of a slot. */
  add(slot: number, row: Float64Array): void {
    for (let column = 0; column < this.#columns; column++) {
      this.sums[column] += row[column];
      this.open[slot * this.#columns + column] += row[column];
    }
    this.openRows[slot]++;
  }

  /** Closes the cluster of a slot, and opens an empty one. */
  close(slot: number): void {
    this.#addProducts(slot, this.products);
    this.open.fill(0, slot * this.#columns, (slot + 1) * this.#columns);
    this.openRows[slot] = 0;
  }

  /** Makes room for a number of slots. */
  reserve(slots: number): void {
    if (slots <= this.openRows.length) return;
    const capacity = Math.max(slots, 2 * this.openRows.length);
    const open = new Float64Array(capacity * this.#columns);
    open.set(this.open);
    const openRows = new Int32Array(capacity);
    openRows.set(this.openRows);
    this.open = open;
    this.openRows = openRows;
  }

  /** `[columns, columns]`: sum over all clusters, including the open ones, of the outer products of their sums. */
  allProducts(): Float64Array {
    const products = this.products.slice();
    for (let slot = 0; slot < this.openRows.length; slot++) this.#addProducts(slot, products);
    return products;
  }

  /** Multiplies all rows so far by a factor for each column. */
  discount(factorOf: (column: number) => number): void {
    this.sums.forEach((_, column, sums) => {
      sums[column] *= factorOf(column);
    });
    this.products.forEach((_, place, products) => {
      products[place] *= factorOf(Math.floor(place / this.#columns)) * factorOf(place % this.#columns);
    });
    this.open.forEach((_, place, open) => {
      open[place] *= factorOf(place % this.#columns);
    });
  }

  #addProducts(slot: number, products: Float64Array): void {
    const columns = this.#columns;
    const cluster = this.open.subarray(slot * columns, (slot + 1) * columns);
    for (let one = 0; one < columns; one++) {
      for (let other = 0; other < columns; other++) products[one * columns + other] += cluster[one] * cluster[other];
    }
  }
}
