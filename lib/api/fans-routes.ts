import * as fans from './fans-contract.ts'
import type { Route } from './routes.ts'

/** The doors to the fans of nodes. */
export const fansRoutes = {
  readFans: {
    method: 'GET',
    path: '/api/nodes/{name}/fans',
    access: 'read',
    summary: 'The fans of a node, what its BMC takes for them, and what was asked of them',
    status: 200,
    answer: fans.fansAnswer,
  },
  changeFans: {
    method: 'PATCH',
    path: '/api/nodes/{name}/fans',
    access: 'fans',
    summary: 'Ask for automatic fans, a mode, a fixed duty or a curve; an unverified profile needs an administrator’s consent',
    status: 202,
    body: fans.fansChange,
    answer: fans.fansAnswer,
  },
  changeFansOfMany: {
    method: 'POST',
    path: '/api/fans',
    access: 'fans',
    summary: 'Ask for automatic fans or a mode on many nodes; those that cannot are named',
    status: 202,
    body: fans.fansForMany,
    answer: fans.fansForManyAnswer,
  },
} as const satisfies Record<string, Route>
