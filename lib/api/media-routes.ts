import * as media from './media-contract.ts'
import type { Route } from './routes.ts'

/** The door of a node's virtual media; what changes them is asked as an operation. */
export const mediaRoutes = {
  readNodeMedia: {
    method: 'GET',
    path: '/api/nodes/{name}/media',
    access: 'read',
    summary: "A node's virtual drives as they were last read, and what its BMC has read of our images",
    status: 200,
    answer: media.nodeMedia,
  },
} as const satisfies Record<string, Route>
