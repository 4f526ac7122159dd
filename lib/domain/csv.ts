/**
 * Comma-separated values as spreadsheets write them (RFC 4180), read with the number of each row's first line, so that a person finds it again.
 * The separator is what the first line has most of: `;` in countries that write 1,5, a tab from a paste.
 */
export type CsvRow = { line: number; cells: string[] }

const separatorOf = (text: string) => {
  const [first = ''] = text.split('\n', 1)
  return [',', ';', '\t'].map((sign) => ({ sign, count: first.split(sign).length })).reduce((a, b) => (b.count > a.count ? b : a)).sign
}

/** Rows with at least one cell that is not empty. A quotation mark that is never closed gives the line where it opens. */
export function parseCsv(text: string): { rows: CsvRow[]; unclosedAt: number | null } {
  const source = text.replace(/^\ufeff/, '')
  const separator = separatorOf(source)
  const rows: CsvRow[] = []
  let row: CsvRow = { line: 1, cells: [] }
  let cell = ''
  let line = 1
  let openedAt: number | null = null

  const endRow = () => {
    row.cells.push(cell)
    cell = ''
    if (row.cells.some((each) => each.trim() !== '')) rows.push(row)
    row = { line: line + 1, cells: [] }
  }
  for (let at = 0; at < source.length; at += 1) {
    const sign = source[at]!
    if (openedAt !== null) {
      if (sign !== '"') cell += sign
      else if (source[at + 1] === '"') {
        cell += '"'
        at += 1
      } else openedAt = null
    } else if (sign === '"' && cell === '') openedAt = line
    else if (sign === separator) {
      row.cells.push(cell)
      cell = ''
    } else if (sign === '\n') endRow()
    else if (sign !== '\r' || source[at + 1] !== '\n') cell += sign
    if (sign === '\n') line += 1
  }
  endRow()
  return { rows, unclosedAt: openedAt }
}

/** With one of these a spreadsheet takes a cell for a formula and runs it; the wide forms are those of East Asian keyboards. */
const formula = /^'*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/

/** A cell that no spreadsheet runs: text is said by an apostrophe. `fromSafeCell` takes exactly that one away again. */
export const toSafeCell = (text: string) => (formula.test(text) ? `'${text}` : text)
export const fromSafeCell = (cell: string) => (cell.startsWith("'") && formula.test(cell.slice(1)) ? cell.slice(1) : cell)

/** Many words in one cell: `gpu;compute`. A word's own ; and \ are written with a \ before them. */
export const toListCell = (words: readonly string[]) => words.map((word) => word.replace(/[\\;]/g, '\\$&')).join(';')

export function fromListCell(cell: string): string[] {
  const words = cell.match(/(?:\\[^]|[^;\\])+/g) ?? []
  return words.map((word) => word.replace(/\\([^])/g, '$1').trim()).filter((word) => word !== '')
}
