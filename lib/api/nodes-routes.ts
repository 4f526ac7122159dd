import * as contract from './contract.ts'
import * as nodes from './nodes-contract.ts'
import type { Route } from './routes.ts'

/** The doors for many nodes at once. */
export const nodesRoutes = {
  listNodes: {
    method: 'GET',
    path: '/api/nodes',
    access: 'read',
    summary: 'All nodes, or those of a noderange',
    status: 200,
    query: nodes.nodeQuery,
    answer: contract.nodeList,
  },
  changeNodes: {
    method: 'PATCH',
    path: '/api/nodes',
    access: 'editNodes',
    summary: 'Change groups, tags, rack, position, attributes or protection of many nodes, all or none of them',
    status: 200,
    body: nodes.nodesPatch,
    answer: nodes.nodesPatched,
  },
  listNodeNames: {
    method: 'GET',
    path: '/api/node-names',
    access: 'read',
    summary: 'The names of all nodes or of a noderange, in natural order, and folded',
    status: 200,
    query: nodes.nodeQuery,
    answer: nodes.nodeNames,
  },
  listGroups: { method: 'GET', path: '/api/groups', access: 'read', summary: 'The groups, with their nodes folded', status: 200, answer: nodes.groupList },
  createNodeRange: {
    method: 'POST',
    path: '/api/node-ranges',
    access: 'editNodes',
    summary: 'Add nodes by one range with templates for address, rack and position; with dryRun says what it would do',
    status: 200,
    body: nodes.nodeRangeCreate,
    answer: nodes.nodePlan,
  },
  importNodes: {
    method: 'POST',
    path: '/api/node-imports',
    access: 'editNodes',
    summary: 'Add and change nodes by name from CSV or JSON, all lines in one transaction; with dryRun says what it would do',
    status: 200,
    body: nodes.nodeImport,
    bodyLimitBytes: 8 * 1024 * 1024,
    answer: nodes.nodePlan,
  },
  exportNodes: {
    method: 'GET',
    path: '/api/node-exports',
    access: 'read',
    summary: 'All nodes or those of a noderange as an import takes them, without passwords; format=csv gives a table',
    status: 200,
    query: nodes.exportQuery,
    answer: nodes.nodeExport,
  },
} as const satisfies Record<string, Route>
