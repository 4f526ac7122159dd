import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRack, type Rack } from '#simulator/rack.ts'

// The simulated OpenBMC's WebSocket console with a client that is not ours: Debian's python3-websocket.

const python = '/usr/bin/python3'
const isThere = spawnSync(python, ['-c', 'import websocket']).status === 0
if (!isThere) console.log('skipped: python3-websocket is not installed')

/** Types a line break and waits for the login prompt; prints what it saw, and the answers of the handshake. */
const script = `
import ssl, sys, websocket
url, token = sys.argv[1], sys.argv[2]
client = websocket.create_connection(url, timeout=20, sslopt={"cert_reqs": ssl.CERT_NONE, "check_hostname": False},
                                     header=["X-Auth-Token: " + token])
print(client.getheaders().get("sec-websocket-extensions"), client.getheaders().get("sec-websocket-protocol"))
client.send_binary(b"\\r")
seen = b""
while b"login: " not in seen:
    opcode, data = client.recv_data()
    assert opcode == websocket.ABNF.OPCODE_BINARY, opcode
    seen += data
client.ping("x")
assert client.recv_data(control_frame=True)[0] == websocket.ABNF.OPCODE_PONG
print(seen.decode("latin1").strip())
client.close()
`

const run = promisify(execFile)

describe.skipIf(!isThere)('python3-websocket at the simulated OpenBMC', () => {
  let rack: Rack
  beforeAll(async () => {
    rack = await startRack({ nodes: [{ name: 'n1', make: 'openbmc', persona: 'healthy', protocol: 'redfish', faces: ['redfish'] }] })
  })
  afterAll(() => rack.close())

  const url = (path: string) => `wss://127.0.0.1:${rack.node('n1').describe().ports.redfish}${path}`
  const login = () => String(rack.node('n1').redfish!.sessions.create({ UserName: 'admin', Password: 'secret' }).headers!['X-Auth-Token'])

  test.each(['/console0', '/console/default'])('%s is its host', async (path) => {
    const { stdout } = await run(python, ['-c', script, url(path), login()], { timeout: 30_000 })
    expect(stdout).toMatch(/^None None\n[^]*n1 login:/)
  })

  test('401 without a session', async () => {
    await expect(run(python, ['-c', script, url('/console0'), 'none'], { timeout: 30_000 })).rejects.toMatchObject({
      stderr: expect.stringContaining('Handshake status 401') as string,
    })
  })
})
