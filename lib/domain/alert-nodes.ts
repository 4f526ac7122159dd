import type { Alert } from './alert.ts'

/** The names of the nodes that an alert is about: none for one of the site, several for one of an operation. */
export const nodesOf = ({ node, evidence }: Pick<Alert, 'node' | 'evidence'>): readonly string[] => (evidence.kind === 'operation' ? evidence.failed : node === null ? [] : [node])
