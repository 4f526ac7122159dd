import { X509Certificate } from 'node:crypto'
import { request } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { afterEach, describe, expect, test } from 'vitest'
import type { MakeName } from '../makes.ts'
import type { SimulatedNode } from '../node.ts'
import type { PersonaName } from '../personas.ts'
import { startRack, type Rack } from '../rack.ts'

interface Reply {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
  fingerprint: string
}

let rack: Rack | undefined
afterEach(() => rack?.close())

async function startOne(make: MakeName, persona: PersonaName = 'healthy'): Promise<SimulatedNode> {
  rack = await startRack({ nodes: [{ name: 'n1', make, persona, protocol: 'redfish', faces: ['redfish'] }], timing: { powerOnMs: 0 } })
  return rack.node('n1')
}

interface Call {
  method?: string
  body?: unknown
  headers?: Record<string, string>
  auth?: string
  /** How long to wait for an answer that should not come. */
  giveUpMs?: number
}

/** One request on a connection of its own; rejects when the connection breaks or nothing comes. */
function call(node: SimulatedNode, path: string, options: Call = {}): Promise<Reply> {
  const { address, ports } = node.describe()
  const { method = 'GET', body, headers = {}, auth = 'admin:secret', giveUpMs = 5000 } = options
  const target = { host: address, port: ports.redfish, path, method, headers, auth, agent: false, rejectUnauthorized: false }
  return new Promise((resolve, reject) => {
    const outgoing = request(target, (response) => {
      const { fingerprint256: fingerprint } = (response.socket as TLSSocket).getPeerCertificate()
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text, fingerprint }))
      response.on('error', reject)
    })
    outgoing.setTimeout(giveUpMs, () => outgoing.destroy(new Error('no answer')))
    outgoing.on('error', reject)
    outgoing.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

const sessionsPath = '/redfish/v1/SessionService/Sessions'
const login: Call = { method: 'POST', body: { UserName: 'admin', Password: 'secret' }, auth: ':' }
const dellSystem = '/redfish/v1/Systems/System.Embedded.1'
const dellReset = `${dellSystem}/Actions/ComputerSystem.Reset`
const resetTo = (type: string): Call => ({ method: 'POST', body: { ResetType: type } })

describe('queries', () => {
  const memory = `${dellSystem}/Memory`
  const members = async (node: SimulatedNode, path: string) => (JSON.parse((await call(node, path)).text) as { Members: Record<string, unknown>[] }).Members

  test('$expand gives members whole, where the make says that it can', async () => {
    const node = await startOne('dell')
    expect(JSON.parse((await call(node, '/redfish/v1')).text)).toMatchObject({ ProtocolFeaturesSupported: { ExpandQuery: { NoLinks: true } } })
    const [link] = await members(node, memory)
    const [whole] = await members(node, `${memory}?$expand=.($levels=1)`)
    expect(whole).toEqual(JSON.parse((await call(node, String(link!['@odata.id']))).text))
  })

  test('$expand is worse than none at a BMC that expands badly', async () => {
    const node = await startOne('dell', 'expands-badly')
    const listed = await members(node, memory)
    expect((await members(node, `${memory}?$expand=.($levels=1)`)).length).toBeLessThan(listed.length)
  })

  test('`only` gives the one member, and a make without queries ignores it', async () => {
    const dell = await startOne('dell')
    expect(JSON.parse((await call(dell, '/redfish/v1/Systems?only')).text)).toMatchObject({ '@odata.id': dellSystem })
    expect(await members(dell, `${memory}?only`)).not.toHaveLength(1)
    await rack?.close()
    expect(await members(await startOne('supermicro'), '/redfish/v1/Systems?only')).toHaveLength(1)
  })
})

describe('signing in', () => {
  test('only the service root is open', async () => {
    const node = await startOne('dell')
    expect((await call(node, '/redfish/v1/', { auth: ':' })).status).toBe(200)
    const refused = await call(node, dellSystem, { auth: 'admin:wrong' })
    expect(refused.status).toBe(401)
    expect(JSON.parse(refused.text).error['@Message.ExtendedInfo'][0].MessageId).toMatch(/NoValidSession$/)
    expect((await call(node, dellSystem)).status).toBe(200)
  })

  test('there are as many sessions as the make allows, then 503, and a deleted one makes room', async () => {
    const node = await startOne('dell')
    const first = await call(node, sessionsPath, login)
    expect(first.status).toBe(201)
    for (let i = 1; i < 8; i++) expect((await call(node, sessionsPath, login)).status).toBe(201)
    expect((await call(node, sessionsPath, login)).status).toBe(503)
    expect((await call(node, String(first.headers.location), { method: 'DELETE' })).status).toBe(204)
    expect((await call(node, sessionsPath, login)).status).toBe(201)
  })

  test('Inspur gives the token in the body alone', async () => {
    const node = await startOne('inspur')
    const reply = await call(node, sessionsPath, login)
    expect(reply.headers['x-auth-token']).toBeUndefined()
    expect(JSON.parse(reply.text).Oem.Public['X-Auth-Token']).toMatch(/^[0-9a-f]{32}$/)
  })
})

describe('power', () => {
  test('a reset the make knows is carried out, another refused without effect', async () => {
    const node = await startOne('dell')
    expect((await call(node, dellReset, resetTo('ForceOff'))).status).toBe(204)
    expect(JSON.parse((await call(node, dellSystem)).text).PowerState).toBe('Off')
    expect((await call(node, dellReset, resetTo('Explode'))).status).toBe(400)
    expect(node.commands.map(({ action }) => action)).toEqual(['ForceOff'])
  })

  test('Gigabyte lists its resets only in the ActionInfo, and has no PowerCycle', async () => {
    const node = await startOne('gigabyte')
    const action = JSON.parse((await call(node, '/redfish/v1/Systems/Self')).text).Actions['#ComputerSystem.Reset']
    expect(Object.keys(action)).toEqual(['target', '@Redfish.ActionInfo'])
    const { Parameters } = JSON.parse((await call(node, action['@Redfish.ActionInfo'])).text)
    expect(Parameters[0].AllowableValues).not.toContain('PowerCycle')
    expect((await call(node, action.target, resetTo('PowerCycle'))).status).toBe(400)
  })

  test('reply-lost carries it out once and breaks the connection', async () => {
    const node = await startOne('dell', 'reply-lost')
    await expect(call(node, dellReset, resetTo('ForceOff'))).rejects.toThrow()
    expect(node.commands).toHaveLength(1)
    expect(JSON.parse((await call(node, dellSystem)).text).PowerState).toBe('Off')
  })

  test('a liar says yes', async () => {
    const node = await startOne('dell', 'lies')
    expect((await call(node, dellReset, resetTo('ForceOff'))).status).toBe(204)
    expect(JSON.parse((await call(node, dellSystem)).text).PowerState).toBe('On')
  })
})

test('Lenovo wants the right ETag for a change: 428 without, 412 with another, 204 with it', async () => {
  const node = await startOne('lenovo')
  const change = (headers: Record<string, string>) =>
    call(node, '/redfish/v1/Systems/1', { method: 'PATCH', body: { LocationIndicatorActive: true }, headers })
  const { headers } = await call(node, '/redfish/v1/Systems/1')
  expect((await change({})).status).toBe(428)
  expect((await change({ 'If-Match': '"other"' })).status).toBe(412)
  expect((await change({ 'If-Match': String(headers.etag) })).status).toBe(204)
  expect(node.machine.indicator()).toBe('blinking')
})

describe('certificate', () => {
  test('is self-signed, valid, and stays until it is changed', async () => {
    const node = await startOne('openbmc')
    const [first, second] = [await call(node, '/redfish/v1'), await call(node, '/redfish/v1')]
    expect(second.fingerprint).toBe(first.fingerprint)
    node.redfish!.changeCertificate()
    expect((await call(node, '/redfish/v1')).fingerprint).not.toBe(first.fingerprint)
  })

  test('cert-changing shows another on each connection', async () => {
    const node = await startOne('openbmc', 'cert-changing')
    expect((await call(node, '/redfish/v1')).fingerprint).not.toBe((await call(node, '/redfish/v1')).fingerprint)
  })

  test('is well formed X.509', async () => {
    const { createCertificate } = await import('./certificate.ts')
    const certificate = new X509Certificate(createCertificate('n1').cert)
    expect(certificate.subject).toBe('CN=n1')
    expect(certificate.verify(certificate.publicKey)).toBe(true)
  })
})

describe('broken links', () => {
  test('hangs-after-login lets a session be made and then is silent', async () => {
    const node = await startOne('dell', 'hangs-after-login')
    const session = await call(node, sessionsPath, login)
    expect(session.status).toBe(201)
    const headers = { 'X-Auth-Token': String(session.headers['x-auth-token']) }
    await expect(call(node, dellSystem, { headers, giveUpMs: 100 })).rejects.toThrow('no answer')
  })

  test('unreachable takes the connection and says nothing', async () => {
    const node = await startOne('dell', 'unreachable')
    await expect(call(node, '/redfish/v1', { giveUpMs: 100 })).rejects.toThrow('no answer')
    node.setPersona('healthy')
    expect((await call(node, '/redfish/v1')).status).toBe(200)
  })

  test('garbage is never a good answer: broken, mistyped, cut, oversized, not HTTP', async () => {
    const node = await startOne('dell', 'garbage')
    const answers: string[] = []
    for (let i = 0; i < 5; i++) {
      const answer = call(node, '/redfish/v1')
      answers.push(await answer.then((reply) => reply.text.slice(0, 40), (error: Error & { code?: string }) => `${error.code}`))
    }
    expect(answers[0]).toMatch(/^\{"Systems": \{"@odata/)
    expect(answers[1]).toMatch(/^\{"Systems": 7/)
    expect(answers[2]).toBe('ECONNRESET')
    expect(answers[3]).toMatch(/^\{"a":\[\{"a"/)
    expect(answers[4]).toMatch(/^HPE_/)
  })
})
