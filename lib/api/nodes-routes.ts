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
} as const satisfies Record<string, Route>
