import { stringify } from 'csv-stringify/sync'

/** NUL and other controls have no place in a table; a spreadsheet might cut a cell there and see what comes after as its beginning. */
const plain = (value: unknown) => (typeof value === 'string' ? value.replace(/(?![\t\n])\p{Cc}/gu, '') : value)

/**
 * Rows of comma-separated values (RFC 4180) for people and their spreadsheets: a cell that one would run is quoted with '. A cell with a
 * line break of any kind is quoted; the library by itself looks only for the one that ends rows.
 */
export const toCsv = (rows: readonly (readonly unknown[])[]): string =>
  stringify(rows.map((row) => row.map(plain)), { escape_formulas: true, record_delimiter: 'windows', quoted_match: /[\r\n]/ })
