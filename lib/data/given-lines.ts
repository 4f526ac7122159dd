import { mostLines, nodeLine, type NodeImport, type NodeRangeCreate } from '#lib/api/nodes-contract.ts'
import { BaseboardError } from '#lib/domain/errors.ts'
import { columnAt, readTable, type TableProblem, type TableRow } from '#lib/domain/node-table.ts'
import { expandAddresses, expandNames, fillTemplate, isTemplateProblem, type TemplateProblem } from '#lib/domain/node-template.ts'
import { invalid } from './address.ts'
import { toProblem, type GivenLine } from './node-plan.ts'

/** The lines of an import or of a range, each checked by itself: what is wrong with one does not hide what is wrong with another. */

type Checked = ReturnType<typeof nodeLine.safeParse>

function problemsOf(checked: Checked): GivenLine['problems'] {
  if (checked.success) return []
  return checked.error.issues.map((issue) => {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
    const path = [...issue.path, ...keys].map(String)
    if (keys.length > 0) return toProblem(path.join('.'), 'unknown-field', 'there is no such field')
    return toProblem(columnAt(path), path[0] === 'attributes' ? 'attributes' : columnAt(path), issue.message)
  })
}

function toGiven(line: number, value: unknown, attributes: GivenLine['attributes'] = {}): GivenLine {
  const checked = nodeLine.safeParse(value)
  const name = (value as { name?: unknown } | null)?.name
  return { line, name: typeof name === 'string' ? name.slice(0, 100) : '', node: checked.success ? checked.data : null, attributes, problems: problemsOf(checked) }
}

const tableWords: Record<TableProblem['code'], (text: string) => string> = {
  empty: () => 'there is no node: the first line names the columns, each line after it is a node',
  'no-name': () => 'no column is called name',
  'unknown-column': (text) => `no column is called "${text}": leave it out, or call it attr.${text} to keep it as an attribute`,
  'column-twice': (text) => `the column "${text}" is there twice`,
  'unclosed-quote': () => 'a quotation mark is never closed',
  'too-many': (text) => `there are ${text} nodes, at most ${mostLines} are read at once`,
}

function ofRow({ line, node, attributes, extra }: TableRow): GivenLine {
  // The attributes of a table are checked as those of a node, and changed one by one.
  const kept = Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== null))
  const given = toGiven(line, Object.keys(kept).length === 0 ? node : { ...node, attributes: kept }, attributes)
  if (given.node !== null) delete given.node.attributes
  if (extra > 0) given.problems.push(toProblem('', 'too-many-cells', `the line has ${extra} more cells than there are columns: is a quotation mark missing?`))
  return given
}

/** The lines of a file. Throws `invalid` (400) for a file that cannot be read as lines, naming the line. */
export function linesOfImport({ csv, nodes }: NodeImport): GivenLine[] {
  if (nodes !== undefined) return nodes.map((node, index) => toGiven(index + 1, node))
  const table = readTable(csv ?? '', mostLines)
  if (!Array.isArray(table)) throw invalid('csv', `line ${table.line}: ${tableWords[table.code](table.text)}`)
  return table.map(ofRow)
}

const templateWords: Record<TemplateProblem['code'], string> = {
  'unclosed-bracket': 'a bracket is not closed in',
  'bad-range': 'these are no numbers of a range',
  'too-many': `more than ${mostLines} nodes are in`,
  empty: 'is empty',
  'unknown-placeholder': 'this means nothing for the name',
  unequal: 'there are not as many addresses as names in',
}
const toSentence = ({ code, text }: TemplateProblem) => `${templateWords[code]}${text === '' ? '' : `: ${text}`}`

function filled<T>(template: string | undefined, name: string, column: string, problems: GivenLine['problems'], toValue: (text: string) => T): T | undefined {
  if (template === undefined) return undefined
  const text = fillTemplate(template, name, column === 'position')
  if (!isTemplateProblem(text)) return toValue(text)
  problems.push(toProblem(column, text.code, toSentence(text)))
  return undefined
}

const toPosition = (text: string) => (/^\d{1,9}$/.test(text) ? Number(text) : text)

/** A line for each name of a range. Throws `invalid` (400) for templates that fit no name. */
export function linesOfRange({ names: range, address: template, rack, position, ...request }: NodeRangeCreate): GivenLine[] {
  const names = expandNames(range, mostLines)
  if (isTemplateProblem(names)) throw invalid('names', toSentence(names))
  const addresses = expandAddresses(template, names)
  if (isTemplateProblem(addresses)) throw invalid('address', toSentence(addresses))
  const { protocol, ports, username, password, groups, tags, protected: shield } = request
  return names.map((name, index) => {
    const problems: GivenLine['problems'] = []
    const address = addresses[index]!
    if (isTemplateProblem(address)) problems.push(toProblem('address', address.code, toSentence(address)))
    const given = toGiven(index + 1, {
      name,
      bmc: { address: isTemplateProblem(address) ? undefined : address, protocol, ports, username, password },
      groups,
      tags,
      rack: filled(rack, name, 'rack', problems, String),
      position: filled(position, name, 'position', problems, toPosition),
      protected: shield,
    })
    return problems.length === 0 ? given : { ...given, node: null, problems: [...problems, ...given.problems] }
  })
}

/** The first bad line, for an answer of one sentence. */
export function toBadLines(lines: readonly { line: number; problems: readonly { column: string; message: string }[] }[]): BaseboardError {
  const [first] = lines
  const [problem] = first?.problems ?? []
  const more = lines.length > 1 ? ` (${lines.length} lines are bad: a dry run names each)` : ''
  return new BaseboardError('bad-lines', 422, `nothing was done: line ${first?.line}, ${problem?.column}: ${problem?.message}${more}`)
}
