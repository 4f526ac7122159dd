import { describe, expect, it } from 'vitest'
import { ConfigError, parseEnvironment, siteUrl } from './environment.ts'

describe('parseEnvironment', () => {
  it('has the documented defaults, and an empty variable is not set', () => {
    const config = parseEnvironment({ PORT: '', BMC_NETWORKS: ' ' })
    expect(config).toMatchObject({ PORT: 3000, HOST: '127.0.0.1', DEMO_NODES: 16, BASEBOARD_SUPERVISED: false })
    expect(config.DATA_DIR).toMatch(/^\/.*\/data$/)
    expect(config.BMC_NETWORKS).toBeUndefined()
  })

  it.each([
    [{ PORT: '70000' }, /^PORT .*from 1 to 65535$/],
    [{ PORT: '30x' }, /^PORT /],
    [{ BMC_NETWORKS: '10.0.0.0/8,nonsense' }, /^BMC_NETWORKS "nonsense" is not a network/],
    [{ DATABASE_URL: 'mysql://root:canary@db/x' }, /^DATABASE_URL must look like/],
    [{ AUDIT_CHECKPOINT_ROWS: '0' }, /^AUDIT_CHECKPOINT_ROWS .*from 1 to 100000$/],
    [{ AUDIT_SYSLOG: 'loghost:514' }, /^AUDIT_SYSLOG must look like udp:/],
    [{ AUDIT_WEBHOOK: 'http://canary@example.org/' }, /^AUDIT_WEBHOOK must look like https:/],
    [{ DEMO_NODES: '0' }, /^DEMO_NODES /],
    [{ HOST: '0.0.0.0' }, /^HOST is 0\.0\.0\.0: .*TLS_CERT.*TRUSTED_PROXY/],
    [{ HOST: '10.0.0.1', TLS_CERT: 'c.pem' }, /^TLS_KEY is missing/],
    [{ TRUSTED_PROXY: 'proxy' }, /^TRUSTED_PROXY "proxy"/],
  ])('refuses %j in one line that names the variable', (env, line) => {
    const parse = () => parseEnvironment(env)
    expect(parse).toThrow(ConfigError)
    expect(parse).toThrow(line)
    expect(parse).not.toThrow(/\n|canary/)
  })

  it('allows another address with TLS or a trusted proxy, and loopback without', () => {
    expect(parseEnvironment({ HOST: '0.0.0.0', TLS_CERT: 'c.pem', TLS_KEY: 'k.pem' }).TLS_KEY).toMatch(/\/k\.pem$/)
    expect(parseEnvironment({ HOST: '::', TRUSTED_PROXY: '10.0.0.1' }).TRUSTED_PROXY).toEqual(['10.0.0.1/32'])
    for (const HOST of ['127.0.0.9', '::1', 'localhost']) expect(parseEnvironment({ HOST }).HOST).toBe(HOST)
  })

  it('writes the address as a person types it', () => {
    expect(siteUrl({ HOST: '127.0.0.1', PORT: 3000, TLS_CERT: undefined })).toBe('http://127.0.0.1:3000')
    expect(siteUrl({ HOST: '::', PORT: 443, TLS_CERT: '/c.pem' })).toBe('https://[::]:443')
  })
})
