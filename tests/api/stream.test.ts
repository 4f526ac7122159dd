import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { streamEvents } from '#lib/api/contract.ts'
import { closeStreams } from '#lib/data/stream.ts'
import { prisma } from '#lib/db/client.ts'
import { withDatabase } from '../database.ts'
import { addNode, addUser, bearer, call, signIn, signOut, withSite } from './fixture.ts'

withDatabase()
const { tokens } = withSite()
afterAll(closeStreams)

type Event = { event: string; data: unknown }

/** Opens a stream and gives its events one by one; null when it has ended. */
async function open(headers: Record<string, string>) {
  const gone = new AbortController()
  const answer = await call('/api/stream', { headers, signal: gone.signal })
  if (answer.status !== 200) return { answer, next: async () => null, close: () => {} }
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  async function next(): Promise<Event | null> {
    for (;;) {
      const end = rest.indexOf('\n\n')
      if (end === -1) {
        const { done, value } = await reader.read()
        if (done) return null
        rest += value
        continue
      }
      const lines = rest.slice(0, end).split('\n')
      rest = rest.slice(end + 2)
      const event = lines.find((line) => line.startsWith('event: '))?.slice(7)
      const data = lines.find((line) => line.startsWith('data: '))?.slice(6)
      if (event !== undefined && data !== undefined) return { event, data: JSON.parse(data) }
    }
  }
  return { answer, next, close: () => gone.abort() }
}

type Stream = Awaited<ReturnType<typeof open>>

async function until(stream: Stream, event: string): Promise<unknown> {
  for (;;) {
    const got = await stream.next()
    if (got === null) throw new Error(`the stream ended before ${event}`)
    if (got.event === event) return got.data
  }
}

/** Reads to the end of a stream. */
async function ended(stream: Stream): Promise<true> {
  while ((await stream.next()) !== null);
  return true
}

beforeAll(async () => {
  await addNode(tokens.admin, 'n1', '10.4.0.1')
})

describe('the stream', () => {
  it('greets, and carries changed rows whole, removals and operations', async () => {
    const stream = await open(bearer(tokens.viewer))
    expect(stream.answer.headers.get('content-type')).toMatch(/^text\/event-stream/)
    expect(stream.answer.headers.get('cache-control')).toBe('no-store, no-transform')
    streamEvents.hello.parse(await until(stream, 'hello'))

    await prisma().nodeStatus.updateMany({ data: { power: 'on', powerAt: new Date(), bmcState: 'ok' } })
    const { nodes } = streamEvents.nodes.parse(await until(stream, 'nodes'))
    expect(nodes).toMatchObject([{ name: 'n1', power: { state: 'on' } }])

    const asked = await call('/api/operations', { method: 'POST', headers: bearer(tokens.operator), body: { kind: 'power', action: 'On', nodes: ['n1'] } })
    expect(await until(stream, 'operation')).toEqual(await asked.json())

    await call('/api/nodes/n1', { method: 'DELETE', headers: bearer(tokens.admin) })
    expect(await until(stream, 'removed')).toEqual({ ids: [nodes[0]!.id] })
    stream.close()
  })

  it('reads a row once for many changes of a moment', async () => {
    await addNode(tokens.admin, 'n2', '10.4.0.2')
    const stream = await open(bearer(tokens.viewer))
    await until(stream, 'hello')
    for (let watts = 1; watts <= 30; watts += 1) await prisma().nodeStatus.updateMany({ data: { watts } })
    const seen: (number | null)[] = []
    while (seen.at(-1) !== 30) seen.push(streamEvents.nodes.parse(await until(stream, 'nodes')).nodes[0]!.watts)
    expect(seen.length).toBeLessThan(15)
    stream.close()
  })

  it('tells of an operation about twice a second, however many steps move, and of the last move too', async () => {
    const asked = await call('/api/operations', { method: 'POST', headers: bearer(tokens.operator), body: { kind: 'power', action: 'On', nodes: ['n2'] } })
    const { id } = (await asked.json()) as { id: string }
    const stream = await open(bearer(tokens.viewer))
    await until(stream, 'hello')
    const told: unknown[] = []
    void (async () => {
      for (let got = await stream.next(); got !== null; got = await stream.next()) if (got.event === 'operation') told.push(got.data)
    })()
    const move = () => prisma().step.updateMany({ where: { operationId: id }, data: { updatedAt: new Date() } })
    const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
    const startedMs = performance.now()
    for (let i = 0; i < 60; i++) {
      await move()
      await pause(20)
    }
    const seconds = (performance.now() - startedMs) / 1_000
    await pause(1_200)
    const before = told.length
    expect(before).toBeGreaterThan(0)
    expect(before).toBeLessThanOrEqual(2 * seconds + 3)
    await move()
    while (told.length === before) await pause(20)
    expect(new Set(told.map((one) => JSON.stringify(one)))).toEqual(new Set([JSON.stringify({ id })]))
    stream.close()
  })

  it('ends when the person signs out, is disabled or demoted, or the token is revoked, and for nobody else (checklist 25)', async () => {
    const bystander = await open(bearer(tokens.viewer))
    await until(bystander, 'hello')
    const id = await addUser('ada', 'operator')
    const patch = (body: unknown) => call(`/api/users/${id}`, { method: 'PATCH', headers: bearer(tokens.admin), body })
    for (const [why, end] of [
      ['sign-out', (cookie: string) => signOut(cookie)],
      ['demoted', () => patch({ role: 'viewer' })],
      ['disabled', () => patch({ disabled: true })],
    ] as const) {
      const { cookie } = await signIn('ada')
      const stream = await open({ cookie })
      await until(stream, 'hello')
      expect((await end(cookie)).status, why).toBe(200)
      expect(await ended(stream), why).toBe(true)
      expect((await open({ cookie })).answer.status, why).toBe(401)
    }
    const stream = await open(bearer(tokens.operator))
    await until(stream, 'hello')
    const { id: tokenId } = await prisma().apiToken.findUniqueOrThrow({ where: { name: 'operator' } })
    await call(`/api/tokens/${tokenId}`, { method: 'DELETE', headers: bearer(tokens.admin) })
    expect(await ended(stream)).toBe(true)

    await prisma().nodeStatus.updateMany({ data: { watts: 77 } })
    expect(streamEvents.nodes.parse(await until(bystander, 'nodes')).nodes[0]!.watts).toBe(77)
    bystander.close()
  })

  it('drops a reader who does not read', async () => {
    const gone = new AbortController()
    const answer = await call('/api/stream', { headers: bearer(tokens.viewer), signal: gone.signal })
    const hub = (globalThis as unknown as { baseboardStreams: { viewers: Set<{ send: (text: string) => void }> } }).baseboardStreams
    const viewer = [...hub.viewers].at(-1)!
    for (let n = 0; n < 9; n += 1) viewer.send(`: ${'x'.repeat(1024 * 1024)}\n\n`)
    expect(hub.viewers.has(viewer as never)).toBe(false)
    await expect(answer.text()).rejects.toThrow('too slow')
  })

  it('forgets who has gone', async () => {
    const hub = (globalThis as unknown as { baseboardStreams: { viewers: Set<unknown> } }).baseboardStreams
    const before = hub.viewers.size
    const stream = await open(bearer(tokens.viewer))
    expect(hub.viewers.size).toBe(before + 1)
    stream.close()
    expect(hub.viewers.size).toBe(before)
  })
})
