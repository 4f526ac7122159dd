import { expect, type Page } from '@playwright/test'

/** What an answer of the API is to a test: its status and its parsed body. */
export type Answer<T> = { status: number; body: T }

export type NodeWords = {
  name: string
  power: { state: string; at: string | null }
  health: { level: string; at: string | null }
  /** Only of one node. */
  capabilities?: { probedAt: string } | null
  bmc: {
    state: string
    via: string | null
    latencyMs: number | null
    failure: { kind: string; address: string } | null
    endpoints: { protocol: string; state: string }[]
  }
}
export type AuditWords = {
  seq: number
  actor: string
  action: string
  node: string | null
  target: string | null
  outcome: string
  detail: Record<string, unknown>
}

/** Calls the API from the page itself, as its own scripts do: with its cookie and its origin. */
export async function call<T>(page: Page, method: string, path: string, body?: unknown): Promise<Answer<T>> {
  return page.evaluate(
    async ({ method, path, body }) => {
      const sent = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
      const answer = await fetch(path, { method, ...sent })
      const text = await answer.text()
      return { status: answer.status, body: text === '' ? null : JSON.parse(text) }
    },
    { method, path, body },
  ) as Promise<Answer<T>>
}

export const readNodes = async (page: Page): Promise<NodeWords[]> =>
  (await call<{ nodes: NodeWords[] }>(page, 'GET', '/api/nodes')).body.nodes

export const readAudit = async (page: Page, query: string): Promise<AuditWords[]> =>
  (await call<{ rows: AuditWords[] }>(page, 'GET', `/api/audit?${query}`)).body.rows

/** A node of the demo's rack that is on, well, and answers promptly by this protocol. Waits until there is one. */
export async function findHealthyNode(page: Page, via: string): Promise<string> {
  let name: string | undefined
  const answersBy = ({ state, via: by, latencyMs }: NodeWords['bmc']) => state === 'ok' && by === via && (latencyMs ?? Infinity) < 500
  const isIt = ({ name, power, health, bmc }: NodeWords) =>
    /^n\d+$/.test(name) && power.state === 'on' && health.level === 'ok' && answersBy(bmc)
  await expect
    .poll(
      async () => {
        name = (await readNodes(page)).find(isIt)?.name
        return name
      },
      { timeout: 120_000, message: `a healthy node by ${via}` },
    )
    .toBeDefined()
  return name!
}
